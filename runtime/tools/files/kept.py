"""What a change of files was, written down before it happens: state before and after of each path, bodies as blobs."""

import hashlib
from typing import Any

import msgspec

from runtime.domain.undo import UndoRecord
from runtime.tools.contract import Blobs, Happened, Probe, ToolContext, ToolFailed, ToolResult
from runtime.tools.files.options import CHANGED_SINCE, KEPT_MOST
from runtime.tools.granted_folder import NOT_A_FILE, GrantedFolder


class FileState(msgspec.Struct, frozen=True):
    """Content (hash = blob digest) and permission bits of a file."""

    sha256: str
    mode: int


class FileChange(msgspec.Struct, frozen=True):
    """One path before and after; None = nothing there."""

    path: str
    before: FileState | None
    after: FileState | None


class KeptChange(msgspec.Struct, frozen=True):
    """Everything one call changes, the folders it makes (outermost first), and what the call answers."""

    changes: tuple[FileChange, ...]
    made: tuple[str, ...] = ()
    output: dict[str, Any] = {}
    summary: str = ""

    def record(self, things: tuple[str, ...]) -> UndoRecord:
        """As undo data; ``things`` are its paths as the whole workspace names them."""
        states = [state for change in self.changes for state in (change.before, change.after) if state is not None]
        blobs = tuple(dict.fromkeys(state.sha256 for state in states))
        return UndoRecord(msgspec.json.encode(self, order="sorted").decode(), blobs, things)


def kept(record: UndoRecord) -> KeptChange:
    """Read undo data back."""
    return msgspec.json.decode(record.data, type=KeptChange)


def keep(content: bytes, mode: int, blobs: Blobs) -> FileState:
    """Store a body and name its state."""
    return FileState(blobs.put(content), mode)


def current(folder: GrantedFolder, path: str) -> FileState | None:
    """State of what is there now. A folder or link there is a state of its own that equals nothing we kept."""
    try:
        found = folder.look(path, KEPT_MOST)
    except ToolFailed as error:
        if error.code in (NOT_A_FILE.code, "too-large"):
            return FileState(error.code, 0)
        raise
    return None if found is None else FileState(hashlib.sha256(found[0]).hexdigest(), found[1])


def same(left: FileState | None, right: FileState | None) -> bool:
    """Whether existence and content are the same; permissions alone are no conflict."""
    if left is None or right is None:
        return left is right
    return left.sha256 == right.sha256


def stands(change: KeptChange, folder: GrantedFolder) -> Happened:
    """Whether the change is there: all paths as after, all as before, or something else."""
    states = [(each, current(folder, each.path)) for each in change.changes]
    if all(same(state, each.after) for each, state in states):
        return Happened.YES
    return Happened.NO if all(same(state, each.before) for each, state in states) else Happened.UNKNOWN


def look(output: type[Any], context: ToolContext, folder: GrantedFolder) -> Probe:
    """Answer a probe from the remembered record and what is on the disk."""
    record = context.recall()
    if record is None:
        return Probe(Happened.NO, "It did not happen: nothing was written down, which comes before any change.")
    change = kept(record)
    match stands(change, folder):
        case Happened.YES:
            result = ToolResult(output.model_validate(change.output), change.summary, record)
            return Probe(Happened.YES, f"It happened: {change.summary}.", result)
        case Happened.NO:
            return Probe(Happened.NO, "It did not happen: everything is as it was before.")
    paths = ", ".join(each.path for each in change.changes)
    return Probe(Happened.UNKNOWN, f"Not to be told: {paths} is neither as before nor as after this call.")


def already(output: type[Any], context: ToolContext, folder: GrantedFolder) -> ToolResult | None:
    """The result where this very call (same key) has happened; raises where that cannot be told."""
    found = look(output, context, folder)
    if found.happened is Happened.UNKNOWN:
        raise ToolFailed(CHANGED_SINCE.code, f"{found.sentence} Nothing was done now.", uncertain=True)
    return found.result
