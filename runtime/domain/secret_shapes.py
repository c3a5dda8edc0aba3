"""What looks like a secret, found without going through a text letter by letter.

A pattern lets no other thread work while it searches, and one that begins with anything is slow. So the words that each
needs are looked for first, which is a hundred times as fast; a pattern is tried only where it can begin. The result is
that of ``pattern.sub`` over the whole text, one after the other: a test holds the two beside each other.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from runtime.domain.known_secrets import MASK

Ends = Callable[[str, int], tuple[int, str] | None]
"""(text, where it may begin) -> where it ends and what stands for it; None where it does not begin there."""

PRIVATE_KEY = re.compile(r"-----BEGIN (?P<kind>[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----")
WEB_TOKEN = re.compile(r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*")
SHAPES = re.compile(
    r"""(?x)
    (?<![A-Za-z0-9])(?:
        sk-[A-Za-z0-9_\-]{16,}                      # model providers
      | (?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}    # AWS key ids
      | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_[A-Za-z0-9_]{20,}
      | glpat-[A-Za-z0-9_\-]{20,}
      | xox[abeoprs]-[A-Za-z0-9\-]{10,}             # Slack
      | AIza[A-Za-z0-9_\-]{35}                      # Google
      | (?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,} # Stripe
      | whsec_[A-Za-z0-9]{16,}
      | SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}
      | npm_[A-Za-z0-9]{30,} | pypi-[A-Za-z0-9_\-]{30,}
    )"""
)
SHAPES_BEGIN = (
    *("sk-", "AKIA", "ASIA", "AGPA", "AIDA", "AROA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"),
    *("xox", "AIza", "sk_", "rk_", "pk_", "whsec_", "SG.", "npm_", "pypi-"),
)
SCHEME = re.compile(r"(?i)\b(?P<scheme>bearer|basic|token)(?P<gap>\s+)(?P<value>[A-Za-z0-9._~+/\-]{12,}={0,2})")
IN_URL = re.compile(r"(?i)\b(?P<head>[a-z][a-z0-9+.\-]{0,20}://[^\s:/@]{0,200}:)(?P<value>[^\s/@]+)(?=@)")
_LONGEST_SCHEME = 21
_NAME_AROUND = 64
_NAME = (
    rf"[a-z0-9_.\-]{{0,{_NAME_AROUND}}}?(?:passw(?:or)?d|passphrase|passwort|pwd|secret|token|api[_\- ]?key"
    rf"|access[_\- ]?key|auth[_\- ]?key|private[_\- ]?key|credential)s?[a-z0-9_.\-]{{0,{_NAME_AROUND}}}"
)
NAMED = re.compile(
    rf"""(?ix)(?P<name>(?<![a-z0-9_.\-]){_NAME})(?P<mark>\\?["'])?(?P<is>\s*(?:=>|:=|[:=])\s*)
    (?: (?P<quote>\\?["'])(?P<quoted>[^"'\\\n]+)(?P=quote) | (?P<bare>[^\s"'\\,;&<>()\[\]{{}}]{{4,}}) )"""
)
_NAMED_BY = ("passw", "passphrase", "pwd", "secret", "token", "credential")
_WHOSE_KEY = re.compile(r"(?:api|access|auth|private)[_\- ]?\Z")
_IN_A_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.-")
_IN_A_SCHEME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789+.-")
_TOKEN_RUN = re.compile(r"[A-Za-z0-9_\-]*")
_PROSE = frozenset(
    ("none", "null", "true", "false", "missing", "required", "invalid", "expired", "wrong", "reset", "changed", "here")
)
AS_OTHERS = {0x17F: "s", 0x130: "i", 0x131: "i", 0x212A: "k"}
"""Letters beyond ASCII that count as s, i and k where case does not matter. Each stands for one, so places stay."""


def masked_shapes(text: str) -> str:
    """The text with everything that looks like a secret replaced."""
    text = _replaced(text, _found(text, "-----BEGIN "), _private_key)
    text = _replaced(text, _web_tokens(text), _ends(WEB_TOKEN, _mask))
    text = _replaced(text, _any_of(text, SHAPES_BEGIN), _ends(SHAPES, _mask))
    text = _replaced(text, _any_of(folded(text), ("bearer", "basic", "token")), _ends(SCHEME, _scheme))
    text = _replaced(text, _urls(folded(text)), _ends(IN_URL, lambda found: f"{found['head']}{MASK}"))
    return _replaced(text, _names(folded(text)), _ends(NAMED, named))


def folded(text: str) -> str:
    """In lower case, of the same length: what stands at a place stands there in ``text``."""
    return text.lower() if text.isascii() else text.translate(AS_OTHERS).lower()


def _replaced(text: str, places: Iterable[int], ends: Ends) -> str:
    """``places`` in ascending order are all those where it can begin."""
    kept: list[str] = []
    done = 0
    for at in places:
        if at >= done and (end := ends(text, at)) is not None:
            kept += (text[done:at], end[1])
            done = end[0]
    return "".join((*kept, text[done:])) if kept else text


def _ends(pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> Ends:
    def ends(text: str, at: int) -> tuple[int, str] | None:
        found = pattern.match(text, at)
        return None if found is None else (found.end(), by(found))

    return ends


def _found(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _any_of(text: str, words: Iterable[str]) -> list[int]:
    return sorted(at for word in words for at in _found(text, word))


def _web_tokens(text: str) -> Iterator[int]:
    """The first of each run of letters: where that is none, those that follow in the run are none either."""
    done = 0
    for at in _found(text, "eyJ"):
        if at >= done and not (at and text[at - 1].isascii() and text[at - 1].isalnum()):
            run = _TOKEN_RUN.match(text, at)
            done = run.end() if run is not None else at
            yield at


def _urls(lowered: str) -> Iterator[int]:
    """Each place from which a scheme may go on to the next "://"."""
    for end in _found(lowered, "://"):
        at = end
        while at > max(0, end - _LONGEST_SCHEME) and lowered[at - 1] in _IN_A_SCHEME:
            at -= 1
        yield from range(at, end)


def _names(lowered: str) -> list[int]:
    """Where the names begin in which such a word stands."""
    words = _any_of(lowered, _NAMED_BY)
    for key in _found(lowered, "key"):
        if (whose := _WHOSE_KEY.search(lowered, max(0, key - 8), key)) is not None:
            words.append(whose.start())
    begins = set[int]()
    for word in words:
        at = word
        while at and word - at <= _NAME_AROUND and lowered[at - 1] in _IN_A_NAME:
            at -= 1
        if word - at <= _NAME_AROUND:
            begins.add(at)
    return sorted(begins)


def _private_key(text: str, at: int) -> tuple[int, str] | None:
    """To its end, or to that of the text: one that was cut off is a secret too."""
    begun = PRIVATE_KEY.match(text, at)
    if begun is None:
        return None
    last = f"-----END {begun['kind']}-----"
    end = text.find(last, begun.end())
    return (len(text) if end < 0 else end + len(last)), MASK


def _mask(found: re.Match[str]) -> str:
    return MASK


def _scheme(found: re.Match[str]) -> str:
    value = found["value"]
    # "basic understanding" is prose; what carries a key has digits or signs among its letters.
    if value.isalpha() and not _random(value):
        return found[0]
    return f"{found['scheme']}{found['gap']}{MASK}"


def named(found: re.Match[str]) -> str:
    """What stands for a value that was named a secret."""
    name, mark = found["name"], found["mark"] or ""
    if found["quoted"] is not None:
        return f"{name}{mark}{found['is']}{found['quote']}{MASK}{found['quote']}"
    bare = found["bare"]
    if bare.rstrip(".!?").casefold() in _PROSE:
        return found[0]
    if re.search(r"(?i)(?:token|key|credential)s?$", name) and not _random(bare):
        return found[0]  # "tokens: 1,204", "access key: see below": names that are often no secrets
    # A bare value after a quoted name is JSON: the mask has to be a text there.
    return f"{name}{mark}{found['is']}{mark}{MASK}{mark}"


def _random(value: str) -> bool:
    """Whether a value looks made by a machine: long, and of many different characters."""
    if len(value) < 12:
        return False
    counts = Counter(value)
    bits = -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
    return bits >= (3.0 if any(c.isdigit() for c in value) else 4.0)
