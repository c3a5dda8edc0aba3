"""Events of people and of how much is asked of them: on and off duty, away and back, a flood of asks."""

import msgspec


class DutyBegun(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="duty-begun"):
    """A person is on duty: asks may come to them."""

    operator_id: str


class DutyEnded(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="duty-ended"):
    """A person is off duty: no notifications; asks do not run out because of them."""

    operator_id: str


class OperatorAway(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="operator-away"):
    """Nobody touched their window since ``since`` (µs UTC), as the window measured it."""

    operator_id: str
    since: int


class OperatorBack(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="operator-back"):
    """The person is before the window again."""

    operator_id: str


class FloodBegan(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="flood-began"):
    """So many asks came within 10 minutes."""

    asks: int


class FloodEnded(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="flood-ended"):
    """Fewer than 5 asks in 10 minutes, for 5 minutes. The rest sums up what came since ``began``."""

    began: int
    asks: int
    by_priority: tuple[int, ...] = ()
    """How many of priority 1, 2 and 3."""
    decided: int = 0
    expired: int = 0
    waiting: int = 0
    agents: tuple[tuple[str, int], ...] = ()
    """Who asked how often, most first."""


PeopleEvent = DutyBegun | DutyEnded | OperatorAway | OperatorBack | FloodBegan | FloodEnded
