"""One notification as it is handed to the desktop: words, weight, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _nothing() -> None:
    """A click that opens nothing."""


@dataclass(frozen=True, slots=True)
class Message:
    """``critical`` ones stay until they are answered or taken away; ``sound`` asks for the service's own."""

    key: str
    headline: str
    sentence: str
    critical: bool = False
    sound: bool = False
    buttons: tuple[tuple[str, Callable[[], None]], ...] = ()
    on_click: Callable[[], None] = _nothing
