"""Takes secrets out of text before it is recorded or shown: what looks like one, and those that are known."""

import base64
import math
import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from runtime.domain.task import Task

MASK = "[redacted]"

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

_SIGNS = (
    *("-----begin", "sk-", "akia", "asia", "agpa", "aida", "aroa", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    *("github_pat_", "glpat-", "xox", "aiza", "sk_", "rk_", "pk_", "whsec_", "sg.", "npm_", "pypi-", "eyj"),
    *("bearer", "basic", "token", "passw", "passphrase", "pwd", "secret", "key", "credential"),
)
"""In lower case, what every pattern above needs at least; a pattern that is added brings its own."""

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
    if not text.isascii():
        return not text  # letters that count as others when case does not matter
    lowered = text.lower()
    return not any(sign in lowered for sign in _SIGNS) and not ("://" in lowered and "@" in lowered)


def _masked(text: str) -> str:
    text = _PRIVATE_KEY.sub(MASK, text)
    text = _SHAPES.sub(MASK, text)
    text = _SCHEME.sub(_scheme, text)
    text = _IN_URL.sub(lambda found: f"{found['head']}{MASK}", text)
    return _NAMED.sub(_named, text)


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

    SHORTEST = 4
    """Shorter values are no secrets and would blot out ordinary text."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._known: re.Pattern[str] | None = None
        for value in known:
            self.learn(value)

    def learn(self, value: str) -> None:
        """From now on this value is masked."""
        if len(value) < self.SHORTEST or value in self._forms:
            return
        self._forms |= _forms(value)
        # Longest first, so that a form that contains another is masked whole.
        ordered = sorted(self._forms, key=lambda form: (-len(form), form))
        self._known = re.compile("|".join(map(re.escape, ordered)))

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        return redact(text)


def _forms(value: str) -> set[str]:
    raw = value.encode("utf-8", "surrogatepass")
    forms = {value, raw.hex(), raw.hex().upper(), _percent(raw), _percent(raw, "/"), _percent(raw, "+")}
    forms.add(value.replace("\\", "\\\\").replace('"', '\\"'))
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        forms.add(encode(raw).decode().rstrip("="))
        # Inside a longer text the value may begin at any of three places; these are the parts that stay the same.
        for shift in (1, 2):
            inner = encode(b"\x00" * shift + raw).decode().rstrip("=")[2 if shift == 1 else 3 :]
            forms.add(inner[: max(0, len(inner) - 1)])
        forms.add(encode(raw + b"\x00\x00").decode()[: len(raw) * 8 // 6])
    return {form for form in forms if len(form) >= Redactor.SHORTEST}


_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~")


def _percent(raw: bytes, plain: str = "") -> str:
    """As in a URL. ``plain``: "/" leaves slashes as they are, "+" writes blanks as a form does."""

    def written(byte: int) -> str:
        if byte in _UNRESERVED or (plain == "/" and byte == 0x2F):
            return chr(byte)
        return "+" if plain == "+" and byte == 0x20 else f"%{byte:02X}"

    return "".join(map(written, raw))
