"""The index of one folder of documents (SQLite FTS5, BM25): kept in the workspace's folder, brought up to date before
each use by whoever uses it (tools run in worker threads), and made anew where it is damaged. It holds nothing that is
not in the documents."""

import hashlib
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.tools.contract import Failure, ToolContext, ToolFailed
from runtime.tools.documents.terms import match_of
from runtime.tools.documents.texts import Document, PassedOver, documents_of, is_document
from runtime.tools.granted_folder import GrantedFolder
from runtime.tools.stopping import stop_if_asked

INDEX_FOLDER = ".indexes"
SHAPE = 1
"""Of the tables below; an index of another shape is made anew."""
PIECE_CHARACTERS = 500
"""Documents are ranked by their best piece: a short passage that answers is not drowned by a long document."""
TITLE_WEIGHT = 3.0
FILE_MOST = 64 * 1024 * 1024
REFRESH_S = 25.0
"""How long one call works at the index; what is done by then is kept, and the next call goes on."""
WAIT_S = 20.0

INDEXING = Failure("indexing", "The index of the documents is not complete yet.", passing=True)

_TABLES = f"""
CREATE TABLE files (path TEXT PRIMARY KEY, stamp TEXT NOT NULL);
CREATE TABLE documents (id TEXT PRIMARY KEY, path TEXT NOT NULL, title TEXT NOT NULL, content TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE INDEX documents_of_path ON documents (path);
CREATE TABLE passed_over (path TEXT NOT NULL, place TEXT NOT NULL, why TEXT NOT NULL);
CREATE VIRTUAL TABLE pieces USING fts5(title, content, document UNINDEXED, tokenize='porter unicode61');
PRAGMA user_version = {SHAPE};
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """One document a search found, with the piece that ranked it."""

    id: str
    title: str
    piece: str


class DocumentIndex:
    """An open index. Use as ``with grant.index(context) as index``; used by one thread."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @classmethod
    def current(cls, workspace: Path, name: str, folder: GrantedFolder, context: ToolContext) -> "DocumentIndex":
        """The index, as the folder is now. Raises ToolFailed."""
        place = workspace / INDEX_FOLDER / f"documents-{hashlib.sha256(name.encode()).hexdigest()[:24]}.sqlite"
        for attempt in range(2):
            try:
                index = cls(_opened(place))
                try:
                    index._refresh(folder, context)
                except BaseException:
                    index.__exit__()
                    raise
                return index
            except sqlite3.OperationalError as error:
                if "lock" in str(error):
                    raise ToolFailed(INDEXING.code, "Another call is at work on the index.", passing=True) from error
                raise ToolFailed("disk", f"The index of the documents could not be used: {error}.") from error
            except sqlite3.DatabaseError:
                if attempt:
                    raise
                place.unlink(missing_ok=True)  # damaged: everything in it is in the documents
        raise AssertionError("unreachable: the second attempt returns or raises")

    def __enter__(self) -> "DocumentIndex":
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def search(self, terms: tuple[str, ...], most: int) -> list[Hit]:
        """The ``most`` best documents, best first."""
        ranked = self._database.execute(
            "SELECT document, title, content FROM pieces WHERE pieces MATCH ? "
            f"ORDER BY bm25(pieces, {TITLE_WEIGHT}, 1.0), rowid",
            (match_of(terms),),
        )
        found: dict[str, Hit] = {}
        for document, title, piece in ranked:
            if document not in found:
                found[document] = Hit(document, title, piece)
                if len(found) == most:
                    break
        return list(found.values())

    def document(self, name: str) -> Document | None:
        """The document of this id."""
        row = self._database.execute("SELECT id, title, content FROM documents WHERE id = ?", (name,)).fetchone()
        return None if row is None else Document(*row)

    def listed(self, start: str, offset: int, most: int) -> list[tuple[str, str, int]]:
        """Id, title and length of the documents whose id begins so."""
        rows = self._database.execute(
            "SELECT id, title, length(content) FROM documents WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT ? OFFSET ?",
            (len(start), start, most, offset),
        )
        return list(rows)

    def count(self, start: str = "") -> int:
        """How many documents there are whose id begins so."""
        query = "SELECT count(*) FROM documents WHERE substr(id, 1, ?) = ?"
        return int(self._database.execute(query, (len(start), start)).fetchone()[0])

    def passed_over(self, most: int = 20) -> tuple[int, list[str]]:
        """How much was found that is no document, and the first of it in words."""
        count = int(self._database.execute("SELECT count(*) FROM passed_over").fetchone()[0])
        rows = self._database.execute("SELECT place, why FROM passed_over ORDER BY place LIMIT ?", (most,))
        return count, [f"{place}: {why}." for place, why in rows]

    def _refresh(self, folder: GrantedFolder, context: ToolContext) -> None:
        """Take in what is new or changed, and forget what is gone."""
        end = time.monotonic() + REFRESH_S
        present = dict(_files(folder, context))
        known = dict(self._database.execute("SELECT path, stamp FROM files"))
        if present == known:
            return
        gone = [path for path in known if path not in present]
        changed = [path for path, stamp in sorted(present.items()) if known.get(path) != stamp]
        with self._writing():
            for path in gone:
                self._forget(path)
            doubtful = {path for (path,) in self._database.execute("SELECT path FROM passed_over")} & present.keys()
        # An id that was taken may be free now: files with something passed over are read again.
        waiting = sorted({*changed, *doubtful})
        for done, path in enumerate(waiting):
            stop_if_asked(context)
            if time.monotonic() > end:
                said = f"{done:,} of {len(waiting):,} changed files are in the index so far; call again to go on."
                raise ToolFailed(INDEXING.code, said, passing=True)
            with self._writing():
                self._forget(path)
                self._take_in(path, present[path], folder)

    def _take_in(self, path: str, stamp: str, folder: GrantedFolder) -> None:
        try:
            found = folder.look(path, FILE_MOST)
        except ToolFailed as error:
            found, fault = None, error.sentence.rstrip(".")
        else:
            fault = "" if found else "it vanished while it was read"
        for document in documents_of(path, found[0]) if found else (PassedOver(path, fault),):
            if isinstance(document, Document):
                self._add(path, document)
            else:
                self._pass_over(path, document.where, document.why)
        self._database.execute("INSERT INTO files VALUES (?, ?)", (path, stamp))

    def _add(self, path: str, document: Document) -> None:
        holder = self._database.execute("SELECT path FROM documents WHERE id = ?", (document.id,)).fetchone()
        if holder is not None:
            self._pass_over(path, f"{path}: {document.id}", f"this id is already used in {holder[0]}")
            return
        text = document.content
        parts = [text[at : at + PIECE_CHARACTERS] for at in range(0, max(1, len(text)), PIECE_CHARACTERS)]
        rows = []
        for part in parts:
            values = (document.title, part, document.id)
            row = self._database.execute("INSERT INTO pieces (title, content, document) VALUES (?, ?, ?)", values)
            rows.append(row.lastrowid)
        self._database.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
            (document.id, path, document.title, text, rows[0], rows[-1]),
        )

    def _pass_over(self, path: str, where: str, why: str) -> None:
        self._database.execute("INSERT INTO passed_over VALUES (?, ?, ?)", (path, where, why))

    def _forget(self, path: str) -> None:
        spans = self._database.execute("SELECT first, last FROM documents WHERE path = ?", (path,)).fetchall()
        self._database.executemany("DELETE FROM pieces WHERE rowid BETWEEN ? AND ?", spans)
        for table in ("documents", "passed_over", "files"):
            self._database.execute(f"DELETE FROM {table} WHERE path = ?", (path,))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


