"""What all tools that change files have in common: plan first, keep what was, write it down, then act."""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass

from pydantic import BaseModel

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import Tier
from runtime.tools.contract import (
    Appraisal,
    Preview,
    PreviewKind,
    Probe,
    ToolContext,
    ToolContract,
    ToolFailed,
    ToolResult,
)
from runtime.tools.files import restoring
from runtime.tools.files.kept import FileChange, FileState, KeptChange, already, keep, look
from runtime.tools.files.options import CHANGED_SINCE, KEPT_MOST, Grant
from runtime.tools.granted_folder import GrantedFolder
from runtime.tools.stopping import stop_if_asked
from runtime.tools.text_changes import amount, as_text, lines_changed, shortened, unified

WIDE_FROM_LINES = 200
Body = tuple[bytes, int]
"""Content and permission bits."""


@dataclass(frozen=True)
class PlannedFile:
    """One path as it is and as it will be; None = nothing there."""

    path: str
    before: Body | None
    after: Body | None


@dataclass(frozen=True)
class Plan:
    """One call, worked out before anything is touched. ``verb``: what the title begins with."""

    verb: str
    files: tuple[PlannedFile, ...]
    output: BaseModel
    summary: str
    wide: bool = False
    made: tuple[str, ...] = ()
    title: str = ""
    """Where verb, name and amount do not say it."""
    touches: str = ""


class Changing(ABC):
    """A tool that changes files. Subclasses say what the plan is and how it is carried out."""

    contract: ToolContract

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    @abstractmethod
    def plan(self, arguments: BaseModel, folder: GrantedFolder) -> Plan:
        """Work out what this call does; touches nothing. Raises ToolFailed where it cannot be done."""

    @abstractmethod
    def act(self, plan: Plan, folder: GrantedFolder, draft: str) -> None:
        """Do it."""

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts from the plan."""
        folder = self._grant.folder(context)
        plan = self.plan(arguments, folder)
        lines, binary = plan_lines(plan)
        first, resources = plan.files[0], [folder.resource(each.path) for each in plan.files]
        counted = amount(plan_bytes(plan), "byte") if binary else amount(lines, "line")
        name = shortened(first.path.rsplit("/", 1)[-1], 60 - len(plan.verb) - len(counted) - 3)
        return Appraisal(
            title=plan.title or f"{plan.verb} {name}, {counted}",
            resource=resources[0],
            touches=plan.touches or f"1 file, {counted}",
            tier=Tier.WIDE if plan.wide or binary or lines > WIDE_FROM_LINES else Tier.SMALL,
            inputs=tuple(folder.absolute(each.path) for each in plan.files),
            facts={
                "path": resources[0],
                "lines_changed": lines,
                "bytes": plan_bytes(plan),
                "creates": first.before is None,
                "binary": binary,
            },
            also=tuple(resources[1:]),
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """A unified diff, or sizes where it is no text."""
        plan = self.plan(arguments, self._grant.folder(context))
        title = f"{plan.verb} {plan.files[0].path}"
        parts = []
        for each in plan.files:
            old, new = (None if body is None else as_text(body[0]) for body in (each.before, each.after))
            if (each.before is not None and old is None) or (each.after is not None and new is None):
                sizes = [0 if body is None else len(body[0]) for body in (each.before, each.after)]
                return Preview(PreviewKind.TEXT, title, f"{each.path}: not text, {sizes[0]:,} -> {sizes[1]:,} bytes.")
            parts.append(unified(old or "", new or "", each.path))
        return Preview(PreviewKind.DIFF, title, "".join(parts))

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Keep what was, write down what will be, act."""
        stop_if_asked(context)
        folder = self._grant.folder(context)
        if (done := already(self.contract.output, context, folder)) is not None:
            return done
        plan = self.plan(arguments, folder)
        changes = tuple(
            FileChange(each.path, _kept_body(each.before, context), _kept_body(each.after, context))
            for each in plan.files
        )
        change = KeptChange(changes, plan.made, plan.output.model_dump(mode="json"), plan.summary)
        record = change.record(tuple(folder.resource(each.path) for each in plan.files))
        stop_if_asked(context)
        context.remember(record)
        for each in plan.files:
            if folder.look(each.path, KEPT_MOST) != each.before:
                sentence = f"{each.path} was changed by somebody else at this very moment; nothing was done."
                raise ToolFailed(CHANGED_SINCE.code, sentence, passing=True)
        self.act(plan, folder, f".console-{context.key[:16]}")
        return ToolResult(plan.output, plan.summary, record)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        """Look whether it happened: the remembered record against the disk."""
        return look(self.contract.output, context, self._grant.folder(context))

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        """What undoing would do now."""
        return restoring.forecast(record, self._grant.folder(context), context)

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        """Restore bytes and permissions."""
        return restoring.restore(record, self._grant.folder(context), context, overwrite=overwrite)


def _kept_body(body: Body | None, context: ToolContext) -> FileState | None:
    return None if body is None else keep(body[0], body[1], context.blobs)


def plan_bytes(plan: Plan) -> int:
    """Size of the larger side of the first file."""
    return max(0 if body is None else len(body[0]) for body in (plan.files[0].before, plan.files[0].after))


def plan_lines(plan: Plan) -> tuple[int, bool]:
    """Lines that change, and whether something in it is no text. A move changes none: its content stays."""
    if len(plan.files) > 1:
        return 0, False
    sides = [b"" if body is None else body[0] for body in (plan.files[0].before, plan.files[0].after)]
    old, new = as_text(sides[0]), as_text(sides[1])
    if old is None or new is None:
        return 0, True
    return lines_changed(old, new), False


def sha256(content: bytes) -> str:
    """Hash as outputs name it."""
    return hashlib.sha256(content).hexdigest()
