"""A tool whose other side honours the idempotency key: a till that books a payment once a key, and can take it back."""

import os
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ConfigDict

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind, Idempotency, Tier
from runtime.tools.contract import (
    Appraisal,
    Happened,
    Preview,
    PreviewKind,
    Probe,
    Tool,
    ToolContext,
    ToolContract,
    ToolResult,
)

FOLDER = "till"
TAKEN_BACK = ".back"


class Payment(BaseModel):
    """What is paid."""

    model_config = ConfigDict(extra="forbid")
    note: str


class Booked(BaseModel):
    """What became of it."""

    model_config = ConfigDict(extra="forbid")
    note: str


def payments(folder: Path) -> list[str]:
    """The note of every payment that stands, one entry a booking: a second key for the same payment would show."""
    found = sorted((folder / FOLDER).glob("*.paid"))
    return [path.read_text("utf-8") for path in found if not path.with_suffix(TAKEN_BACK).exists()]


class Till:
    """The family."""

    name = "till"

    def tools(self, options: str) -> tuple[Tool, ...]:
        """One tool."""
        return (cast(Tool, Pay()),)


class Pay:
    """till.pay: repeated with the same key it books nothing more; it cannot be looked up from outside."""

    contract = ToolContract(
        name="till.pay",
        version=1,
        purpose="Book a payment.",
        input=Payment,
        output=Booked,
        failures=(),
        effect=EffectKind.COMPENSABLE,
        scope="the till",
        idempotency=Idempotency.KEYED,
        time_limit_s=10.0,
        undo="The payment is booked back.",
    )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        return Appraisal("Book a payment", "till", "1 payment", Tier.SMALL)

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        return Preview(PreviewKind.TEXT, "Book a payment")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        note = cast(Payment, arguments).note
        till = context.folder / FOLDER
        till.mkdir(exist_ok=True)
        draft = till / f"{context.key}.draft"
        draft.write_text(note, "utf-8")
        os.replace(draft, till / f"{context.key}.paid")
        record = UndoRecord(context.key)
        return ToolResult(Booked(note=note), f"Paid {note}", record)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        return Probe(Happened.UNKNOWN, "Nobody can look.")

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        return UndoForecast(UndoOutcome.UNDONE, "Will be booked back.")

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        (context.folder / FOLDER / f"{record.data}{TAKEN_BACK}").touch()
        return UndoOutcome.UNDONE, "Booked back."
