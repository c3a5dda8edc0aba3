"""Which workspace a journal is of: the name under which the keyring keeps its seal and secrets. A copy has its own.

The newest ``workspace-created`` says it. A backup begins with the identity of the workspace it was made of, which may
live on beside what is restored: with one name in the keyring each would take the other's seal for its own, and who
deletes one would take the other's secrets. So a restored journal goes on with one more such record and a new name;
and it begins paused, because its open runs may be at work in that other workspace.
"""

import contextlib
import json
import secrets
import sqlite3
from pathlib import Path
from typing import get_args

from runtime.domain.events import WorkspaceEvent
from runtime.domain.events.workspace import EverythingPaused, WorkspaceCreated
from runtime.domain.ids import RUNTIME, WORKSPACE_STREAM
from runtime.domain.workspace_state import Workspace, evolve_workspace
from runtime.journal.codec import UnreadableRecord, decode
from runtime.journal.event_log import EventLog, StreamChange
from runtime.operations.comparing_all import JOURNAL
from runtime.projections.projector import project
from storage.engine import file_uri
from storage.recorder import Recorder
from storage.records import StoredRecord

BY = "the restore"
"""Who paused a copy; stands where the name of a person would."""
UNKNOWN = "unknown"
"""Fits no seal and no secret: the record that says it is damaged (then the chain says so)."""
_CREATED = str(WorkspaceCreated.__struct_config__.tag)
_NEWEST = "SELECT body FROM records WHERE stream = ? AND kind = ? ORDER BY version DESC LIMIT 1"


def new_identity() -> str:
    """That nothing else has."""
    return secrets.token_hex(8)


async def identity_of(recorder: Recorder) -> str:
    """Of an open journal; a new one where it is empty, or where the record that says it cannot be read."""
    said = [record for record in await recorder.read_stream(WORKSPACE_STREAM) if record.kind == _CREATED]
    for record in said[-1:]:
        with contextlib.suppress(UnreadableRecord):
            event = decode(record).event
            if isinstance(event, WorkspaceCreated):
                return event.workspace_id
    return new_identity()


def identity_in(folder: Path) -> str:
    """Of a journal that is not open, without changing it; UNKNOWN where it does not say."""
    with (
        contextlib.suppress(sqlite3.Error, ValueError, TypeError, KeyError),
        contextlib.closing(sqlite3.connect(file_uri(folder / JOURNAL, "ro"), uri=True)) as connection,
    ):
        (body,) = connection.execute(_NEWEST, (WORKSPACE_STREAM, _CREATED)).fetchone()
        return str(json.loads(body)["workspace_id"])
    return UNKNOWN


async def become_own(recorder: Recorder, at: int) -> str:
    """Record that this journal is a copy with an identity of its own, which is answered; ``at``: µs UTC.

    Everything is paused until a person resumes it: else both workspaces would do what was open when one was the other.
    The keyring keeps nothing under the new name: what the former workspace has there is not this one's to use.
    """
    records = await recorder.read_stream(WORKSPACE_STREAM)
    workspace = folded(records)
    own = WorkspaceCreated(
        new_identity(),
        workspace.title,
        copy_of=await identity_of(recorder),
        keys=tuple(sorted(workspace.keys)),
        accounts=tuple(sorted(workspace.credentials)),
    )
    version = records[-1].version if records else 0
    events = (own,) if workspace.paused_by else (own, EverythingPaused(BY))
    await EventLog(recorder, project).append([StreamChange(WORKSPACE_STREAM, version, events)], RUNTIME, at)
    return own.workspace_id


def folded(records: list[StoredRecord]) -> Workspace:
    """The workspace that these records make; what cannot be read is passed over."""
    workspace = Workspace()
    for record in records:
        with contextlib.suppress(UnreadableRecord):
            event = decode(record).event
            if isinstance(event, get_args(WorkspaceEvent)):
                workspace = evolve_workspace(workspace, event, record.at)
    return workspace
