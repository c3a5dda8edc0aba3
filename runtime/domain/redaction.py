"""Takes secrets out of text before it is recorded or shown: what looks like one, and those that are known."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from runtime.domain.known_secrets import MASK as MASK
from runtime.domain.known_secrets import KnownSecrets
from runtime.domain.secret_shapes import folded, masked_shapes
from runtime.domain.task import Task

_SIGNS = ("xox", "sg.", "eyj", "bearer", "basic", "token", "passw", "passphrase", "pwd", "secret", "key", "credential")
"""In lower case, what every pattern above needs at least; a pattern that is added brings its own."""

_SIGNS_WITH = (
    ("_", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "sk_", "rk_", "pk_", "whsec_", "npm_")),
    ("-", ("-----begin", "sk-", "glpat-", "pypi-")),
    ("A", ("akia", "asia", "agpa", "aida", "aroa", "aiza")),
)
"""More of them, with the character each of a group needs in the text as it is: looked for only where that is there."""

_IDENTITIES = frozenset({"mail_id", "message_id"})
"""Facts that must stay as they are: an answer refers to them."""


def redact_task(task: Task) -> Task:
    """A task as it may be recorded; the agent works on the same text, so that nothing it does can hold the secret."""
    facts = {name: value if name in _IDENTITIES else redact(value) for name, value in task.facts.items()}
    return msgspec.structs.replace(task, title=redact(task.title), text=redact(task.text), facts=facts)


def redact(text: str) -> str:
    """The text with everything that looks like a secret replaced by ``[redacted]``. Redacting twice changes nothing."""
    return text if _plainly_harmless(text) else masked_shapes(text)


def _plainly_harmless(text: str) -> bool:
    """Whether nothing in it can begin a secret. Most texts are so, and this is ten times as fast as the patterns."""
    lowered = folded(text)
    for sign in _SIGNS:  # plain loops: every text that is recorded comes through here
        if sign in lowered:
            return False
    for needed, signs in _SIGNS_WITH:
        if needed in text:
            for sign in signs:
                if sign in lowered:
                    return False
    return not ("://" in lowered and "@" in lowered)


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
