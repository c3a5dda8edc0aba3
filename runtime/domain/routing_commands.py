"""What the loop asks to have recorded about which model is asked: routes, votes, waiting, connections."""

import msgspec

from runtime.domain.decision import Origin, Usage
from runtime.domain.ids import RunId
from runtime.domain.spent import Spent
from runtime.domain.words import ModelRole


class TakeRoute(msgspec.Struct, frozen=True, gc=False):
    """Another model of the role's chain is asked from now on."""

    run_id: RunId
    role: ModelRole
    model: str
    instead_of: str
    sentence: str


class SetAside(msgspec.Struct, frozen=True, gc=False):
    """An answer that was paid for and is not acted on."""

    run_id: RunId
    turn: int
    role: ModelRole
    model: str
    sentence: str
    confidence: float | None
    usage: Usage
    duration_ms: int
    origin: Origin = Origin()
    request_blob: str = ""
    answer_blob: str = ""
    spent: Spent | None = None


class RecordVote(msgspec.Struct, frozen=True, gc=False):
    """The answers to a critical decision were compared."""

    run_id: RunId
    turn: int
    model: str
    asked: int
    agreed: bool
    proposals: tuple[str, ...]
    sentence: str


class WaitForModels(msgspec.Struct, frozen=True, gc=False):
    """No model of the chain can be asked now."""

    run_id: RunId
    sentence: str
    connections: tuple[str, ...]
    until: int


class ContinueRun(msgspec.Struct, frozen=True, gc=False):
    """A model it waits for may be asked again."""

    run_id: RunId


class MoveConnection(msgspec.Struct, frozen=True, gc=False):
    """What a call told about its connection: ``try`` | ``failed`` | ``answered`` | ``dropped``.

    ``failures`` are those in a row before this one, while it is closed.
    """

    connection: str
    what: str
    why: str = ""
    failures: int = 0
    wish_us: int = 0
    by_person: bool = False


RoutingCommand = TakeRoute | SetAside | RecordVote | WaitForModels | ContinueRun | MoveConnection
