"""The folder a grant names: an agent's paths are looked up here, component by component, never through links."""

import errno
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.tools.contract import Failure, ToolFailed
from runtime.tools.open_folder import LinkMet, OpenFolder
from runtime.tools.path_names import PathRefused, folded, is_protected, parts_of, refuse_protected

OUTSIDE = Failure("outside", "The path is not one that may be named, leads out of the granted folder, or is protected.")
MISSING = Failure("missing", "Nothing is there under this name.")
EXISTS = Failure("exists", "Something is there already under this name, or under one that differs only in spelling.")
NOT_A_FILE = Failure("not-a-file", "A folder, a link or something else stands where a plain file is needed.")
NO_PERMISSION = Failure("no-permission", "The operating system does not allow it.")
NO_SPACE = Failure("no-space", "The disk is full.", passing=True)
DISK = Failure("disk", "The disk or the folder could not be used.", passing=True)
FOLDER_FAILURES = (OUTSIDE, MISSING, EXISTS, NOT_A_FILE, NO_PERMISSION, DISK)


@dataclass
class Spot:
    """A place for a file: the deepest folder that exists, the folders still to be made below it, and the name."""

    folder: OpenFolder
    missing: tuple[str, ...]
    name: str
    path: str
    """Relative to the granted folder."""

    def made(self) -> tuple[str, ...]:
        """Paths of the folders that will have to be made, outermost first."""
        parts = self.path.split("/")[:-1]
        first = len(parts) - len(self.missing)
        return tuple("/".join(parts[: end + 1]) for end in range(first, len(parts)))


class GrantedFolder:
    """``workspace`` is the workspace folder, ``grant`` the granted folder relative to it ("" = all of it)."""

    def __init__(self, workspace: Path, grant: str) -> None:
        self._workspace = workspace
        self._grant = parts_of(grant)
        refuse_protected(self._grant)

    def resource(self, path: str) -> str:
        """The path relative to the workspace, as rules name it."""
        return "/".join((*self._grant, *parts_of(path)))

    def absolute(self, path: str) -> Path:
        """Where the file is, for the hash an approval is bound to."""
        return self._workspace.joinpath(*self._grant, *parts_of(path))

    def hides(self, path: str) -> bool:
        """Whether this is left out of lists, because it belongs to the console."""
        return is_protected((*self._grant, *path.split("/")))

    @contextmanager
    def opened(self, path: str) -> Iterator[OpenFolder]:
        """The folder at ``path``. Raises ToolFailed where it is not there or not reachable."""
        with told(path), self._walk(self._checked(path)) as (folder, missing):
            if missing:
                raise self._not_there(path, folder, missing[0])
            yield folder

    @contextmanager
    def spot(self, path: str) -> Iterator[Spot]:
        """The place of a file, there or not. Raises ToolFailed for what may not be named or is spelled differently."""
        parts = self._checked(path)
        if not parts:
            raise ToolFailed(OUTSIDE.code, "The path is empty; name a file.")
        with told(path), self._walk(parts[:-1]) as (folder, missing):
            if not missing:
                _same_spelling(folder, parts[-1])
            yield Spot(folder, missing, parts[-1], path)

    def read(self, path: str, most: int) -> tuple[bytes, int]:
        """Content and permission bits of a file that must be there."""
        found = self.look(path, most)
        if found is None:
            with self.spot(path) as spot:
                raise self._not_there(path, spot.folder, spot.missing[0] if spot.missing else spot.name)
        return found

    def look(self, path: str, most: int) -> tuple[bytes, int] | None:
        """Content and permission bits of a plain file, or None where nothing is. Raises ToolFailed when too large."""
        with self.spot(path) as spot:
            state = None if spot.missing else spot.folder.stat(spot.name)
            if state is None:
                return None
            if not stat.S_ISREG(state.st_mode):
                raise ToolFailed(NOT_A_FILE.code, f"{path} is {kind_of(state.st_mode)}, not a plain file.")
            content, state = spot.folder.read(spot.name, most)
            if len(content) > most:
                raise ToolFailed("too-large", f"{path} has {state.st_size:,} bytes; at most {most:,} are handled here.")
            return content, stat.S_IMODE(state.st_mode)

    @contextmanager
    def made(self, path: str) -> Iterator[OpenFolder]:
        """The folder that holds ``path``, made where it is missing."""
        with told(path), self._walk(self._checked(path)[:-1], make=True) as (folder, _):
            _same_spelling(folder, path.split("/")[-1])
            yield folder

    def _checked(self, path: str) -> tuple[str, ...]:
        try:
            parts = parts_of(path)
            refuse_protected((*self._grant, *parts))
        except PathRefused as error:
            raise ToolFailed(OUTSIDE.code, str(error)) from error
        return parts

    @contextmanager
    def _walk(self, parts: tuple[str, ...], *, make: bool = False) -> Iterator[tuple[OpenFolder, tuple[str, ...]]]:
        """Open folder by folder; each one is closed when the next is open."""
        folder = OpenFolder.top(self._workspace)
        try:
            for index, name in enumerate((*self._grant, *parts)):
                _same_spelling(folder, name)
                if folder.stat(name) is None:
                    if index < len(self._grant):
                        raise FileNotFoundError(errno.ENOENT, "the granted folder is not there")
                    if not make:
                        yield folder, parts[index - len(self._grant) :]
                        return
                    folder.make(name)
                outer, folder = folder, folder.inside(name)
                outer.__exit__(None, None, None)
            yield folder, ()
        finally:
            folder.__exit__(None, None, None)

    def _not_there(self, path: str, folder: OpenFolder, name: str) -> ToolFailed:
        return ToolFailed(MISSING.code, f"There is no {path or 'granted folder'}: {name} is missing.")


def _same_spelling(folder: OpenFolder, name: str) -> None:
    """On every system a name has one spelling: what differs from the disk only in case or form is refused."""
    names = folder.names()
    if name in names:
        return
    wanted = folded(name)
    for other in names:
        if folded(other) == wanted:
            raise ToolFailed(EXISTS.code, f"{name!r} is spelled {other!r} on the disk; use that spelling.")


def kind_of(mode: int) -> str:
    """What stands there, in words."""
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISLNK(mode):
        return "a link"
    return "a plain file" if stat.S_ISREG(mode) else "neither a file nor a folder"


@contextmanager
def told(path: str) -> Iterator[None]:
    """Faults of the operating system as declared failures."""
    try:
        yield
    except LinkMet as error:
        raise ToolFailed(OUTSIDE.code, f"{path!r} goes through a link ({error}); links are not followed.") from error
    except OSError as error:
        raise _failure(path, error) from error


def _failure(path: str, error: OSError) -> ToolFailed:
    why = error.strerror or str(error)
    match error.errno:
        case errno.ELOOP:
            return ToolFailed(OUTSIDE.code, f"{path!r} goes through a link; links are not followed.")
        case errno.ENOSPC | errno.EDQUOT:
            return ToolFailed(NO_SPACE.code, f"The disk is full; {path!r} is as it was.", passing=True)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return ToolFailed(NO_PERMISSION.code, f"{path!r} cannot be used: {why}.")
        case errno.ENOTDIR | errno.EISDIR:
            return ToolFailed(NOT_A_FILE.code, f"{path!r} cannot be used: {why}.")
        case errno.ENOENT:
            return ToolFailed(MISSING.code, f"{path!r} is not there: {why}.")
    return ToolFailed(DISK.code, f"{path!r} cannot be used: {why}.", passing=True)
