"""What a backtest hands out: which recorded actions would have gone otherwise under other rules."""

import msgspec

from runtime.domain.words import VerdictKind


class ChangedAction(msgspec.Struct, frozen=True):
    """One action about which the rules in force and the edited ones differ. Times are µs UTC.

    ``asked``: a person was really asked; ``ruling``: what they answered; ``undone``: it was rolled back later.
    """

    run_id: str
    call_id: str
    at: int
    agent: str
    tool: str
    title: str
    before: VerdictKind
    after: VerdictKind
    asked: bool
    ruling: str
    undone: bool


class BacktestReport(msgspec.Struct, frozen=True):
    """``looked_at`` recorded actions; ``changed``, newest first; ``unknown``: could not be replayed."""

    looked_at: int
    changed: tuple[ChangedAction, ...] = ()
    unknown: int = 0

    def of(self, before: VerdictKind, after: VerdictKind) -> tuple[ChangedAction, ...]:
        """Those that went from one verdict to the other."""
        return tuple(one for one in self.changed if (one.before, one.after) == (before, after))
