"""Whether what an ask would do is still what the person was shown: files and rows change under an open card."""

from collections.abc import Callable

from console.presenters.preview_text import same_world
from runtime.domain.refusals import Refusal
from runtime.tools.contract import Preview

LOOK_EVERY_S = 10.0
"""A look costs a preview. The last one is made when Approve is pressed, so this only tells a person earlier."""


class WorldWatch:
    """Holds the preview on screen beside a fresh one; ``changed`` stays until another version is shown."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._next = 0.0
        self.shown: Preview | Refusal | None = None
        self.changed = False

    def begin(self, shown: Preview | Refusal | None) -> None:
        """A version came on screen."""
        self.shown, self.changed = shown, False
        self.looked()

    def looked(self) -> None:
        """The next look is due after a while."""
        self._next = self._clock() + LOOK_EVERY_S

    @property
    def is_due(self) -> bool:
        """Whether to look again."""
        return self.shown is not None and not self.changed and self._clock() >= self._next

    def look(self, fresh: Preview | Refusal) -> None:
        """Compare."""
        self.changed = self.changed or not same_world(self.shown, fresh)
        self.looked()