def _opened(place: Path) -> sqlite3.Connection:
    place.parent.mkdir(mode=0o700, exist_ok=True)
    database = sqlite3.connect(place, timeout=WAIT_S, isolation_level=None)
    try:
        database.execute("PRAGMA synchronous = NORMAL")
        if database.execute("PRAGMA user_version").fetchone()[0] == SHAPE:
            return database
        database.execute("BEGIN EXCLUSIVE")
        if database.execute("PRAGMA user_version").fetchone()[0] != SHAPE:  # nobody else was quicker
            names = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'pieces_%'")
            for (name,) in names.fetchall():
                database.execute(f'DROP TABLE "{name}"')
            for statement in _TABLES.strip().rstrip(";").split(";\n"):
                database.execute(statement)
        database.execute("COMMIT")
    except BaseException:
        database.close()
        raise
    return database


def _files(folder: GrantedFolder, context: ToolContext) -> Iterator[tuple[str, str]]:
    """Path and stamp of every file that is read; links are never entered."""
    waiting = [""]
    while waiting:
        stop_if_asked(context)
        current = waiting.pop(0)
        with folder.opened(current) as opened:
            entries = list(opened.entries())
        for name, state in entries:
            path = f"{current}/{name}" if current else name
            if folder.hides(path) or not _nameable(folder, path):
                continue
            if stat.S_ISDIR(state.st_mode):
                waiting.append(path)
            elif stat.S_ISREG(state.st_mode) and is_document(name):
                yield path, f"{state.st_size}.{state.st_mtime_ns}.{state.st_ctime_ns}.{state.st_ino}"


def _nameable(folder: GrantedFolder, path: str) -> bool:
    """Names that no tool can say (not UTF-8, or two spellings) are left out."""
    try:
        folder.resource(path)
    except ValueError:
        return False
    return True
