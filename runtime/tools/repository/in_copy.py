"""The tools of the files family inside a working copy: one more argument says which copy, everything else is theirs."""

import json
from collections.abc import Callable
from typing import Any, cast

from msgspec.structs import replace
from pydantic import BaseModel

from runtime.domain.action import canonical
from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind
from runtime.tools.contract import Appraisal, Preview, Probe, Tool, ToolContext, ToolFailed, ToolResult
from runtime.tools.files import moving, reading, searching, writing
from runtime.tools.files.options import FilesOptions
from runtime.tools.files.options import Grant as FilesGrant
from runtime.tools.granted_folder import OUTSIDE, GrantedFolder
from runtime.tools.repository.options import Grant, contract
from runtime.tools.repository.working_copy import CopyName, WorkingCopy, is_gits_own, opened, place_of

MAX_BYTES = 1_048_576


class ListInput(reading.ListInput):
    """What to list."""

    working_copy: CopyName


class ReadInput(reading.ReadInput):
    """Which lines of which file."""

    working_copy: CopyName


class SearchInput(searching.SearchInput):
    """What to look for and where."""

    working_copy: CopyName


class WriteInput(writing.WriteInput):
    """The whole new content of a file."""

    working_copy: CopyName


class EditInput(writing.EditInput):
    """One passage of a file."""

    working_copy: CopyName


class DeleteInput(moving.DeleteInput):
    """Which file."""

    working_copy: CopyName


class _CopyGrant(FilesGrant):
    """A files grant over the folder of one copy."""

    def __init__(self, copy: WorkingCopy | None) -> None:
        super().__init__(FilesOptions(folder="tree", max_bytes=MAX_BYTES), "{}")
        self._copy = copy

    def folder(self, context: ToolContext) -> GrantedFolder:
        """The copy's files."""
        assert self._copy is not None
        return self._copy.folder


Maker = Callable[[FilesGrant], Any]
KINDS: tuple[tuple[Maker, type[BaseModel], type[BaseModel]], ...] = (
    (reading.ListFiles, ListInput, reading.ListInput),
    (reading.ReadFile, ReadInput, reading.ReadInput),
    (searching.SearchFiles, SearchInput, searching.SearchInput),
    (writing.WriteFile, WriteInput, writing.WriteInput),
    (writing.EditFile, EditInput, writing.EditInput),
    (moving.DeleteFile, DeleteInput, moving.DeleteInput),
)


def tools_in_copy(grant: Grant) -> tuple[Tool, ...]:
    """All of them."""
    return tuple(cast(Tool, InCopy(grant, *kind)) for kind in KINDS)


class InCopy:
    """One tool of the files family, in the copy its arguments name."""

    def __init__(self, grant: Grant, maker: Maker, model: type[BaseModel], inner: type[BaseModel]) -> None:
        self._grant = grant
        self._maker = maker
        self._inner = inner
        theirs = maker(_CopyGrant(None)).contract
        self.contract = contract(
            grant,
            theirs.name.removeprefix("files."),
            f"{theirs.purpose.rstrip('.')}, in a working copy.",
            (model, theirs.output),
            effect=theirs.effect,
            failures=theirs.failures,
            idempotency=theirs.idempotency,
            undo=theirs.undo,
            facts=theirs.facts,
        )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts, with the resource as rules about working copies name it."""
        tool, inner, _ = self._taken_apart(arguments, context)
        found: Appraisal = tool.appraise(inner, context)
        start = f"copy:{self._grant.name}/"
        facts = dict(found.facts)
        if "path" in facts:
            facts["path"] = str(facts["path"]).removeprefix("tree/")
        also = tuple(start + each.removeprefix("tree/") for each in found.also)
        resource = start + found.resource.removeprefix("tree/")
        return replace(found, resource=resource, also=also, facts=facts, title=found.title.replace("tree", "the copy"))

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """A diff, or what is read."""
        tool, inner, _ = self._taken_apart(arguments, context)
        found: Preview = tool.preview(inner, context)
        return found

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Do it in the copy."""
        tool, inner, name = self._taken_apart(arguments, context)
        found: ToolResult = tool.run(inner, self._inside(context, name))
        undo = None if found.undo is None else _with_name(found.undo, name)
        return replace(found, undo=undo)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        """Look in the copy."""
        tool, inner, name = self._taken_apart(arguments, context)
        found: Probe = tool.probe(inner, self._inside(context, name))
        if found.result is None or found.result.undo is None:
            return found
        return replace(found, result=replace(found.result, undo=_with_name(found.result.undo, name)))

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        """What undoing would do in the copy; nothing where the copy itself is gone."""
        if self.contract.effect is EffectKind.READ or not place_of(context, _name(record)).exists():
            return UndoForecast(UndoOutcome.UNDONE, "The working copy is gone; there is nothing to undo.")
        tool = self._maker(_CopyGrant(opened(context, _name(record))))
        found: UndoForecast = tool.forecast_undo(_inner(record), self._inside(context, _name(record)))
        return found

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        """Restore it in the copy."""
        if self.contract.effect is EffectKind.READ or not place_of(context, _name(record)).exists():
            return UndoOutcome.UNDONE, "The working copy is gone; there was nothing to undo."
        tool = self._maker(_CopyGrant(opened(context, _name(record))))
        outcome, said = tool.undo(_inner(record), self._inside(context, _name(record)), overwrite=overwrite)
        return outcome, said

    def _taken_apart(self, arguments: BaseModel, context: ToolContext) -> tuple[Any, BaseModel, str]:
        given = arguments.model_dump(exclude_unset=True)
        name = given.pop("working_copy")
        if is_gits_own(str(given.get("path", ""))):
            raise ToolFailed(OUTSIDE.code, "A working copy holds no git folder; name a file of the repository.")
        return self._maker(_CopyGrant(opened(context, name))), self._inner.model_validate(given), name

    def _inside(self, context: ToolContext, name: str) -> ToolContext:
        """The context with records as the files family writes them; those of other copies are none of its business."""

        def recall() -> UndoRecord | None:
            record = context.recall()
            return None if record is None else _inner(record)

        newer = tuple(_inner(each) for each in context.undone_first if _holds_change(each, name))
        return replace(
            context,
            remember=lambda record: context.remember(_with_name(record, name)),
            recall=recall,
            undone_first=newer,
        )


def _with_name(record: UndoRecord, name: str) -> UndoRecord:
    return UndoRecord(canonical({"working_copy": name, "change": record.data}), record.blobs)


def _inner(record: UndoRecord) -> UndoRecord:
    return UndoRecord(str(json.loads(record.data)["change"]), record.blobs)


def _name(record: UndoRecord) -> str:
    return str(json.loads(record.data)["working_copy"])


def _holds_change(record: UndoRecord, name: str) -> bool:
    told = json.loads(record.data)
    return told.get("working_copy") == name and "change" in told
