"""A tool whose other side honours idempotency keys: a till that books once a key, a payment as well as its way back."""

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
    """The note of every payment that was ever booked: a second key for the same payment would show."""
    return [path.read_text("utf-8") for path in sorted((folder / FOLDER).glob("*.paid"))]


def bookings_back(folder: Path) -> list[str]:
    """The note of every booking back, one a key: whoever undoes a payment twice gives the money back twice."""
    return [path.read_text("utf-8") for path in sorted((folder / FOLDER).glob(f"*{TAKEN_BACK}"))]


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
        record = UndoRecord(note)
        return ToolResult(Booked(note=note), f"Paid {note}", record)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        return Probe(Happened.UNKNOWN, "Nobody can look.")

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        return UndoForecast(UndoOutcome.UNDONE, "Will be booked back.")

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        draft = context.folder / FOLDER / f"{context.key}.draft"
        draft.write_text(record.data, "utf-8")
        os.replace(draft, draft.with_suffix(TAKEN_BACK))
        return UndoOutcome.UNDONE, "Booked back."
