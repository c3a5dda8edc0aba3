"""Brings a workspace's database up to the newest version when it is opened; refuses, untouched, what it cannot read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from storage.engine import connect, create_file, file_uri, open_engine, sync_folder
from storage.errors import DatabaseTooNew, DatabaseUnreadable, StorageError, StorageUnavailable
from storage.faults import told
from storage.schema import MIGRATIONS, create_tables, known_versions

_MAGIC = b"SQLite format 3\x00"
_HALF = ".half-made"
NEW = ""  # the version of a file that holds no tables yet


def bring_up_to_date(database: Path, backups: Path | None = None) -> Path | None:
    """Create or upgrade the database; returns the backup that was taken before an upgrade.

    Alembic is imported only when there is something to upgrade: it costs half a second.
    """
    try:
        version = stamped_version(database)
        if version == NEW:
            create(database)
        elif version != known_versions()[-1]:
            return upgrade(database, version, backups or database.parent / "backups")
        elif not _in_wal_mode(database):  # as a restored backup comes
            connect(database).close()
    except (sqlite3.Error, DBAPIError, UnicodeDecodeError) as error:  # a damaged name is quoted in what SQLite says
        raise _told(error, database) from error
    except OSError as error:
        raise StorageUnavailable(
            f"The workspace's database {database.name} could not be opened: {error.strerror or error}.",
            "It was left as it is.",
            "Check that the workspace's folder is there and that you may read and write it.",
        ) from error
    return None


def stamped_version(database: Path) -> str:
    """The version written in the file, looked at without changing it; NEW when it holds nothing yet."""
    if not database.exists() or database.stat().st_size == 0:
        return NEW
    # The power failed while the file was made: what was begun has to be taken back before it says anything.
    half_done = database.with_name(database.name + "-journal").exists()
    with database.open("rb") as file:
        if not half_done and file.read(len(_MAGIC)) != _MAGIC:
            raise DatabaseUnreadable(
                f"The file {database.name} is not a database.",
                "It was left as it is.",
                "Restore the workspace from a backup, or move the file away to begin an empty workspace.",
            )
    # Nobody has it open when there is no WAL: then looking at it need not leave files beside it either.
    wal = database.with_name(database.name + "-wal")
    uri = file_uri(database, "rw") if half_done else file_uri(database, "ro") + ("" if wal.exists() else "&immutable=1")
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not names:
            return NEW
        stamps = connection.execute("SELECT version_num FROM alembic_version").fetchall() if _ours(names) else []
    if len(stamps) != 1:
        raise DatabaseUnreadable(
            f"The file {database.name} is a database, but not one of this program.",
            "It was left as it is.",
            "Choose another folder for the workspace, or restore this one from a backup.",
        )
    version = str(stamps[0][0])
    if version not in known_versions():
        raise DatabaseTooNew(
            f"The database {database.name} was written by a newer version of this program (its version is {version}).",
            "It was left as it is.",
            "Open it with the newer version, or choose another workspace.",
        )
    return version


def create(database: Path) -> None:
    create_file(database)
    engine = open_engine(database)
    try:
        with engine.begin() as connection:
            create_tables(connection)
    finally:
        engine.dispose()


def upgrade(database: Path, version: str, backups: Path) -> Path:
    """Take a backup, then run the migrations in one transaction."""
    from alembic import command
    from alembic.config import Config

    backup = back_up_file(database, backups / f"{database.stem}-{version}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    engine = open_engine(database)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except Exception as error:
        raise told(error) or DatabaseUnreadable(
            f"The database {database.name} could not be upgraded from version {version}: {error}.",
            f"It is as it was, and a copy is in {backup.name}.",
            "Open it with the version of the program that wrote it, and report this.",
        ) from error
    finally:
        engine.dispose()
    return backup


def back_up_file(database: Path, target: Path) -> Path:
    """A consistent copy of a database, also of one in use, through SQLite's own backup. It has its name only when it is
    whole; what an earlier one left that was killed or found no room is removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{database.stem}{_HALF}")
    try:
        _remove_half(part)
        with (
            closing(sqlite3.connect(file_uri(database, "ro"), uri=True)) as source,
            closing(sqlite3.connect(file_uri(part, "rwc"), uri=True)) as copy,
        ):
            copy.execute("PRAGMA synchronous = FULL")
            source.backup(copy)
            # One file that needs no second one beside it, whoever carries it away.
            copy.execute("PRAGMA journal_mode = DELETE")
        part.replace(target)
    finally:
        _remove_half(part)
    sync_folder(target.parent)
    return target


def _remove_half(part: Path) -> None:
    for name in (part.name, f"{part.name}-journal", f"{part.name}-wal", f"{part.name}-shm"):
        part.with_name(name).unlink(missing_ok=True)


def _in_wal_mode(database: Path) -> bool:
    with database.open("rb") as file:
        return file.read(20)[18:] == b"\x02\x02"


def _ours(names: set[str]) -> bool:
    return {"alembic_version", "records"} <= names


def _told(error: Exception, database: Path) -> StorageError:
    return told(error, reading=True) or DatabaseUnreadable(
        f"The database {database.name} could not be read: {error}.",
        "It was left as it is.",
        "Restore the workspace from a backup.",
    )
