"""Undo records on disk before their effect: ``<workspace>/undo/<key>.json``, written whole or not at all."""

import hashlib
import os
from pathlib import Path

import msgspec

from runtime.domain.undo import UndoRecord

FOLDER = "undo"


class MemoDamaged(Exception):
    """A remembered undo record cannot be read; the sentence says which."""


class Memo:
    """What tools remembered, by idempotency key. Blocking; called from worker threads."""

    def __init__(self, workspace: Path) -> None:
        self._folder = workspace / FOLDER
        self._safe = False
        self._written: set[str] = set()
        self._from_before: frozenset[str] | None = None
        """What lay in the folder at the first look; None = nobody has looked yet."""

    def may_hold(self, key: str) -> bool:
        """False where nothing is kept under this key, known without looking at the disk. From any thread."""
        if self._from_before is None:
            return True
        if not self._written and not self._from_before:
            return False
        name = self._name(key)
        return name in self._written or name in self._from_before

    def remember(self, key: str, record: UndoRecord) -> None:
        """Returns when the record is on disk; a second record under the same key takes the place of the first."""
        if not self._safe or not self._folder.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._folder.parent)  # a note in a folder that a power cut takes away is no note
            self._safe = True
        self._written.add(self._name(key))
        target = self._path(key)
        draft = target.with_suffix(".part")
        with open(draft, "wb") as file:
            file.write(msgspec.json.encode(record))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
        _sync_folder(self._folder)

    def recall(self, key: str) -> UndoRecord | None:
        """The record remembered under this key, or None."""
        if not self.may_hold(key):
            return None
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        return self._decoded(self._path(key), content)

    def kept(self) -> tuple[UndoRecord, ...]:
        """Every record kept: of an effect whose end was never recorded it alone says what its undo needs.

        Raises MemoDamaged when one of them cannot be read: nobody knows then what it names.
        """
        found: list[UndoRecord] = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue  # forgotten just now: the journal has it
            except OSError as error:
                raise MemoDamaged(f"The undo record {path.name} in {FOLDER}/ cannot be read: {error}.") from error
            found.append(self._decoded(path, content))
        return tuple(found)

    @staticmethod
    def _decoded(path: Path, content: bytes) -> UndoRecord:
        try:
            return msgspec.json.decode(content, type=UndoRecord)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise MemoDamaged(
                f"The undo record {path.name} in {FOLDER}/ is damaged: {error}. "
                "What it describes cannot be looked up; the journal still has the effect."
            ) from error

    def forget(self, key: str) -> None:
        """Remove the record once the journal holds it."""
        if self._from_before is None:
            self._from_before = frozenset(self.keys())
        self._path(key).unlink(missing_ok=True)
        self._written.discard(self._name(key))

    def keys(self) -> tuple[str, ...]:
        """File names (without ending) of all records kept."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.json"))) if self._folder.is_dir() else ()

    def _path(self, key: str) -> Path:
        return self._folder / f"{self._name(key)}.json"

    @staticmethod
    def _name(key: str) -> str:
        plain = key.isascii() and key.replace("-", "").replace("_", "").isalnum() and len(key) <= 128
        # A key that could mean something to the file system is stored under its hash.
        return key.lower() if plain else hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows has no handle of a folder that could be synced
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
