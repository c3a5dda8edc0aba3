"""One process owns a workspace; who comes second is told who has it, and a killed owner leaves nothing in the way."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

import storage.lock
from storage.errors import StorageUnavailable, WorkspaceOwned
from storage.lock import FILE, WorkspaceLock, owner_of

if sys.platform != "win32":
    import fcntl

HOLD = """
import sys
from pathlib import Path
from storage.lock import WorkspaceLock
lock = WorkspaceLock(Path(sys.argv[1]))
lock.acquire("/tmp/talk.sock")
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_told_who_has_it(tmp_path: Path) -> None:
    first = WorkspaceLock(tmp_path)
    first.acquire()
    first.announce("/tmp/talk.sock")
    with pytest.raises(WorkspaceOwned, match=f"number {os.getpid()}") as refused:
        WorkspaceLock(tmp_path).acquire()
    assert refused.value.pid == os.getpid()
    assert refused.value.socket == "/tmp/talk.sock"
    owner = owner_of(tmp_path)
    assert owner is not None
    assert owner.socket == "/tmp/talk.sock"
    first.release()
    assert owner_of(tmp_path) is None
    with WorkspaceLock(tmp_path):
        assert owner_of(tmp_path) is not None
    assert owner_of(tmp_path) is None


def test_another_process_is_named_and_once_killed_is_not_in_the_way(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(WorkspaceOwned) as refused:
            WorkspaceLock(tmp_path).acquire()
        assert (refused.value.pid, refused.value.socket) == (holder.pid, "/tmp/talk.sock")
        holder.kill()
        holder.wait()
    assert (tmp_path / FILE).stat().st_size > 0  # it could not tidy up
    assert owner_of(tmp_path) is None
    lock = WorkspaceLock(tmp_path)
    assert lock.acquire().pid == os.getpid()
    lock.release()


def test_a_lock_file_with_nonsense_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff{nonsense")
    assert owner_of(tmp_path) is None
    lock = WorkspaceLock(tmp_path)
    lock.acquire()
    (tmp_path / FILE).write_bytes(b"nonsense again")
    with pytest.raises(WorkspaceOwned, match="already open"):
        WorkspaceLock(tmp_path).acquire()
    lock.release()


def test_a_place_that_cannot_hold_a_lock_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="lock could not be opened"):
        WorkspaceLock(tmp_path / "file").acquire()


@pytest.mark.skipif(sys.platform == "win32", reason="Making links needs a right of its own on Windows.")
@pytest.mark.parametrize("kind", ["link", "other name", "pipe", "dangling"])
def test_a_lock_that_is_another_file_is_refused_and_that_file_left_as_it_is(tmp_path: Path, kind: str) -> None:
    """A folder that came from elsewhere could make the program write over any file of its user."""
    precious, workspace = tmp_path / "precious", tmp_path / "workspace"
    precious.write_text("do not lose", "utf-8")
    workspace.mkdir()
    lock = workspace / FILE
    match kind:
        case "link":
            lock.symlink_to(precious)
        case "other name":
            lock.hardlink_to(precious)
        case "pipe":
            os.mkfifo(lock)
        case _:
            lock.symlink_to(tmp_path / "made")
    with pytest.raises(StorageUnavailable, match=r"is no lock of this program"):
        WorkspaceLock(workspace).acquire()
    assert precious.read_text("utf-8") == "do not lose"
    assert not (tmp_path / "made").exists()


FULL = """
import resource, signal, sys
from pathlib import Path
from storage.lock import WorkspaceLock
lock = WorkspaceLock(Path(sys.argv[1]))
if sys.argv[2] == "announce":
    lock.acquire("/tmp/first.sock")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
if sys.argv[2] == "announce":
    lock.announce("/tmp/second.sock")
else:
    lock.acquire("/tmp/first.sock")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="A limit on the size of files is not to be had there.")
@pytest.mark.parametrize("doing", ["acquire", "announce"])
def test_a_disk_that_takes_no_words_is_no_failure_of_the_lock_and_empties_nothing(tmp_path: Path, doing: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", FULL, str(tmp_path), doing], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        owner = owner_of(tmp_path)
        assert owner is not None
        assert owner.socket == ("/tmp/first.sock" if doing == "announce" else "")
        holder.kill()
        holder.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="A file that is open cannot be removed there.")
@pytest.mark.parametrize("removed", ["removed", "replaced"])
def test_a_lock_file_that_is_gone_lets_no_other_process_in(tmp_path: Path, removed: str) -> None:
    """Not even before its owner looks again: the folder itself is locked."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path.cwd()
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        (tmp_path / FILE).unlink()
        if removed == "replaced":
            (tmp_path / FILE).write_bytes(b"")
        with pytest.raises(WorkspaceOwned, match="already open"):
            WorkspaceLock(tmp_path).acquire()
        assert owner_of(tmp_path) is not None
        holder.kill()
        holder.wait()
    with WorkspaceLock(tmp_path):
        assert owner_of(tmp_path) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="A file that is open cannot be removed there.")
