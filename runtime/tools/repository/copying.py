"""repository.copy: a working copy of the person's repository, made of one commit."""

import json
import shutil
from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.action import canonical
from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind, Tier
from runtime.tools.contract import Appraisal, Happened, Preview, PreviewKind, Probe, ToolContext, ToolResult
from runtime.tools.repository.options import Grant, contract
from runtime.tools.repository.proposal import proposal_of
from runtime.tools.repository.working_copy import check_size, entries_of, make, opened, place_of, resolved
from runtime.tools.stopping import stop_if_asked
from runtime.tools.text_changes import amount, shortened


class CopyInput(BaseModel):
    """Of what."""

    model_config = ConfigDict(extra="forbid")
    commit: str = Field(
        default="HEAD",
        min_length=1,
        max_length=200,
        description="A branch, tag or commit id; HEAD = the present branch.",
    )


class CopyOutput(BaseModel):
    """``working_copy`` is given to all other tools. ``left_out``: files the copy cannot hold; they stay as they are."""

    working_copy: str
    commit: str
    files: int
    left_out: list[str]


class CopyRepository:
    """repository.copy"""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self.contract = contract(
            grant,
            "copy",
            "Make a working copy of the repository; the repository itself is not touched.",
            (CopyInput, CopyOutput),
            effect=EffectKind.REVERSIBLE,
            facts=(("files", "integer"),),
            undo="The working copy is removed.",
        )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """How much it is."""
        source = self._grant.repository(context)
        entries = entries_of(source, resolved(source, cast(CopyInput, arguments).commit))
        check_size(self._grant, entries)
        counted = amount(len(entries), "file")
        return Appraisal(
            title=f"Copy {shortened(self._grant.name, 30)}, {counted}",
            resource=f"copy:{self._grant.name}",
            touches=f"{counted} in a folder of the console",
            tier=Tier.SMALL,
            facts={"files": len(entries)},
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """Of what commit."""
        commit = resolved(self._grant.repository(context), cast(CopyInput, arguments).commit)
        return Preview(PreviewKind.TEXT, f"Copy {self._grant.name}", f"Commit {commit}. The repository is not changed.")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Make it."""
        stop_if_asked(context)
        found = self.probe(arguments, context)
        if found.result is not None:
            return found.result
        record = _record(context.key[:12])
        context.remember(record)
        make(self._grant, context, context.key[:12], cast(CopyInput, arguments).commit)
        return _result(context, record)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        """Whether a copy of this call's name is there; it is put there whole or not at all."""
        record = context.recall()
        if record is None or not place_of(context, context.key[:12]).exists():
            return Probe(Happened.NO, "The working copy is not there.")
        return Probe(Happened.YES, "The working copy is there.", _result(context, record))

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        """Removed; a conflict where it holds work that newer undoing will not take back."""
        name = _name(record)
        if not place_of(context, name).exists():
            return UndoForecast(UndoOutcome.UNDONE, "The working copy is already gone.")
        proposal = proposal_of(opened(context, name), context)
        ours = any(json.loads(each.data).get("working_copy") == name for each in context.undone_first)
        if proposal.changes and not ours:
            sentence = f"The working copy holds work: {proposal.amount}."
            return UndoForecast(UndoOutcome.CONFLICT, sentence, proposal.diff[:20_000])
        return UndoForecast(UndoOutcome.UNDONE, "The working copy will be removed.")

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        """Remove it."""
        forecast = self.forecast_undo(record, context)
        if forecast.outcome is UndoOutcome.CONFLICT and not overwrite:
            return UndoOutcome.CONFLICT, f"{forecast.sentence} It was left alone."
        place = place_of(context, _name(record))
        if not place.exists():
            return UndoOutcome.UNDONE, "The working copy is gone."
        gone = place.with_name(f".gone-{place.name}")
        shutil.rmtree(gone, ignore_errors=True)
        place.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
        return UndoOutcome.UNDONE, "The working copy was removed."


def _record(name: str) -> UndoRecord:
    return UndoRecord(canonical({"working_copy": name}))


def _name(record: UndoRecord) -> str:
    return str(json.loads(record.data)["working_copy"])


def _result(context: ToolContext, record: UndoRecord) -> ToolResult:
    copy = opened(context, _name(record))
    files = len(copy.entries())
    output = CopyOutput(
        working_copy=_name(record),
        commit=copy.commit,
        files=files,
        left_out=[path.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for path in sorted(copy.left_out)],
    )
    return ToolResult(output, f"Copied {amount(files, 'file')} of commit {copy.commit[:12]}", record)
