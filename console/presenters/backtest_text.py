"""What rules would have done with recorded actions, in words: numbers first. No Qt."""

from collections.abc import Sequence

from console.presenters.times import day_and_time
from console.presenters.wording import number, say
from runtime.domain.words import VerdictKind
from runtime.projections.backtest_rows import BacktestReport, ChangedAction

ALLOW, ASK, DENY = VerdictKind.ALLOW, VerdictKind.ASK, VerdictKind.DENY
_OTHERWISE = {
    (ALLOW, ASK): ("1 action that was allowed would ask.", "{count} actions that were allowed would ask."),
    (ALLOW, DENY): (
        "1 action that was allowed would be denied.",
        "{count} actions that were allowed would be denied.",
    ),
    (ASK, DENY): (
        "1 action that was asked about would be denied; {approved} of them had been approved.",
        "{count} actions that were asked about would be denied; {approved} of them had been approved.",
    ),
    (DENY, ASK): ("1 action that was denied would ask.", "{count} actions that were denied would ask."),
    (DENY, ALLOW): (
        "1 action that was denied would be allowed.",
        "{count} actions that were denied would be allowed.",
    ),
}
"""What is said of one action and of several, by what was said then and what would be said."""


def not_replayed() -> str:
    """What a backtest leaves as it was."""
    return say("Limits, quotas and votes are not replayed: what they said then is kept. Nothing is executed.")


def looked_at_so_far(done: str) -> str:
    """While it looks: ``done`` is how many it has looked at."""
    return say("Looking at the last recorded actions: {done} so far", done=done)


def backtest_sentences(report: BacktestReport) -> tuple[str, ...]:
    """ "Of the last 1,000 actions: 37 asks would have been saved; 2 of them had been rejected, 1 rolled back."."""
    if not report.looked_at:
        return (say("No action was recorded yet."),)
    actions = say("1 action") if report.looked_at == 1 else say("{count} actions", count=number(report.looked_at))
    if not report.changed:
        lines = [say("Of the last {actions}: 0 would go otherwise.", actions=actions)]
    else:
        saved = report.of(ASK, ALLOW)
        asked = [one for one in saved if one.asked]
        lines = [_saved(actions, asked), *_others(report)]
        if more := len(saved) - len(asked):
            kept = "{count} more would not be asked about, and were not asked about then."
            lines.append(say(kept, count=number(more)))
    if report.unknown == 1:
        lines.append(say("1 action could not be tried: what the rules ask for was not recorded then."))
    elif report.unknown:
        unknown = "{count} actions could not be tried: what the rules ask for was not recorded then."
        lines.append(say(unknown, count=number(report.unknown)))
    return tuple(lines)


def _saved(actions: str, asked: Sequence[ChangedAction]) -> str:
    """How many asks would not have come, and what had been answered to them."""
    asks = say("1 ask") if len(asked) == 1 else say("{count} asks", count=number(len(asked)))
    if not asked:
        return say("Of the last {actions}: {asks} would have been saved.", actions=actions, asks=asks)
    template = (
        "Of the last {actions}: {asks} would have been saved; "
        "{rejected} of them had been rejected, {undone} rolled back."
    )
    return say(
        template,
        actions=actions,
        asks=asks,
        rejected=number(sum(one.ruling == "rejected" for one in asked)),
        undone=number(sum(one.undone for one in asked)),
    )


def _others(report: BacktestReport) -> list[str]:
    """What would be stricter, and what would be freer than "deny"."""
    found = []
    for (before, after), (one, many) in _OTHERWISE.items():
        some = report.of(before, after)
        approved = number(sum(action.ruling.startswith("approved") for action in some))
        if some:
            found.append(say(one if len(some) == 1 else many, count=number(len(some)), approved=approved))
    return found


def change_words(one: ChangedAction) -> str:
    """ "ask → allow"."""
    return f"{say(one.before.value)} → {say(one.after.value)}"


def became_words(one: ChangedAction) -> str:
    """What came of it then: "rejected", "approved, rolled back", "not asked"."""
    ruled = say(one.ruling) if one.ruling else say("not answered") if one.asked else say("not asked")
    return say("{ruled}, rolled back", ruled=ruled) if one.undone else ruled


def change_cells(one: ChangedAction, now: int) -> tuple[str, ...]:
    """A row of the list: when, agent, tool, what, the change, what came of it."""
    when = day_and_time(one.at, now)
    return (when, one.agent, one.tool, one.title, change_words(one), became_words(one))
