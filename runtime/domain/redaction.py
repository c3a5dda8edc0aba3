"""Takes secrets out of text before it is recorded or shown: what looks like one, and those that are known."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from runtime.domain.known_secrets import MASK as MASK
from runtime.domain.known_secrets import KnownSecrets
from runtime.domain.task import Task

_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?P<kind>[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----.*?(?:-----END (?P=kind)-----|\Z)", re.S
)
_SHAPES = re.compile(
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
      | eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*  # JSON web tokens
    )"""
)
_SCHEME = re.compile(r"(?i)\b(?P<scheme>bearer|basic|token)(?P<gap>\s+)(?P<value>[A-Za-z0-9._~+/\-]{12,}={0,2})")
_IN_URL = re.compile(r"(?i)\b(?P<head>[a-z][a-z0-9+.\-]{0,20}://[^\s:/@]{0,200}:)(?P<value>[^\s/@]+)(?=@)")
# Bounded, so that a long text without any name in it is not searched over and over.
_NAME = (
    r"[a-z0-9_.\-]{0,64}?(?:passw(?:or)?d|passphrase|passwort|pwd|secret|token|api[_\- ]?key|access[_\- ]?key"
    r"|auth[_\- ]?key|private[_\- ]?key|credential)s?[a-z0-9_.\-]{0,64}"
)
_NAMED = re.compile(
    rf"""(?ix)(?P<name>(?<![a-z0-9_.\-]){_NAME})(?P<mark>\\?["'])?(?P<is>\s*(?:=>|:=|[:=])\s*)
    (?: (?P<quote>\\?["'])(?P<quoted>[^"'\\\n]+)(?P=quote) | (?P<bare>[^\s"'\\,;&<>()\[\]{{}}]{{4,}}) )"""
)
_PROSE = {
    "none",
    "null",
    "true",
    "false",
    "missing",
    "required",
    "invalid",
    "expired",
    "wrong",
    "reset",
    "changed",
    "here",
}

_SIGNS = ("xox", "sg.", "eyj", "bearer", "basic", "token", "passw", "passphrase", "pwd", "secret", "key", "credential")
"""In lower case, what every pattern above needs at least; a pattern that is added brings its own."""

_SIGNS_WITH = (
    ("_", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "sk_", "rk_", "pk_", "whsec_", "npm_")),
    ("-", ("-----begin", "sk-", "glpat-", "pypi-")),
    ("A", ("akia", "asia", "agpa", "aida", "aroa", "aiza")),
)
"""More of them, with the character each of a group needs in the text as it is: looked for only where that is there."""

_AS_OTHERS = frozenset("\u017f\u0130\u0131\u212a")
"""Letters beyond ASCII that count as s, i and k where case does not matter."""

_PIECE = 32_768
_REACH = 16_384
"""A pattern lets nobody else work while it goes through a text: it goes through a long one piece by piece, and sees so
many characters of what follows. A secret that begins in one piece and ends far in the next is looked at as a whole."""

_IDENTITIES = frozenset({"mail_id", "message_id"})
"""Facts that must stay as they are: an answer refers to them."""


def redact_task(task: Task) -> Task:
    """A task as it may be recorded; the agent works on the same text, so that nothing it does can hold the secret."""
    facts = {name: value if name in _IDENTITIES else redact(value) for name, value in task.facts.items()}
    return msgspec.structs.replace(task, title=redact(task.title), text=redact(task.text), facts=facts)


def redact(text: str) -> str:
    """The text with everything that looks like a secret replaced by ``[redacted]``. Redacting twice changes nothing."""
    return text if _plainly_harmless(text) else _masked(text)


def _plainly_harmless(text: str) -> bool:
    """Whether nothing in it can begin a secret. Most texts are so, and this is ten times as fast as the patterns."""
    if not text.isascii() and not _AS_OTHERS.isdisjoint(text):
        return False
    lowered = text.lower()
    for sign in _SIGNS:  # plain loops: every text that is recorded comes through here
        if sign in lowered:
            return False
    for needed, signs in _SIGNS_WITH:
        if needed in text:
            for sign in signs:
                if sign in lowered:
                    return False
    return not ("://" in lowered and "@" in lowered)


def _masked(text: str) -> str:
    text = _replaced(_PRIVATE_KEY, _mask, text)
    text = _replaced(_SHAPES, _mask, text)
    text = _replaced(_SCHEME, _scheme, text)
    text = _replaced(_IN_URL, lambda found: f"{found['head']}{MASK}", text)
    return _replaced(_NAMED, _named, text)


def _replaced(pattern: re.Pattern[str], by: Callable[[re.Match[str]], str], text: str) -> str:
    """As ``pattern.sub``, in pieces. No pattern here matches nothing at all."""
    if len(text) <= _PIECE:
        return pattern.sub(by, text)
    kept: list[str] = []
    at = done = 0
    while at < len(text):
        end = at + _PIECE
        found = pattern.search(text, at, end + _REACH)
        if found is None or found.start() >= end:
            at = end
            continue
        if found.end() == end + _REACH:
            found = pattern.match(text, found.start()) or found  # it goes on
        kept += (text[done : found.start()], by(found))
        at = done = found.end()
    return "".join((*kept, text[done:]))


def _mask(found: re.Match[str]) -> str:
    return MASK


def _scheme(found: re.Match[str]) -> str:
    value = found["value"]
    # "basic understanding" is prose; what carries a key has digits or signs among its letters.
    if value.isalpha() and not _random(value):
        return found[0]
    return f"{found['scheme']}{found['gap']}{MASK}"


def _named(found: re.Match[str]) -> str:
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


class Redactor:
    """``redact`` that also knows the secrets of this workspace, in every form they may be written in."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = KnownSecrets()
        self.knows_any = False
        """Whether there is any secret to look for."""
        for value in known:
            self.learn(value)

    def learn(self, value: str) -> None:
        """From now on this value is masked, also by streams that are under way."""
        self._known = self._known.with_value(value)
        self.knows_any = bool(self._known)

    def known(self, text: str) -> str:
        """The text without the secrets that are known; what merely looks like one stays."""
        return self._known.masked(text)

    def holds(self, text: str) -> bool:
        """Whether a known secret is in it, in any of its forms."""
        return self._known.within(text)

    def stream(self) -> "StreamMask":
        """For text that comes in pieces: a secret may lie across them."""
        return StreamMask(lambda: self._known)

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        return redact(self._known.masked(text) if self.knows_any else text)


class StreamMask:
    """Passes pieces on without known secrets; holds back only what may be the beginning of one."""

    def __init__(self, known: Callable[[], KnownSecrets]) -> None:
        self._known = known
        self._held = ""

    def feed(self, piece: str) -> str:
        """What may be passed on now."""
        known = self._known()
        if not known:
            return piece
        text, self._held = self._held + piece, ""
        at = known.settled_until(text)
        self._held = text[at:]
        return known.masked(text[:at], whole=False)

    def end(self) -> str:
        """What was held back and turned out to be no secret; of one that was cut off, only the mask."""
        held, self._held = self._held, ""
        return self._known().masked(held)


def cleaned(value: Any, known: Callable[[str], str]) -> Any:
    """The same plain value (as of JSON) with every text in it cleaned."""
    if isinstance(value, str):
        return known(value)
    if isinstance(value, dict):
        return {cleaned(key, known): cleaned(one, known) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(one, known) for one in value]
    return value


EVERYWHERE = Redactor()
"""Knows the secrets of every workspace that was open in this process: for logs and crash reports, which have none."""
