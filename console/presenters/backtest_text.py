"""What rules would have done with recorded actions, in words: numbers first. No Qt."""

from collections.abc import Sequence

from console.presenters.times import day_and_time
from runtime.domain.words import VerdictKind
from runtime.projections.backtest_rows import BacktestReport, ChangedAction

ALLOW, ASK, DENY = VerdictKind.ALLOW, VerdictKind.ASK, VerdictKind.DENY
NOT_REPLAYED = "Limits, quotas and votes are not replayed: what they said then is kept. Nothing is executed."


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def backtest_sentences(report: BacktestReport) -> tuple[str, ...]:
    """ "Of the last 1,000 actions: 37 asks would have been saved; 2 of them had been rejected, 1 rolled back."."""
    head = f"Of the last {_count(report.looked_at, 'action', 'actions')}"
    if not report.looked_at:
        return ("No action was recorded yet.",)
    if not report.changed:
        lines = [f"{head}: 0 would go otherwise."]
    else:
        saved = report.of(ASK, ALLOW)
        asked = [one for one in saved if one.asked]
        first = f"{head}: {_count(len(asked), 'ask', 'asks')} would have been saved"
        lines = [f"{first}; {_ruled(asked)}." if asked else f"{first}."]
        lines += _others(report)
        if len(saved) > len(asked):
            lines.append(f"{len(saved) - len(asked):,} more would not be asked about, and were not asked about then.")
    if report.unknown:
        unknown = _count(report.unknown, "action", "actions")
        lines.append(f"{unknown} could not be tried: what the rules ask for was not recorded then.")
    return tuple(lines)


def _ruled(asked: Sequence[ChangedAction]) -> str:
    rejected = sum(one.ruling == "rejected" for one in asked)
    undone = sum(one.undone for one in asked)
    return f"{rejected:,} of them had been rejected, {undone:,} rolled back"


def _others(report: BacktestReport) -> list[str]:
    """What would be stricter, and what would be freer than "deny"."""
    found = []
    for before, after, words in (
        (ALLOW, ASK, "that {was} allowed would ask"),
        (ALLOW, DENY, "that {was} allowed would be denied"),
        (ASK, DENY, "that {was} asked about would be denied"),
        (DENY, ASK, "that {was} denied would ask"),
        (DENY, ALLOW, "that {was} denied would be allowed"),
    ):
        some = report.of(before, after)
        if some:
            was = "was" if len(some) == 1 else "were"
            line = f"{_count(len(some), 'action', 'actions')} {words.format(was=was)}"
            approved = sum(one.ruling.startswith("approved") for one in some)
            aside = f"; {approved:,} of them had been approved" if before is ASK else ""
            found.append(f"{line}{aside}.")
    return found


def change_words(one: ChangedAction) -> str:
    """ "ask, now allow"."""
    return f"{one.before.value} → {one.after.value}"


def became_words(one: ChangedAction) -> str:
    """What came of it then: "rejected", "approved, rolled back", "not asked"."""
    ruled = one.ruling or ("not answered" if one.asked else "not asked")
    return f"{ruled}, rolled back" if one.undone else ruled


def change_cells(one: ChangedAction, now: int) -> tuple[str, ...]:
    """A row of the list: when, agent, tool, what, the change, what came of it."""
    when = day_and_time(one.at, now)
    return (when, one.agent, one.tool, one.title, change_words(one), became_words(one))
