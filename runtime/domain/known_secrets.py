"""Secrets that are known, in every form they may be written in: found and masked in whole texts and in pieces."""

from typing import Final

from runtime.domain.plain_reading import origins, plainly, reads_otherwise
from runtime.domain.secret_forms import forms_of

MASK: Final = "[redacted]"
SHORTEST: Final = 4
"""Shorter values are no secrets and would blot out ordinary text."""

MOST_STRIDE: Final = 32
"""How far apart the places are at which a text is looked at, where all forms are long."""

HEAD: Final = 8
"""So many characters of a secret at the end of a text are taken for one that was cut off."""


class KnownSecrets:
    """Never changes, so that any thread may use it; ``with_value`` answers one that knows more."""

    __slots__ = ("_by_head", "_forms", "_grams", "_longest", "_openings", "_shortest", "_stride", "_values")

    def __init__(self, values: frozenset[str] = frozenset(), forms: frozenset[str] = frozenset()) -> None:
        self._values = values
        # Longest first, so that a form that contains another is masked whole.
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        self._longest = len(self._forms[0]) if forms else 0
        self._shortest = len(self._forms[-1]) if forms else 0
        self._by_head: dict[str, list[str]] = {}
        for form in self._forms:
            self._by_head.setdefault(form[:HEAD], []).append(form)
        self._openings = {form[:size] for form in self._forms for size in range(1, min(HEAD, len(form)))}
        # Wherever the shortest form lies in a text, one of these lies at a place that is looked at.
        self._stride = min(MOST_STRIDE, self._shortest - HEAD + 1)
        self._grams = {form[at : at + HEAD] for form in self._forms for at in range(max(0, self._stride))}

    def with_value(self, value: str) -> "KnownSecrets":
        """These and one more."""
        if len(value) < SHORTEST or value in self._values:
            return self
        forms = {form for form in forms_of(value) if len(form) >= SHORTEST}
        return KnownSecrets(self._values | {value}, frozenset(self._forms) | forms)

    def __bool__(self) -> bool:
        return bool(self._forms)

    def within(self, text: str) -> bool:
        """Whether one of them is in it, as it stands or as it reads once escapes and line breaks are undone."""
        return self._in(text) or (reads_otherwise(text) and self._in(plainly(text)))

    def _in(self, text: str) -> bool:
        if len(text) < self._shortest or not self._forms:
            return False
        if self._stride > 0:
            grams = self._grams
            for at in range(0, len(text) - HEAD + 1, self._stride):
                if text[at : at + HEAD] in grams:
                    break
            else:
                return False
        return any(form in text for form in self._forms)

    def masked(self, text: str, *, whole: bool = True) -> str:
        """The text without them; ``whole``: nothing follows, so what begins one at its end is one that was cut off."""
        if self._in(text):
            for form in self._forms:
                if form in text:
                    text = text.replace(form, MASK)
        if reads_otherwise(text) and self._in(plainly(text)):
            text = self._masked_by_reading(text)
        if whole and self._forms:
            return text[:at] + MASK if (at := self._long_end(text)) < len(text) else text
        return text

    def _masked_by_reading(self, text: str) -> str:
        """The same where escapes are written otherwise than any of the forms is: only the places themselves change."""
        plain = plainly(text)
        for form in [form for form in self._forms if form in plain]:
            plain, at = origins(text)
            kept: list[str] = []
            done = 0
            while (found := plain.find(form, done)) >= 0:
                kept += (text[at[done] : at[found]], MASK)
                done = found + len(form)
            text = "".join((*kept, text[at[done] :]))
        return text

    def settled_until(self, text: str) -> int:
        """Up to where no later piece can make a secret of it."""
        at = self._open_end(text)
        for form in self._forms if self._in(text) else ():
            found = text.find(form, max(0, at - len(form) + 1))
            if 0 <= found < at < found + len(form):
                at = found  # one that lies across is masked as a whole
        return at

    def _open_end(self, text: str) -> int:
        """Where the longest end of the text begins that may be the beginning of one."""
        at = self._long_end(text)
        if at < len(text):
            return at
        for at in range(max(0, len(text) - HEAD + 1), len(text)):
            if text[at:] in self._openings:
                return at
        return len(text)

    def _long_end(self, text: str) -> int:
        """The same for beginnings that are long enough to be no chance."""
        by_head = self._by_head
        for at in range(max(0, len(text) - self._longest + 1), len(text) - HEAD + 1):
            forms = by_head.get(text[at : at + HEAD])
            if forms is not None:
                rest = len(text) - at
                if any(len(form) > rest and form.startswith(text[at:]) for form in forms):
                    return at
        return len(text)
