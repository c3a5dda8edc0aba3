"""What a comparison of lists, pages and stored contents with the journal found."""

import msgspec


class ComparisonReport(msgspec.Struct, frozen=True):
    """``compared_at`` 0: nothing was compared since the workspace was opened."""

    up_to: int = 0
    """The journal's last record when it began."""
    compared_at: int = 0
    lists: str = ""
    """Where lists and pages are not what the records make of them: what was changed; empty where they are."""
    contents: str = ""
    """Where stored contents that records name are missing or damaged: how many; empty where all are there."""
    not_done: str = ""
    """Why a later comparison came to no end; empty where there was none."""

    @property
    def faults(self) -> str:
        """Both, in sentences; empty where all is as the records say."""
        return " ".join(part for part in (self.contents, self.lists) if part)

    @property
    def sentence(self) -> str:
        """What was compared with what, and what came of it."""
        return self.faults or f"Lists, pages and contents are what the {self.up_to:,} records make of them."
