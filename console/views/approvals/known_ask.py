"""What the journal said last of the ask on the card: newer than a version that is still on its way there."""

from runtime.projections.rows import AskDetail


class KnownAsk:
    """A version waits for its preview; meanwhile the ask may be decided by somebody else, or become another one."""

    def __init__(self) -> None:
        self._newest: AskDetail | None = None

    def forget(self) -> None:
        """Another ask is on the card."""
        self._newest = None

    def hear(self, fresh: AskDetail) -> bool:
        """It was read. True where nothing was known before: no version of it is on its way to the card."""
        first, self._newest = self._newest is None, fresh
        return first

    def beside(self, version: AskDetail) -> tuple[AskDetail, AskDetail | None]:
        """(what to show of a version that has arrived, what the ask has become where that is something else)."""
        newest = self._newest or version
        return (newest, None) if newest.digest == version.digest else (version, newest)
