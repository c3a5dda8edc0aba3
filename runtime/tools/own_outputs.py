"""outputs.read: part of what an earlier call of the same run gave back, where the model got only its beginning."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.ids import CallId
from runtime.domain.run_state import Run
from runtime.domain.words import EffectKind, Idempotency, Tier
from runtime.tools.contract import (
    Appraisal,
    Failure,
    Preview,
    PreviewKind,
    ToolContext,
    ToolContract,
    ToolFailed,
    ToolResult,
)
from runtime.tools.read_only import Reading
from runtime.tools.stopping import STOPPED_FAILURE

OUTPUTS: Final = "outputs.read"
MOST: Final = 6_000
"""Characters read at once: such a part is itself never large enough to be given by its beginning."""


class PartInput(BaseModel):
    """Which part of which output."""

    model_config = ConfigDict(extra="forbid")
    call: str = Field(min_length=1, max_length=40, description="The call as the reference names it, for example 3.1.")
    start: int = Field(default=0, ge=0, description="From which character, counted from 0.")
    characters: int = Field(default=MOST, ge=1, le=MOST, description="How many characters.")


class PartOutput(BaseModel):
    """The part, and how much there is. ``text`` is material from outside, as the output itself."""

    text: str
    start: int
    of: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What a call gave back: its text, or the digest of the blob that holds it."""

    text: str = ""
    blob: str = ""


def kept_output(run: Run, call_id: str) -> Kept | None:
    """What one of its calls gave back; None where there is none, or it gave nothing."""
    call = run.call(CallId(call_id))
    if call is None or not (call.output or call.output_blob):
        return None
    return Kept(call.output, "" if call.output else call.output_blob)


CONTRACT: Final = ToolContract(
    name=OUTPUTS,
    version=1,
    purpose="Read a part of what one of your earlier calls gave back, where you were given only its beginning.",
    input=PartInput,
    output=PartOutput,
    failures=(Failure("no-such-output", "This run has no such call, or it gave nothing back."), STOPPED_FAILURE),
    effect=EffectKind.READ,
    scope="reads what the tools of this very run gave back",
    idempotency=Idempotency.REPEATABLE,
    time_limit_s=20.0,
    undo="Nothing to undo: it only reads.",
)


class ReadOutput(Reading):
    """The tool of one run: ``find`` looks its calls up and knows no other run's."""

    contract = CONTRACT

    def __init__(self, find: Callable[[str], Kept | None]) -> None:
        self._find = find

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts about this read."""
        given = cast(PartInput, arguments)
        title = f"Read on in what call {given.call} gave back"[:60]
        return Appraisal(title, f"outputs/{given.call}", "Nothing is changed", Tier.NOTHING)

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """Nothing happens."""
        given = cast(PartInput, arguments)
        return Preview(PreviewKind.TEXT, f"Characters {given.start:,} to {given.start + given.characters:,}")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Read the part."""
        given = cast(PartInput, arguments)
        kept = self._find(given.call)
        if kept is None:
            raise ToolFailed("no-such-output", f"This run has no call {given.call} that gave something back.")
        whole = kept.text or context.blobs.get(kept.blob).decode("utf-8", "replace")
        part = whole[given.start : given.start + given.characters]
        summary = f"{len(part):,} of {len(whole):,} characters of call {given.call}"
        return ToolResult(PartOutput(text=part, start=given.start, of=len(whole)), summary)
