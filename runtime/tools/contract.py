"""What a tool declares and does: purpose, typed input and output, failures, effect kind, resource, scope,
idempotency, time limit and how it is undone. Gate and decision card read the declaration; the runner calls it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from threading import Event
from typing import Any, Protocol

import msgspec
from pydantic import BaseModel

from runtime.domain.action import canonical
from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind, Idempotency, Tier


@dataclass(frozen=True, slots=True)
class Failure:
    """One way a tool can fail. ``passing``: trying again later may help. ``happened``: the world may have changed."""

    code: str
    meaning: str
    passing: bool = False


class ToolFailed(Exception):
    """Raised by a tool for a declared failure. Nothing was changed unless ``uncertain`` is true."""

    def __init__(self, code: str, sentence: str, *, passing: bool = False, uncertain: bool = False) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.passing = passing
        self.uncertain = uncertain


@dataclass(frozen=True, slots=True)
class ToolContract:
    """The declaration. ``input`` and ``output`` are pydantic models (``extra="forbid"`` for the input)."""

    name: str
    """``<family>.<verb>``, for example ``files.write``."""
    version: int
    purpose: str
    input: type[BaseModel]
    output: type[BaseModel]
    failures: tuple[Failure, ...]
    effect: EffectKind
    scope: str
    """Permission scope in words: "files below products/"."""
    idempotency: Idempotency
    time_limit_s: float
    undo: str
    """How it is undone, in a sentence; for irreversible effects why it cannot be."""
    options: str = "{}"
    """Canonical JSON of the grant it was built from; part of the digest."""
    facts: tuple[tuple[str, str], ...] = ()
    """Names its appraisals add for conditions, with their CEL type words, so that rules about them can be saved."""
    on_loop: bool = False
    """It never blocks: ``appraise`` answers at once, ``run`` is a coroutine, and both are called in the program's loop.
    Where false, each runs in a worker thread."""

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments; each caller has its own."""
        schema: dict[str, Any] = msgspec.json.decode(self.schema_text)
        return schema

    @property
    def schema_text(self) -> bytes:
        """JSON Schema of the arguments as JSON."""
        return _schema_text(self.input)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all that could change what an approval means."""
        return _digest(self.name, self.version, self.input, self.effect, self.scope, self.options)


@lru_cache(maxsize=1024)
def _digest(name: str, version: int, model: type[BaseModel], effect: EffectKind, scope: str, options: str) -> str:
    """Asked with every call; what it is made of changes only with the program or a grant."""
    parts = [name, version, msgspec.json.decode(_schema_text(model)), str(effect), scope, options]
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


@lru_cache(maxsize=1024)
def _schema_text(model: type[BaseModel]) -> bytes:
    """Every turn offers every tool; making its schema anew each time took a quarter of a turn."""
    return msgspec.json.encode(model.model_json_schema())


class PreviewKind(StrEnum):
    """How the console draws a preview."""

    TEXT = "text"
    DIFF = "diff"
    ROWS = "rows"
    MAIL = "mail"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen, computed by the console when the card is opened, never by the agent.

    DIFF: ``body`` is a unified diff. ROWS: ``columns``, ``before`` and ``after`` rows as text (paired by position).
    MAIL: ``headers`` as (name, value) with every recipient, ``body`` the text, ``source`` the exact bytes as text.
    REQUEST: ``headers`` as (name, value), method and address first, secrets masked; ``body`` made readable, ``source``
    the exact bytes as text.
    """

    kind: PreviewKind
    title: str
    body: str = ""
    columns: tuple[str, ...] = ()
    before: tuple[tuple[str, ...], ...] = ()
    after: tuple[tuple[str, ...], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    source: str = ""


class Appraisal(msgspec.Struct, frozen=True):
    """What an action with these very arguments means, in facts the console worked out itself."""

    title: str
    """At most 60 characters, made from tool and arguments, numbers first: "Refund order 1042, $84.00"."""
    resource: str
    """What rules match against: "products/mug.toml", "shop.sqlite:orders/1042", "mailto:anna@example.org"."""
    touches: str
    """Blast radius in words: "1 file, 2 lines", "1 order"."""
    tier: Tier
    checks: tuple[str, ...] = ()
    """What a person ticks before approving (tier 3 and 4: one to three)."""
    inputs: tuple[Path, ...] = ()
    """Files whose content the approval is bound to."""
    facts: dict[str, Any] = {}
    """Extra named values for CEL conditions, beside the arguments themselves."""
    also: tuple[str, ...] = ()
    """Further resources it touches (where a file is moved to). Rules are asked for each; the strictest speaks."""


class ToolResult(msgspec.Struct, frozen=True):
    """``output`` is validated against the contract by the runner; ``summary`` is one line for the timeline."""

    output: BaseModel
    summary: str
    undo: UndoRecord | None = None


class Happened(StrEnum):
    """Answer of a probe."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Probe(msgspec.Struct, frozen=True):
    """What looking found. When YES, ``result`` is what the call would have returned."""

    happened: Happened
    sentence: str
    result: ToolResult | None = None


class Blobs(Protocol):
    """Content-addressed store for what undo must bring back; blocking, called from worker threads."""

    def put(self, content: bytes) -> str:
        """Store durably and return the SHA-256 (hex)."""
        ...

    def get(self, digest: str) -> bytes:
        """The content, or an error that says it is missing or damaged."""
        ...


class ToolContext(msgspec.Struct, frozen=True):
    """What a tool may use. ``folder`` is the workspace folder; paths in arguments are relative to the granted folder.

    ``cancelled`` is set on Stop: a tool looks at it between pieces of work. ``progress`` takes passing output.
    ``key`` is the idempotency key of this effect, or of this undo, which has one of its own; tools put it (or a part of
    it) into every effect that can carry one.
    ``remember`` stores undo data durably *before* the effect: called with the record, it returns when it is on disk.
    """

    folder: Path
    key: str
    blobs: Blobs
    cancelled: Event
    progress: Callable[[str], None]
    secret: Callable[[str], str | None]
    """Looks a keyring account up; None where there is none."""
    remember: Callable[[UndoRecord], None] = lambda record: None
    recall: Callable[[], UndoRecord | None] = lambda: None
    """The record given to ``remember`` under this key, for probes after a crash."""
    undone_first: tuple[UndoRecord, ...] = ()
    """For a forecast: newer effects of this tool family, newest first, that will have been undone by then."""


class Tool(Protocol):
    """One tool. Every method blocks and is called from a worker thread by the runner; none may keep state of a call.

    Where the contract says ``on_loop``, ``appraise`` and ``run`` are called in the loop instead and may not block; its
    ``run`` is ``async def`` (the family hands such a tool out with ``cast(Tool, ...)``).
    """

    @property
    def contract(self) -> ToolContract:
        """The declaration."""
        ...

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts about this very action; touches nothing. May raise ToolFailed (a path outside the grant, say)."""
        ...

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """What would happen; touches nothing."""
        ...

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Do it. Raises ToolFailed for declared failures."""
        ...

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        """Look whether an effect with this key happened (after a crash); touches nothing."""
        ...

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        """What undoing would do now; touches nothing."""
        ...

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        """Restore what was before, exactly; CONFLICT where somebody changed it since, unless ``overwrite``.

        Undoing what is already undone answers UNDONE again (it may be repeated after a crash).
        """
        ...


class ToolFamily(Protocol):
    """Builds the tools of one family from a grant. ``options`` is the grant's canonical JSON.

    Raises pydantic.ValidationError for bad options: its places and sentences are shown to the person who saves.
    """

    name: str

    def tools(self, options: str) -> tuple[Tool, ...]:
        """All tools of this grant; names start with the family's name and a dot."""
        ...
