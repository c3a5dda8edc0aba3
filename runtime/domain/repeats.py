"""The same asked again (UX section 7): agent, tool and arguments alike, three times within ten minutes."""

import hashlib
from collections.abc import Iterable

import msgspec

from runtime.domain.action import Action
from runtime.domain.ids import AgentName

WITHIN = 10 * 60_000_000
TIMES = 3


class Asked(msgspec.Struct, frozen=True):
    """One ask, as far as repeating is concerned. ``at``: when it was raised, µs UTC."""

    ask_id: str
    same: str
    at: int
    rejected: bool = False


def same_key(agent: AgentName, action: Action) -> str:
    """Equal for asks of one agent about one tool with the same arguments."""
    return hashlib.sha256(f"{agent}\n{action.tool}\n{action.arguments}".encode()).hexdigest()[:24]


def asked_so_often(asked: Iterable[Asked], same: str, at: int) -> int:
    """How often this was asked within the ten minutes up to ``at``."""
    return sum(one.same == same and at - WITHIN < one.at <= at for one in asked)


def does_not_take_no(asked: Iterable[Asked], same: str, at: int) -> bool:
    """Whether this is (at least) the third time in ten minutes, and a person said no to it before."""
    within = [one for one in asked if one.same == same and at - WITHIN < one.at <= at]
    return len(within) >= TIMES and any(one.rejected for one in within)
