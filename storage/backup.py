"""A workspace in one zip file: its database as of one moment, blobs and files, each with its hash; and back again."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote_to_bytes

import msgspec

from storage.chain_check import ChainReport, verify_chain
from storage.engine import sync_folder
from storage.errors import BackupFailed, StorageError
from storage.migrate import back_up_file
from storage.records import Head

MANIFEST = "manifest.json"
_PIECE = 1 << 20
_OWN_FOLDERS = ("blobs", "keys", "undo")
Progress = Callable[[int, int], None]  # files done, files in all


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    size: int
    sha256: str
    mode: int  # permission bits
    quoted: bool = False
    """Its name is no text (bytes of another encoding); each byte beyond ASCII stands as %XX."""


class Manifest(msgspec.Struct, frozen=True):
    made: str  # UTC, ISO 8601
    database: str  # its name in the zip and in the workspace
    records: int
    head: str  # the last record's hash, hexadecimal
    files: dict[str, Entry]
    format: int = 1


def back_up(database: Path, folders: Mapping[str, Path], target: Path, progress: Progress | None = None) -> Manifest:
    """Write a backup; `folders` maps names in the zip to folders or files (`{"blobs": ..., "files": ...}`).

    The database may be in use. What the database names is copied after it, so no record lacks its blob. The target
    appears only when it is complete; BackupFailed otherwise.
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as scratch:
            copy = back_up_file(database, Path(scratch) / database.name)
            chain = _whole(copy, f"The journal {database.name} is damaged, so it was not backed up")
            sources = [(database.name, copy), *_sources(folders)]
            manifest = _write_zip(part, database.name, chain, sources, progress)
        part.replace(target)
        sync_folder(target.parent)
    except StorageError:
        raise
    except Exception as error:
        raise _failed(f"The backup {target.name} could not be written", error) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return manifest


def restore(
    source: Path, workspace: Path, progress: Progress | None = None, complete: Callable[[Path], None] | None = None
) -> Manifest:
    """Unpack a backup into a folder that is empty or not there; every file and the hash chain are checked first.

    The workspace's seal must be made anew (`Seals.start_over`): the last one may name later records. `complete` does it
    in the folder it is given, before the workspace has its name: killed on the way, there is none.
    """
    if workspace.exists() and (not workspace.is_dir() or any(workspace.iterdir())):
        raise BackupFailed(
            f"The folder {workspace.name} is not empty.",
            "Nothing was changed.",
            "Choose an empty folder, so that nothing can be overwritten.",
        )
    scratch: Path | None = None
    try:
        workspace.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".restore-", dir=workspace.parent))
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive, source)
            _unpack(archive, manifest, scratch, source, progress)
        chain = _whole(scratch / manifest.database, f"The journal in {source.name} is damaged")
        if (chain.head.seq, chain.head.hash.hex()) != (manifest.records, manifest.head):
            raise _damaged(source, f"its journal ends at record {chain.head.seq}, not at {manifest.records}")
        if complete is not None:
            complete(scratch)
        for folder in (*(path for path in scratch.rglob("*") if path.is_dir()), scratch):
            sync_folder(folder)
        if workspace.exists():
            workspace.rmdir()
        scratch.replace(workspace)
        sync_folder(workspace.parent)
    except StorageError:
        raise
    except Exception as error:
        raise _failed(f"The backup {source.name} could not be restored", error) from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    return manifest


def head_of(manifest: Manifest) -> Head:
    return Head(manifest.records, bytes.fromhex(manifest.head))


