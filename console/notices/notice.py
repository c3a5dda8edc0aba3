"""One thing the window tells: a tone, a sentence, and at most one thing to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

NoticeTone = Literal["done", "refused", "waiting", "fault", "crash"]


@dataclass(frozen=True, slots=True)
class Notice:
    """``key`` names the subject: a later notice with the same key takes the place of the earlier one."""

    tone: NoticeTone
    headline: str
    sentence: str = ""
    key: str = ""
    action: str = ""
    act: Callable[[], None] | None = None
    closed: Callable[[], None] | None = None
    """Called when a person closes it; not when it gives way to a newer one."""

    @property
    def passes(self) -> bool:
        """Good news goes away by itself; what went wrong stays until somebody has seen it."""
        return self.tone == "done"
