"""Who is called when (UX section 8), as a function of the facts and of what was told before. No clock of its own.

Priority 1 calls at once, stays, and calls again when 50 % and 80 % of the time left at the first call are gone.
Priority 2 is gathered: one silent call in 5 minutes, none while the window is in front. Priority 3 never calls.
A flood is one call, and holds priority 2 back. Off duty and during do-not-disturb nobody is called; what still waits
afterwards is told then, what merely happened meanwhile is in the window.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.attention.facts import Answer, Call, Facts, Kind, WaitingAsk

SECOND = 1_000_000
GATHER = 5 * 60 * SECOND
LINK_LOST_AFTER = 30 * SECOND
AGAIN_AT = ((50, 0.5), (80, 0.8))


@dataclass(frozen=True, slots=True)
class Called:
    """An urgent ask that was told: when, for what deadline, and which shares of the time were told since."""

    at: int
    deadline: int
    shares: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a person was told up to now. A fresh one after a start: what still waits is told again."""

    urgent: dict[str, Called] = field(default_factory=dict)
    soon: frozenset[str] = frozenset()
    """Asks of priority 2 that were told or seen."""
    soon_at: int | None = None
    soon_shown: frozenset[str] = frozenset()
    """Those the call that is on screen is about."""
    happened: dict[Kind, tuple[str, ...]] = field(default_factory=dict)
    """Runs that failed and asks about caps that were not told yet."""
    happened_at: dict[Kind, int] = field(default_factory=dict)
    """When each kind of happening was told last."""
    states: frozenset[Kind] = frozenset()
    """Flood, lost link, broken chain: those that hold and were told."""


def attend(told: Told, facts: Facts) -> tuple[Told, Answer]:
    """What is told now, and what was told from now on."""
    told, withdrawn = _over(told, facts)
    if facts.is_quiet:
        # Nothing is told, and what merely happens meanwhile is not told later either.
        return replace(told, happened={}), Answer(withdrawn=withdrawn)
    calls: list[Call] = []
    for part in (_states, _urgent, _soon, _happened):
        told, more = part(told, facts)
        calls += more
    return told, Answer(tuple(calls), withdrawn)


def _over(told: Told, facts: Facts) -> tuple[Told, tuple[str, ...]]:
    """What was answered or ended is taken off the screen."""
    waiting = {ask.ask_id: ask.priority for ask in facts.asks}
    gone = [ask_id for ask_id in told.urgent if waiting.get(ask_id) != 1]
    withdrawn = [_urgent_key(ask_id) for ask_id in gone]
    soon = told.soon & waiting.keys()
    shown = told.soon_shown & waiting.keys()
    if told.soon_shown and not shown:
        withdrawn.append(Kind.SOON.value)
    holding = _holding(facts)
    ended = told.states - holding
    withdrawn += [kind.value for kind in sorted(ended)]
    kept = {ask_id: called for ask_id, called in told.urgent.items() if ask_id not in gone}
    told = replace(told, urgent=kept, soon=soon, soon_shown=shown, states=told.states & holding)
    return told, tuple(withdrawn)


def _holding(facts: Facts) -> frozenset[Kind]:
    states = {
        Kind.FLOOD: facts.flood,
        Kind.LINK: bool(facts.link_lost_since) and facts.now - facts.link_lost_since > LINK_LOST_AFTER,
        Kind.CHAIN: facts.chain_broken,
    }
    return frozenset(kind for kind, holds in states.items() if holds)


def _states(told: Told, facts: Facts) -> tuple[Told, list[Call]]:
    calls = []
    for kind in sorted(_holding(facts) - told.states):
        count = facts.asks_per_10_min if kind is Kind.FLOOD else 1
        since = facts.link_lost_since if kind is Kind.LINK else 0
        calls.append(Call(kind.value, kind, critical=kind is Kind.CHAIN, count=count, since=since))
    return replace(told, states=told.states | _holding(facts)), calls


def _urgent(told: Told, facts: Facts) -> tuple[Told, list[Call]]:
    known = dict(told.urgent)
    calls = []
    for ask in facts.asks:
        if ask.priority != 1:
            continue
        before = known.get(ask.ask_id)
        if before is None:
            known[ask.ask_id] = Called(facts.now, ask.deadline)
            calls.append(_urgent_call(ask, 0))
            continue
        if ask.stands_still:
            continue
        if ask.deadline != before.deadline:  # it stood still meanwhile: what was left then counts from now on
            moved = ask.deadline - before.deadline
            before = Called(before.at + moved, ask.deadline, before.shares)
            known[ask.ask_id] = before
        due = _due(before, facts.now)
        if due:
            known[ask.ask_id] = replace(before, shares=before.shares + due)
            calls.append(_urgent_call(ask, due[-1]))
    # However many come at once, they make one sound.
    calls = [replace(call, sound=not at) for at, call in enumerate(calls)]
    return replace(told, urgent=known), calls


def _due(called: Called, now: int) -> tuple[int, ...]:
    """The shares of the time left at the first call that are gone by now and were not told."""
    left = called.deadline - called.at
    if left <= 0:
        return ()
    gone = (now - called.at) / left
    return tuple(share for share, part in AGAIN_AT if gone >= part and share not in called.shares)


def _urgent_key(ask_id: str) -> str:
    return f"{Kind.URGENT}:{ask_id}"


def _urgent_call(ask: WaitingAsk, again: int) -> Call:
    return Call(
        _urgent_key(ask.ask_id),
        Kind.URGENT,
        critical=True,
        sound=True,
        ask_id=ask.ask_id,
        agent=ask.agent,
        final=ask.final,
        deadline=ask.deadline,
        again=again,
    )


def _soon(told: Told, facts: Facts) -> tuple[Told, list[Call]]:
    asks = {ask.ask_id: ask for ask in facts.asks if ask.priority == 2}
    if facts.window_in_front:
        return replace(told, soon=told.soon | asks.keys()), []
    new = [ask for ask_id, ask in asks.items() if ask_id not in told.soon]
    early = told.soon_at is not None and facts.now - told.soon_at < GATHER
    if not new or early or facts.flood:
        return told, []
    new.sort(key=lambda ask: ask.deadline)
    first = new[0]
    agents = {ask.agent for ask in new}
    call = Call(
        Kind.SOON.value,
        Kind.SOON,
        count=len(new),
        ask_id=first.ask_id,
        agent=first.agent if len(agents) == 1 else "",
        deadline=first.deadline,
    )
    ids = frozenset(ask.ask_id for ask in new)
    return replace(told, soon=told.soon | ids, soon_at=facts.now, soon_shown=ids), [call]


def _happened(told: Told, facts: Facts) -> tuple[Told, list[Call]]:
    """Many runs can fail of one cause, or meet one cap: gathered like priority 2, each kind by itself."""
    waiting, told_at, calls = dict(told.happened), dict(told.happened_at), []
    for kind, new in ((Kind.CAP, facts.reached_caps), (Kind.FAILED, facts.failed_runs)):
        keys = waiting.pop(kind, ()) + new
        if not keys:
            continue
        if kind in told_at and facts.now - told_at[kind] < GATHER:
            waiting[kind] = keys
            continue
        told_at[kind] = facts.now
        ask_id, run_id = (keys[-1], "") if kind is Kind.CAP else ("", keys[-1])
        calls.append(Call(kind.value, kind, count=len(keys), ask_id=ask_id, run_id=run_id))
    return replace(told, happened=waiting, happened_at=told_at), calls
