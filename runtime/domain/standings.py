"""How far each cap is used: what bounds one run, what of it is spent and held, and what a further call would pass."""

import msgspec

from runtime.domain.agent_spec import Limits
from runtime.domain.budget import NOTHING, Amount, Cap, CapKind, Caps, said
from runtime.domain.budget_state import Ahead, Book, Used
from runtime.domain.events.budget import CapRaised
from runtime.domain.ids import AgentName, RunId
from runtime.domain.money import dollars


class Spender(msgspec.Struct, frozen=True):
    """Whose call it is: a run of an agent, with what the run has spent so far, on a day (ISO, local)."""

    run_id: RunId
    agent: AgentName
    day: str
    spent: Amount
    limits: Limits
    """The agent's own bounds of a run."""
    held_before: Amount = NOTHING
    """What the run holds in the books of other months: a call made before midnight may still be under way."""
    ahead: Ahead = Ahead()


class Standing(msgspec.Struct, frozen=True):
    """One cap and its use. ``limit_*`` None = no bound of that kind; ``key`` names the period, agent or run."""

    kind: CapKind
    key: str
    limit_micros: int | None
    limit_tokens: int | None
    spent: Amount
    held: Amount
    ahead: Amount = NOTHING
    """Of what is spent: what is booked on later days."""

    def takes(self, worst: Amount) -> bool:
        """Whether so much more fits."""
        wanted = self.spent.plus(self.held).plus(worst)
        money = self.limit_micros is None or wanted.micros <= self.limit_micros or not worst.micros
        return money and (self.limit_tokens is None or wanted.tokens <= self.limit_tokens or not worst.tokens)

    @property
    def limit(self) -> Amount:
        """The bound, 0 where there is none."""
        return Amount(self.limit_micros or 0, self.limit_tokens or 0)

    @property
    def left(self) -> Amount:
        """What neither is spent nor held; 0 for a kind without a bound."""
        used = self.spent.plus(self.held)
        micros = 0 if self.limit_micros is None else max(0, self.limit_micros - used.micros)
        return Amount(micros, 0 if self.limit_tokens is None else max(0, self.limit_tokens - used.tokens))


_WHOSE = {
    CapKind.RUN: "The cap of a run",
    CapKind.AGENT_DAY: "The agent's cap of a day",
    CapKind.DAY: "The workspace's cap of a day",
    CapKind.MONTH: "The workspace's cap of a month",
}


def passed_words(standing: Standing, worst: Amount) -> str:
    """The cap of a day is $20.00: $19.40 spent, $0.30 reserved. This call may cost up to $0.55."""
    limits = []
    if standing.limit_micros is not None:
        limits.append(dollars(standing.limit_micros))
    if standing.limit_tokens is not None:
        limits.append(f"{standing.limit_tokens:,} tokens")
    only_money = standing.limit_tokens is None
    only_tokens = standing.limit_micros is None

    def words(amount: Amount) -> str:
        if only_money:
            return dollars(amount.micros)
        return f"{amount.tokens:,} tokens" if only_tokens else said(amount)

    used = f"{words(standing.spent)} spent, {words(standing.held)} reserved"
    if standing.ahead != NOTHING:
        used += f" ({words(standing.ahead)} of it on later days: the clock was set back)"
    return f"{_WHOSE[standing.kind]} is {' and '.join(limits)}: {used}. This call may cost up to {words(worst)}."


def standings(book: Book, caps: Caps, spender: Spender) -> tuple[Standing, ...]:
    """Every cap that bounds this call. ``caps`` as in force, the day's money included."""
    agent_cap = caps.by_agent.get(spender.agent, caps.agent_day)
    of_agent, of_day = book.of_agent(spender.day, spender.agent), book.of_day(spender.day).all
    own = (spender.limits.cost_micros, spender.limits.tokens or None)
    run_micros, run_tokens = _tightest(own, (caps.run.micros or None, caps.run.tokens or None))
    agent_key = f"{spender.agent} {spender.day}"
    whole = (
        (CapKind.AGENT_DAY, agent_key, agent_cap, of_agent, spender.ahead.agent),
        (CapKind.DAY, spender.day, caps.day, of_day, spender.ahead.day),
        (CapKind.MONTH, book.month, caps.month, book.all, spender.ahead.month),
    )
    of_run = book.held_by(spender.run_id).plus(spender.held_before)
    found = [
        Standing(CapKind.RUN, spender.run_id, run_micros, run_tokens, spender.spent, of_run),
        *(_of(kind, key, cap, used, ahead) for kind, key, cap, used, ahead in whole if cap != Cap()),
    ]
    return tuple(_raised(standing, book, spender) for standing in found)


def _of(kind: CapKind, key: str, cap: Cap, used: Used, ahead: Amount) -> Standing:
    return Standing(kind, key, cap.micros or None, cap.tokens or None, used.spent.plus(ahead), used.held, ahead)


def _tightest(one: tuple[int | None, int | None], two: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    def least(left: int | None, right: int | None) -> int | None:
        known = [value for value in (left, right) if value is not None]
        return min(known) if known else None

    return least(one[0], two[0]), least(one[1], two[1])


def _raised(standing: Standing, book: Book, spender: Spender) -> Standing:
    """What a person allowed beyond a cap holds for the runs it was given to; together never more than was given."""
    extra, mine = NOTHING, False
    for given in book.raised:
        if standing.kind not in given.kinds or not _same_period(standing.kind, given, spender):
            continue
        extra = extra.plus(given.extra)
        mine = mine or given.run_id == spender.run_id
    if not mine:
        return standing
    micros, tokens = standing.limit_micros, standing.limit_tokens
    return msgspec.structs.replace(
        standing,
        limit_micros=None if micros is None else micros + extra.micros,
        limit_tokens=None if tokens is None else tokens + extra.tokens,
    )


def _same_period(kind: CapKind, given: CapRaised, spender: Spender) -> bool:
    match kind:
        case CapKind.RUN:
            return given.run_id == spender.run_id
        case CapKind.AGENT_DAY:
            return given.agent == spender.agent and given.day == spender.day
        case CapKind.DAY:
            return given.day == spender.day
        case CapKind.MONTH:
            return given.day[:7] == spender.day[:7]
