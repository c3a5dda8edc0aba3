"""What a model is to the engine: it answers a request with a decision, streaming text meanwhile, or fails knowably."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Generic, Protocol, TypeVar, runtime_checkable

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.decision import Decision, Origin, PlannedWork, Usage
from runtime.domain.left_out import LeftOut
from runtime.domain.plan import Plan
from runtime.domain.task import Task
from runtime.models.choice import Choice, Chosen
from runtime.models.providers.abilities import Abilities
from runtime.models.providers.stops import Ending

T = TypeVar("T")

NO_ORIGIN: Final = Origin()
NOTHING_USED: Final = Usage()


class ToolOffer(msgspec.Struct, frozen=True):
    """A tool as offered to a model."""

    name: str
    purpose: str
    schema_text: bytes
    """JSON Schema of the arguments, as JSON."""

    @property
    def schema(self) -> dict[str, Any]:
        """The schema; each caller has its own."""
        schema: dict[str, Any] = msgspec.json.decode(self.schema_text)
        return schema


class PastCall(msgspec.Struct, frozen=True):
    """One call of an earlier turn and what came of it. ``output`` is canonical JSON (or a sentence when refused)."""

    step_id: str
    tool: str
    arguments: str
    outcome: str
    """ok | failed | cancelled | unknown | denied | rejected | expired | withdrawn | skipped; empty = not ended"""
    output: str
    failure: str = ""
    confidence: float | None = None
    reason: str = ""
    """As the model stated them with the call."""
    call_id: str = ""
    blob: str = ""
    """Where ``output`` is only its beginning: digest of the whole."""


class PastTurn(msgspec.Struct, frozen=True):
    """One earlier turn of this run."""

    turn: int
    text: str
    calls: tuple[PastCall, ...]
    carried: bytes = b""
    """What the model that answered must be given back as it was (``Answered.carried``); others leave it alone."""


class ModelRequest(msgspec.Struct, frozen=True):
    """Everything a model gets. The content of ``task`` and of outputs is untrusted."""

    run_id: str
    turn: int
    agent: AgentSpec
    task: Task
    plan: Plan | None
    past: Sequence[PastTurn]
    """The earlier turns, oldest first; told when they are first read."""
    notes: tuple[str, ...]
    """What people told the agent during this run, oldest first."""
    tools: tuple[ToolOffer, ...]
    planning_confidence: float | None = None
    intent: str = ""
    """The label given when planning, so that acting need not classify again."""
    replan: str = ""
    """Why another plan is asked for, and what became of the plan so far; empty = the first plan, or a turn."""
    earlier: str = ""
    """The turns before ``past`` in short, where the context is too small for them; empty = all are there."""
    left_out: LeftOut | None = None
    """What is not given whole; None = nobody bounded it."""
    choice: Choice | None = None
    """The question that is asked instead of a plan or a turn."""


class Answered(msgspec.Struct, Generic[T], frozen=True):
    """An answer with its cost and the exact exchange (bytes for the blob store; never secrets)."""

    value: T
    usage: Usage
    sent: bytes
    received: bytes
    origin: Origin = NO_ORIGIN
    reasoning: str = ""
    """The provider's own summary of how it got there, where it gives one. For people; never given to a tool."""
    carried: bytes = b""
    """What this model must get back with later turns of the run (signed reasoning); empty = nothing."""


class FaultKind(StrEnum):
    """What a failed attempt means for the next one."""

    PASSING = "passing"
    """Overload, network: another attempt may succeed."""
    FINAL = "final"
    """It cannot succeed (bad key, refused, bad request)."""


class Attempt(msgspec.Struct, frozen=True):
    """What a failed attempt cost and exchanged. ``usage.known`` False = the provider may charge for more."""

    usage: Usage = NOTHING_USED
    origin: Origin = NO_ORIGIN
    sent: bytes = b""
    received: bytes = b""


class ModelFault(Exception):
    """An attempt failed. ``sentence`` is shown; ``retry_after`` in seconds where the other side named one.

    ``by_person``: nothing over this connection can succeed until a person mends it (its key, its credit).
    """

    def __init__(
        self,
        kind: FaultKind,
        sentence: str,
        retry_after: float | None = None,
        attempt: Attempt | None = None,
        *,
        by_person: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.by_person = by_person
        self.kind = kind
        self.sentence = sentence
        self.retry_after = retry_after
        self.attempt = attempt or Attempt()


class Listener(Protocol):
    """Hears what streams: called with text, and ``reasoning`` with the provider's summary of its reasoning."""

    def __call__(self, text: str, /) -> None:
        """A piece of the answer's text."""
        ...

    def reasoning(self, text: str, /) -> None:
        """A piece of the summary of its reasoning."""
        ...


def tell_reasoning(on_text: Callable[[str], None], text: str) -> None:
    """A piece of the summary, where it is listened to."""
    hear: Callable[[str], None] | None = getattr(on_text, "reasoning", None)
    if hear is not None:
        hear(text)


class Model(Protocol):
    """One model. ``on_text`` gets passing text as it streams; it is not recorded.

    Where ``on_text`` is a ``Listener`` it is told the summary of reasoning apart from the text.
    """

    @property
    def label(self) -> str:
        """How it is named on screen: "playbook, no language model", "<provider>/<model>"."""
        ...

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        """The steps it means to take. Raises ModelFault."""
        ...

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        """The next decision. Raises ModelFault."""
        ...


@runtime_checkable
class Chooser(Protocol):
    """A model that can also answer a question with few answers: a language model."""

    async def choose(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Chosen]:
        """The answer to ``request.choice``. Raises ModelFault."""
        ...


async def choose(model: Model, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Chosen]:
    """The answer to ``request.choice``. Raises ModelFault, also where this is no language model."""
    if not isinstance(model, Chooser):
        raise ModelFault(FaultKind.FINAL, f"{model.label} cannot answer a question.")
    return await model.choose(request, on_text)


def as_sent(model: Model, request: ModelRequest) -> bytes:
    """The server a model would ask and the body it would send there, for one that sends anything; else empty."""
    write: Callable[[ModelRequest], bytes] | None = getattr(model, "as_sent", None)
    return write(request) if write is not None else b""


def bearer(key: str) -> tuple[str, str]:
    """The header most servers look for a key in."""
    return "authorization", f"Bearer {key}"


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """What everybody else has to know of a provider; told in its own file, beside how it is spoken to.

    The journal, routes, the keyring, the window, the command line, budgets and the run go by this alone.
    """

    kind: str
    """Begins its routes and stands in the journal; never changed."""
    words: str
    """How a person calls it."""
    stops: Mapping[str, Ending]
    """Every word it has for the way an answer stopped."""
    abilities: Callable[[str], Abilities]
    """What a model takes, told from its name; a name that is not known gets the plain request."""
    home: str = ""
    """Its own address, usable without being added; empty = every server of it has its own."""
    example: str = ""
    """An address as people write it, where it has no home."""
    priced_as: str = ""
    """Its id in the price table; empty = what it asks, only a person knows."""
    regions: Mapping[str, Decimal] = field(default_factory=dict)
    """Factor on the table's price, for all tokens, where a model is computed in one region only."""
    key_header: Callable[[str], tuple[str, str]] = bearer
    """Name and content of the header that carries the key."""
    headers: frozenset[str] = frozenset()
    """Those of its SDK that are let through beside the common ones."""
    packages: tuple[str, ...] = ()
    """Loggers that an environment variable could make write down what is sent."""