def test_a_lock_file_that_is_removed_while_it_is_held_is_made_anew(tmp_path: Path) -> None:
    first, second = WorkspaceLock(tmp_path), WorkspaceLock(tmp_path)
    first.acquire("/tmp/talk.sock")
    (tmp_path / FILE).unlink()
    first.keep()
    with pytest.raises(WorkspaceOwned) as refused:
        second.acquire()
    assert refused.value.socket == "/tmp/talk.sock"
    first.release()
    second.acquire()
    second.release()


@pytest.mark.skipif(sys.platform == "win32", reason="A file that is open cannot be removed there.")
def test_where_folders_cannot_be_locked_the_owner_finds_out_that_another_one_came_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.folder_lock.fcntl.flock", _no_folders(fcntl.flock))
    first, second = WorkspaceLock(tmp_path), WorkspaceLock(tmp_path)
    first.acquire()
    (tmp_path / FILE).unlink()
    second.acquire()
    with pytest.raises(StorageUnavailable, match=r"removed or replaced.*another one"):
        first.keep()
    second.release()
    first.keep()
    with pytest.raises(WorkspaceOwned):
        second.acquire()
    first.release()


def _no_folders(own: Callable[[int, int], None]) -> Callable[[int, int], None]:
    def flock(descriptor: int, how: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EBADF, "a file system that locks no folders")
        own(descriptor, how)

    return flock


@pytest.mark.skipif(sys.platform == "win32", reason="A folder that is in use cannot be moved there.")
def test_a_folder_that_is_moved_while_it_is_open_is_told_and_is_kept_once_it_is_back(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "shop", tmp_path / "elsewhere"
    with WorkspaceLock(folder) as lock:
        folder.rename(elsewhere)
        folder.mkdir()
        with pytest.raises(StorageUnavailable, match="was moved or replaced"):
            lock.keep()
        with pytest.raises(WorkspaceOwned):
            WorkspaceLock(elsewhere).acquire()
        folder.rmdir()
        elsewhere.rename(folder)
        lock.keep()


@pytest.mark.skipif(sys.platform == "win32", reason="A file that is open cannot be replaced there.")
def test_what_is_replaced_between_being_opened_and_being_locked_is_not_what_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = storage.lock._opened
    times = iter(range(9))

    def replaced_once(path: Path, *, make_folder: bool = True) -> BinaryIO:
        file = opened(path, make_folder=make_folder)
        if next(times) == 0:
            path.unlink()
        return file

    monkeypatch.setattr(storage.lock, "_opened", replaced_once)
    first = WorkspaceLock(tmp_path)
    first.acquire()
    with pytest.raises(WorkspaceOwned):
        WorkspaceLock(tmp_path).acquire()
    first.release()
