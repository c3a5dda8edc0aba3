"""Between SQLite and the disk: sees every call of the file layer of Python's own SQLite, and can make one fail.

The layer is a VFS of SQLite put in front of the default one. It is made with ctypes in the very library that Python's
``sqlite3`` uses, so the product's writer, its readers and SQLAlchemy run through it unchanged. (``apsw`` brings a
SQLite of its own: with its VFS the journal would be written by another driver and another version than the product's.)
"""

from __future__ import annotations

import ctypes
import sqlite3
import sys
import threading
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any, ClassVar

Seen = Callable[[str, str, int, bytes], None]
"""(kind of call, path, offset or size, bytes written): after it went well."""
Fault = Callable[[str, str], int]
"""(kind of call, path) -> SQLite's error code to answer instead of doing it, or 0."""

CREATED = "create"
NAME = b"watched"

# The name as a bare pointer: SQLite keeps the parameters of a URI behind it.
_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_MOVE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_NUMBER = CFUNCTYPE(c_int, c_void_p, c_int)
_SHM_LOCK = CFUNCTYPE(c_int, c_void_p, c_int, c_int, c_int)


class NoLayer(Exception):
    """This Python's SQLite cannot be reached; the sentence says why."""


class Vfs(Structure):
    """sqlite3_vfs, version 3."""

    _fields_: ClassVar[list[Any]] = [
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        *[(name, c_void_p) for name in ("access", "full_path", "dl_open", "dl_error", "dl_symbol", "dl_close")],
        *[(name, c_void_p) for name in ("randomness", "sleep", "time", "last_error", "time_64")],
        *[(name, c_void_p) for name in ("set_call", "get_call", "next_call")],
    ]


class Methods(Structure):
    """sqlite3_io_methods, version 3."""

    _fields_: ClassVar[list[Any]] = [
        ("version", c_int),
        *[(name, c_void_p) for name in ("close", "read", "write", "truncate", "sync", "size", "lock", "unlock")],
        *[(name, c_void_p) for name in ("check_lock", "control", "sector", "device", "shm_map", "shm_lock")],
        *[(name, c_void_p) for name in ("shm_barrier", "shm_unmap", "fetch", "unfetch")],
    ]


def library() -> ctypes.CDLL:
    """The SQLite that the module ``sqlite3`` uses. Raises NoLayer."""
    candidates: list[str | None] = []
    maps = Path("/proc/self/maps")
    if maps.exists():
        loaded = {line.split(maxsplit=5)[-1] for line in maps.read_text().splitlines() if "sqlite3" in line}
        candidates = [path for path in sorted(loaded) if path.startswith("/")]
    for name in (*candidates, None):
        try:
            found = ctypes.CDLL(name)
            found.sqlite3_libversion.restype = c_char_p
            if found.sqlite3_libversion().decode() != sqlite3.sqlite_version:
                continue
        except (OSError, AttributeError, TypeError):
            continue
        found.sqlite3_vfs_find.argtypes, found.sqlite3_vfs_find.restype = [c_char_p], POINTER(Vfs)
        found.sqlite3_vfs_register.argtypes = [POINTER(Vfs), c_int]
        found.sqlite3_vfs_unregister.argtypes = [POINTER(Vfs)]
        return found
    raise NoLayer(
        f"SQLite is built into this Python ({sys.version.split()[0]}, {sys.platform}) so that its file layer cannot "
        "be reached; a Python that uses the system's SQLite library can run this."
    )


