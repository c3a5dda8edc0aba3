"""Undo of file changes: bytes and permissions as they were, made folders removed, a stranger's change noticed."""

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.tools.contract import Blobs, ToolContext
from runtime.tools.files.kept import FileChange, FileState, KeptChange, current, kept, same
from runtime.tools.files.options import KEPT_MOST
from runtime.tools.granted_folder import GrantedFolder
from runtime.tools.text_changes import as_text, unified


def forecast(record: UndoRecord, folder: GrantedFolder, context: ToolContext) -> UndoForecast:
    """What undoing would do now (once the newer effects are undone), with the difference a stranger made."""
    change = kept(record)
    states = {each.path: _then(folder, each.path, context.undone_first) for each in change.changes}
    strange = _strange(change, states)
    if strange:
        names = ", ".join(each.path for each, _ in strange)
        difference = "".join(_difference(each, state, folder, context.blobs) for each, state in strange)
        return UndoForecast(UndoOutcome.CONFLICT, f"{names}: changed since by somebody else.", difference)
    todo = [each for each in change.changes if not same(states[each.path], each.before)]
    if not todo:
        return UndoForecast(UndoOutcome.UNDONE, "Everything is already as it was before.")
    return UndoForecast(UndoOutcome.UNDONE, " ".join(_sentence(each) for each in todo))


def restore(
    record: UndoRecord, folder: GrantedFolder, context: ToolContext, *, overwrite: bool
) -> tuple[UndoOutcome, str]:
    """Bring back what was; what is needed is read before anything is touched."""
    change = kept(record)
    strange = _strange(change, {each.path: current(folder, each.path) for each in change.changes})
    if strange and not overwrite:
        names = ", ".join(each.path for each, _ in strange)
        return UndoOutcome.CONFLICT, f"{names}: changed since by somebody else; it was left alone."
    bodies = {each.path: context.blobs.get(each.before.sha256) for each in change.changes if each.before is not None}
    done = []
    for each in change.changes:
        now = current(folder, each.path)
        if same(now, each.before) and not (strange and overwrite):
            continue
        _put_back(each, bodies, folder, context)
        done.append(_past(each))
    for made in reversed(change.made):
        _remove_made(folder, made)
    return UndoOutcome.UNDONE, " ".join(done) or "Everything was already as it was before."


def _then(folder: GrantedFolder, path: str, undone_first: tuple[UndoRecord, ...]) -> FileState | None:
    """What will be at this path when these newer changes are undone; what a stranger left there stays."""
    state = current(folder, path)
    for record in undone_first:
        for newer in kept(record).changes:
            if newer.path == path and same(state, newer.after):
                state = newer.before
    return state


def _strange(change: KeptChange, states: dict[str, FileState | None]) -> list[tuple[FileChange, FileState | None]]:
    found = [(each, states[each.path]) for each in change.changes]
    return [(each, now) for each, now in found if not same(now, each.after) and not same(now, each.before)]


def _put_back(each: FileChange, bodies: dict[str, bytes], folder: GrantedFolder, context: ToolContext) -> None:
    if each.before is not None:
        with folder.made(each.path) as inside:
            inside.replace(
                each.path.split("/")[-1], bodies[each.path], each.before.mode, f".console-undo-{context.key[:16]}"
            )
        return
    with folder.spot(each.path) as spot:
        if not spot.missing:
            spot.folder.remove(spot.name)


def _remove_made(folder: GrantedFolder, path: str) -> None:
    """A folder that somebody uses meanwhile stays."""
    with folder.spot(path) as spot:
        if not spot.missing:
            spot.folder.remove_empty(spot.name)


def _sentence(each: FileChange) -> str:
    if each.before is None:
        return f"{each.path} will be removed."
    return f"{each.path} will be brought back." if each.after is None else f"{each.path} gets its former content."


def _past(each: FileChange) -> str:
    if each.before is None:
        return f"{each.path} was removed."
    return f"{each.path} was brought back." if each.after is None else f"{each.path} has its former content."


def _difference(each: FileChange, now: FileState | None, folder: GrantedFolder, blobs: Blobs) -> str:
    """From what this call left to what is there now."""
    expected = b"" if each.after is None else blobs.get(each.after.sha256)
    if now is None:
        found: bytes | None = b""
    elif len(now.sha256) == 64:
        looked = folder.look(each.path, KEPT_MOST)
        found = looked[0] if looked else b""
    else:
        found = None
    old, new = as_text(expected), None if found is None else as_text(found)
    if found is None:
        return f"{each.path} is not a plain file any more.\n"
    if old is None or new is None:
        return f"{each.path}: {len(expected):,} bytes then, {len(found):,} bytes now (not text).\n"
    gone = f"{each.path} was removed by somebody else.\n" if now is None else ""
    came = f"{each.path} was made by somebody else.\n" if each.after is None else ""
    return gone + came + unified(old, new, each.path)
