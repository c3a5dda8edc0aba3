"""Bounds of a run: turns, time at work, money, and going round in circles. Pure."""

from dataclasses import dataclass
from itertools import islice

from runtime.domain.action import fingerprint
from runtime.domain.agent_spec import Limits
from runtime.domain.money import dollars
from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallStatus, Outcome

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit was reached: how the run ends and in which words."""

    limit: str
    outcome: Outcome
    sentence: str


def limit_reached(run: Run, limits: Limits, now: int, *, reserved: bool = False) -> Reached | None:
    """The first limit that stops this run from asking its model again, or None.

    ``reserved``: the budget holds its money, call by call, and knows what a person allowed beyond the limit.
    """
    if len(run.turns) >= limits.turns:
        sentence = f"{len(run.turns)} turns were taken, as many as are allowed; a person has to look."
        return Reached("turns", Outcome.ESCALATED, sentence)
    if run.worked_for(now) >= limits.seconds * SECOND:
        sentence = f"It worked for {limits.seconds} s, as long as is allowed; a person has to look."
        return Reached("time", Outcome.ESCALATED, sentence)
    if not reserved and run.cost_micros > 0 and run.cost_micros >= limits.cost_micros:
        sentence = f"It spent {dollars(run.cost_micros)} of {dollars(limits.cost_micros)}."
        return Reached("money", Outcome.OUT_OF_BUDGET, sentence)
    return circling(run, limits.same_action)


def circling(run: Run, most: int) -> Reached | None:
    """The same action with no new result ``most`` times in a row, or ``most`` rounds between two such actions."""
    over = (call for call in reversed(run.calls) if call.status in (CallStatus.ENDED, CallStatus.REFUSED))
    newest = list(islice(over, 3))
    if most > 2 and (len(newest) < 3 or not _alike(newest[0], newest[2])):
        return None  # neither the same again and again, nor two in turns: mostly so, and told by the newest alone
    done = [*newest, *islice(over, max(0, 2 * most - 3))][: 2 * most][::-1]
    seen = [_result(call) for call in done]
    if len(seen) >= most and len(set(seen[-most:])) == 1:
        sentence = f"It did the same thing {most} times with the same result ({done[-1].title}); a person has to look."
        return Reached("repeats", Outcome.ESCALATED, sentence)
    if len(seen) == 2 * most and len(set(seen[::2])) == 1 and len(set(seen[1::2])) == 1:
        sentence = f"It went back and forth {most} times between two actions; a person has to look."
        return Reached("back and forth", Outcome.ESCALATED, sentence)
    return None


def _alike(one: Call, other: Call) -> bool:
    return one.action.arguments == other.action.arguments and _result(one) == _result(other)


def _result(call: Call) -> str:
    return "\x00".join((fingerprint(call.action), str(call.outcome or call.refused), call.output or call.summary))