class SqliteLayer:
    """In force inside its ``with``, for connections opened there; they have to be closed before it ends."""

    def __init__(self, seen: Seen | None = None, fault: Fault | None = None) -> None:
        self._seen = seen or (lambda kind, path, number, content: None)
        self._fault = fault or (lambda kind, path: 0)
        self._library = library()
        self._paths: dict[int, str] = {}
        self._methods: dict[int, tuple[Methods, list[Any]]] = {}
        self._lock = threading.Lock()
        self._names = threading.Lock()
        """Held while a file is made or removed and seen to be: what is seen is in the order in which it was."""
        self._kept: list[Any] = []  # ctypes frees what Python forgets
        self.errors: list[BaseException] = []

    def __enter__(self) -> SqliteLayer:
        self._default = self._library.sqlite3_vfs_find(None)
        self._vfs = Vfs()
        ctypes.memmove(ctypes.byref(self._vfs), self._default, ctypes.sizeof(Vfs))
        self._vfs.next, self._vfs.name = None, NAME
        self._put(self._vfs, "open", _OPEN, self._open, -1, kept=self._kept)
        self._put(self._vfs, "delete", _DELETE, self._delete, -1, kept=self._kept)
        self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)
        return self

    def __exit__(self, *_: object) -> None:
        self._library.sqlite3_vfs_unregister(ctypes.byref(self._vfs))
        self._library.sqlite3_vfs_register(self._default, 1)
        if self.errors:
            raise self.errors[0]

    def _put(self, table: Structure, name: str, kind: Any, function: Any, failure: int, *, kept: list[Any]) -> None:
        """Into the table goes our function; it is handed the one that stood there."""
        own = kind(getattr(table, name))

        def guarded(*given: Any) -> int:
            try:
                return int(function(own, *given))
            except BaseException as error:  # an exception cannot pass through C
                self.errors.append(error)
                return sqlite3.SQLITE_INTERNAL

        callback = kind(guarded)
        kept.extend((own, callback))
        setattr(table, name, ctypes.cast(callback, c_void_p).value)

    def _open(self, own: Any, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        path = ctypes.string_at(name).decode() if name else ""
        code = self._fault("open", path)
        if code:
            ctypes.cast(file, POINTER(c_void_p))[0] = None  # there is nothing to be closed then
            return code
        with self._names:
            new = bool(path) and not Path(path).exists()
            answer = int(own(ctypes.addressof(self._default.contents), name, file, flags, out))
            methods = ctypes.cast(file, POINTER(c_void_p))
            if answer == sqlite3.SQLITE_OK and methods[0]:
                with self._lock:
                    self._paths[file] = path
                    methods[0] = ctypes.addressof(self._watched(methods[0]))
                if new:
                    self._seen(CREATED, path, 0, b"")
        return answer

    def _delete(self, own: Any, vfs: int, name: bytes, sync_folder: int) -> int:
        path = name.decode()
        code = self._fault("delete", path)
        with self._names:
            code = code or int(own(ctypes.addressof(self._default.contents), name, sync_folder))
            if code == sqlite3.SQLITE_OK:
                self._seen("delete", path, sync_folder, b"")
        return code

    def _watched(self, original: int) -> Methods:
        """The file's methods with ours before them; one table for each table of SQLite's own."""
        if original not in self._methods:
            table, kept = Methods(), list[Any]()
            ctypes.memmove(ctypes.byref(table), original, ctypes.sizeof(Methods))
            for name, kind, function in (
                ("close", _CLOSE, self._close),
                ("read", _MOVE, self._read),
                ("write", _MOVE, self._write),
                ("truncate", _TRUNCATE, self._truncate),
                ("sync", _NUMBER, self._sync),
                ("lock", _NUMBER, self._take_lock),
                ("shm_lock", _SHM_LOCK, self._take_shared_lock),
            ):
                if getattr(table, name):
                    self._put(table, name, kind, function, -1, kept=kept)
            self._methods[original] = (table, kept)
        return self._methods[original][0]

    def _close(self, own: Any, file: int) -> int:
        with self._lock:
            self._paths.pop(file, None)
        return int(own(file))

    def _read(self, own: Any, file: int, into: int, amount: int, offset: int) -> int:
        return self._fault("read", self._paths[file]) or int(own(file, into, amount, offset))

    def _write(self, own: Any, file: int, content: int, amount: int, offset: int) -> int:
        path = self._paths[file]
        code = self._fault("write", path) or int(own(file, content, amount, offset))
        if code == sqlite3.SQLITE_OK:
            self._seen("write", path, offset, ctypes.string_at(content, amount))
        return code

    def _truncate(self, own: Any, file: int, size: int) -> int:
        path = self._paths[file]
        code = self._fault("truncate", path) or int(own(file, size))
        if code == sqlite3.SQLITE_OK:
            self._seen("truncate", path, size, b"")
        return code

    def _sync(self, own: Any, file: int, flags: int) -> int:
        path = self._paths[file]
        code = self._fault("sync", path) or int(own(file, flags))
        if code == sqlite3.SQLITE_OK:
            self._seen("sync", path, flags, b"")
        return code

    def _take_lock(self, own: Any, file: int, level: int) -> int:
        return self._fault("lock", self._paths[file]) or int(own(file, level))

    def _take_shared_lock(self, own: Any, file: int, offset: int, count: int, flags: int) -> int:
        taking_for_writing = flags == 10  # SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE
        code = self._fault("lock", self._paths[file]) if taking_for_writing else 0
        return code or int(own(file, offset, count, flags))