def _sources(folders: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    for name, folder in folders.items():
        if folder.is_file():
            yield name, folder
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            # Links are left out: what they point at is not the workspace's.
            if path.is_file() and not path.is_symlink() and not _half_written(name, path):
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _half_written(folder: str, path: Path) -> bool:
    """One of the program's own files on its way; what a person or an agent named so is theirs, and is backed up."""
    return path.suffix == ".part" and (folder in _OWN_FOLDERS or path.name.startswith("."))


def _write_zip(
    part: Path, database: str, chain: ChainReport, sources: list[tuple[str, Path]], progress: Progress | None
) -> Manifest:
    entries: dict[str, Entry] = {}
    with part.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for done, (name, path) in enumerate(sources, 1):
                kept_as, quoted = _text_of(name)
                entry = _add(archive, kept_as, path, quoted)
                if entry is not None:
                    entries[kept_as] = entry
                if progress is not None:
                    progress(done, len(sources))
            made = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = Manifest(made, database, chain.head.seq, chain.head.hash.hex(), entries)
            archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _text_of(name: str) -> tuple[str, bool]:
    """A name that a zip and a manifest can hold, and whether it had to be written otherwise."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return quote(os.fsencode(name), safe="/ "), True
    return name, False


def _add(archive: zipfile.ZipFile, name: str, path: Path, quoted: bool) -> Entry | None:
    digest, size = sha256(), 0
    try:
        source = path.open("rb")
    except FileNotFoundError:  # an agent moved it meanwhile: the files are those of the time of copying
        return None
    with source, archive.open(name, "w", force_zip64=True) as copy:
        mode = stat.S_IMODE(os.fstat(source.fileno()).st_mode)
        while piece := source.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            copy.write(piece)
    return Entry(size, digest.hexdigest(), mode, quoted)


def _manifest(archive: zipfile.ZipFile, source: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except (KeyError, msgspec.DecodeError):
        raise BackupFailed(
            f"{source.name} is not a backup of a workspace, or was cut short.",
            "Nothing was changed.",
            "Choose another backup.",
        ) from None
    if manifest.database not in manifest.files:
        raise _damaged(source, "it holds no journal")
    return manifest


def _unpack(
    archive: zipfile.ZipFile, manifest: Manifest, folder: Path, source: Path, progress: Progress | None
) -> None:
    for done, (name, entry) in enumerate(manifest.files.items(), 1):
        place = PurePosixPath(os.fsdecode(unquote_to_bytes(name)) if entry.quoted else name)
        if place.is_absolute() or ".." in place.parts or _not_here(str(place)):
            raise _damaged(source, f"it names a place outside the workspace, or none of this system: {name}")
        target = folder.joinpath(*place.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, size = sha256(), 0
        try:
            with archive.open(name) as packed, target.open("wb") as file:
                # Never more than the manifest says: a forged zip must not fill the disk.
                while size <= entry.size and (piece := packed.read(_PIECE)):
                    digest.update(piece)
                    size += len(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except (KeyError, zipfile.BadZipFile, EOFError) as error:
            raise _damaged(source, f"{name} cannot be read from it") from error
        if (size, digest.hexdigest()) != (entry.size, entry.sha256):
            raise _damaged(source, f"{name} is not as it was backed up")
        target.chmod(entry.mode & 0o777)
        if progress is not None:
            progress(done, len(manifest.files))


def _not_here(name: str) -> bool:
    """Elsewhere these are signs like any other, and people use them; Windows reads them as a place."""
    return "\0" in name or (os.name == "nt" and ("\\" in name or ":" in name))


def _whole(database: Path, what: str) -> ChainReport:
    chain = verify_chain(database)
    if not chain.whole:
        raise BackupFailed(f"{what}: {chain.why}", "Nothing was changed.", "Restore the workspace from another backup.")
    return chain


def _damaged(source: Path, why: str) -> BackupFailed:
    return BackupFailed(
        f"The backup {source.name} is damaged: {why}.", "Nothing was changed.", "Choose another backup."
    )


def _failed(what: str, error: Exception) -> BackupFailed:
    if isinstance(error, zipfile.BadZipFile):
        reason = "it is not a zip file, or was cut short"
    elif isinstance(error, OSError):
        reason = error.strerror or str(error)
    else:
        reason = str(error)
    return BackupFailed(
        f"{what}: {reason}.",
        "The workspace and earlier backups are as they were.",
        "Check that the file is there, that the disk has room and that the folder may be written, then do it again.",
    )
