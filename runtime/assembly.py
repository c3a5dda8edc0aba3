"""Opens a workspace: puts storage, journal, operations, gate, engine and read models together as one Runtime."""

import asyncio
import logging
from pathlib import Path

from runtime.domain.events.workspace import WorkspaceCreated
from runtime.domain.ids import AgentName, GrantId, RunId, grant_stream
from runtime.domain.loop_commands import NoteStarted
from runtime.domain.refusals import Refusal
from runtime.engine.giving_back import give_back
from runtime.engine.intake import Intake
from runtime.engine.supervisor import OnCrash, Supervisor
from runtime.engine.surroundings import Surroundings
from runtime.journal.codec import UnreadableRecord
from runtime.operations.on_workspace import note
from runtime.operations.own_identity import identity_of
from runtime.operations.set_back import end_where_set_back
from runtime.operations.upkeep import JOURNAL
from runtime.projections.rebuild import SHAPE_KEPT_AS, bring_up_to_date
from runtime.workspace_parts import WorkspaceParts
from runtime.workspace_runtime import WorkspaceRuntime
from storage.damaged_lists import put_damaged_aside
from storage.emptied import lost_everything
from storage.errors import DatabaseTooNew, DatabaseUnreadable, StorageUnavailable
from storage.lock import WorkspaceLock
from storage.recorder import Recorder
from storage.recorder_sqlite import SqliteRecorder
from storage.seals import FILE as SEAL

VERSION = "0.1.0"
OWN = Surroundings()
log = logging.getLogger(__name__)


def log_crash(error: BaseException, doing: str) -> None:
    """Where nobody shows crash reports: into the log, with its traceback."""
    log.error("The program made a mistake while %s.", doing, exc_info=error)


async def open_workspace(
    folder: Path,
    *,
    title: str = "",
    at_work: bool = True,
    on_crash: OnCrash = log_crash,
    around: Surroundings = OWN,
) -> WorkspaceRuntime:
    """Open (or make) a workspace. ``at_work`` False: nothing runs, asks can be looked at and files imported.

    Raises WorkspaceOwned, DatabaseTooNew, DatabaseUnreadable, StorageUnavailable, each with its sentences; the files
    are then as they were.
    """
    await asyncio.to_thread(_make_folder, folder)
    lock = WorkspaceLock(folder)
    await asyncio.to_thread(lock.acquire)
    recorder: Recorder | None = None
    supervisor: Supervisor | None = None
    parts: WorkspaceParts | None = None
    try:
        recorder = around.recorder(await SqliteRecorder.open(folder / JOURNAL, folder / "backups"))
        await asyncio.to_thread(put_damaged_aside, folder / JOURNAL, SHAPE_KEPT_AS)
        await bring_up_to_date(recorder)
        workspace_id = await identity_of(recorder)
        parts = WorkspaceParts(folder, recorder, lock, workspace_id, around)
        await _load(parts, workspace_id, title or folder.name)
        await end_where_set_back(parts.engine.ops, await _newest_at(recorder))
        if at_work:  # who merely looks is asked for no keyring's password
            await parts.learn_secrets()
        supervisor = Supervisor(parts.engine, Intake(parts.engine, parts.reads.task_keys), on_crash, lock.keep)
        runtime = WorkspaceRuntime(parts, supervisor)
        if at_work:
            after_crash = await parts.reads.stopped_without_closing()
            begun = NoteStarted(VERSION, after_crash)
            if isinstance(await parts.engine.ops.perform(begun), Refusal):
                runtime.record_later(begun)  # a full disk keeps nobody from looking; it is told as a trouble
            runtime.at_work = True
        await parts.look_before_work()
        if at_work:
            open_runs = [RunId(run_id) for run_id in await parts.reads.open_runs()]
            today = parts.engine.budgeting.day(parts.engine.clock.now())
            await supervisor.start(open_runs, await parts.reads.open_months(today))
        runtime.start_background()
    except BaseException:
        await _give_up(lock, recorder, parts, supervisor)
        raise
    return runtime


async def _newest_at(recorder: Recorder) -> int:
    """When the last record was written, µs UTC by the clock of then; 0 where there is none."""
    found = await recorder.read((await recorder.head()).seq - 1, 1)
    return found[-1].at if found else 0


async def _load(parts: WorkspaceParts, workspace_id: str, title: str) -> None:
    """What holds for the whole workspace; that of a new one begins here. Raises DatabaseTooNew, DatabaseUnreadable."""
    states = parts.engine.states
    grants = [grant_stream(GrantId(grant_id)) for grant_id in await parts.reads.standing_grants()]
    agents = [AgentName(name) for name in await parts.reads.agent_names()]
    try:
        await states.load_workspace(agents, grants)
    except UnreadableRecord as error:
        raise (DatabaseTooNew if error.newer else DatabaseUnreadable)(error.sentence, "", "") from error
    if not states.workspace.created:
        await note(parts.engine.ops, WorkspaceCreated(workspace_id, title))


async def _give_up(
    lock: WorkspaceLock, recorder: Recorder | None, parts: WorkspaceParts | None, supervisor: Supervisor | None
) -> None:
    """It was not opened: everything that was made until then ends."""
    if supervisor is not None:
        await supervisor.close(0)
        await supervisor.disk.close()
    if parts is not None:
        await parts.secrets.close()
    if recorder is not None:
        await recorder.close()
    if parts is not None:
        give_back(lock, parts.engine.runner)
    else:
        lock.release()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(
            f"The workspace folder {folder.name} cannot be made or opened: {error.strerror or error}.",
            "Nothing was changed.",
            "Choose a folder you may write, or change its rights.",
        ) from error
    if lost := lost_everything(folder / JOURNAL, folder / "keys" / SEAL):
        raise lost
