"""A translation into nothing: every text of the program 35 % longer, its places and counts left as they are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTranslator
from PySide6.QtWidgets import QApplication

LONGER = 0.35
PADDING = "lörem ipsüm dölor "
_PLACE = re.compile(r"\{[^}]*\}|%n|\n")


def longer(text: str) -> str:
    """``[Approve lör]``: 35 % more letters, ends marked so that a cut is seen; counts and places are not touched."""
    letters = len(_PLACE.sub("", text).strip())
    if not letters or not any(sign.isalpha() for sign in text):
        return text
    more = max(1, math.ceil(letters * LONGER))
    return f"{text} {(PADDING * (more // len(PADDING) + 1))[: more - 1].rstrip()}" if more > 1 else f"{text}·"


class LongerTexts(QTranslator):
    """Installed like any other translation."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, _context: str, text: str, _comment: str | None = None, _n: int = -1) -> str:
        return longer(text)


@contextmanager
def longer_texts(app: QApplication) -> Iterator[None]:
    """While it lasts the program speaks so."""
    translator: QObject = LongerTexts()
    assert isinstance(translator, QTranslator)
    app.installTranslator(translator)
    try:
        yield
    finally:
        app.removeTranslator(translator)
