"""Opening a database: made new, upgraded with a backup first, refused unharmed when newer or not ours."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove

from storage.engine import create_file, open_engine
from storage.errors import DatabaseTooNew, DatabaseUnreadable, StorageUnavailable
from storage.migrate import bring_up_to_date, stamped_version
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Append, NewRecord
from storage.schema import MIGRATIONS, known_versions

FIRST = "0001_journal"


def migrated_to(database: Path, version: str) -> Path:
    create_file(database)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = open_engine(database)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()
    return database


def shape(database: Path) -> dict[str, object]:
    """Tables with their columns, keys and indexes, however their CREATE was written."""
    with closing(sqlite3.connect(database)) as connection:
        names = connection.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
        return {
            f"{kind} {name}": (
                [column[1:] for column in connection.execute(f'PRAGMA table_info("{name}")')],
                sorted(
                    (unique, origin, tuple(c[2] for c in connection.execute(f'PRAGMA index_info("{index}")')))
                    for _number, index, unique, origin, _partial in connection.execute(f'PRAGMA index_list("{name}")')
                ),
                sorted(key[2:] for key in connection.execute(f'PRAGMA foreign_key_list("{name}")')),
            )
            for kind, name in names
        }


def test_versions_are_the_migrations_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert [script.revision for script in scripts.walk_revisions()][::-1] == known_versions()


def test_a_new_database_is_shaped_as_a_migrated_one(tmp_path: Path) -> None:
    bring_up_to_date(tmp_path / "new.db")
    assert shape(tmp_path / "new.db") == shape(migrated_to(tmp_path / "old.db", "head"))
    assert stamped_version(tmp_path / "new.db") == known_versions()[-1]


def test_a_normal_start_does_not_import_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from storage.migrate import bring_up_to_date;"
        f"bring_up_to_date(Path({str(tmp_path / 'x.db')!r})); bring_up_to_date(Path({str(tmp_path / 'x.db')!r}));"
        "import storage.recorder_sqlite; sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path.cwd()).returncode == 0


def test_an_older_database_is_upgraded_after_a_backup(tmp_path: Path) -> None:
    database = migrated_to(tmp_path / "journal.db", FIRST)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO meta VALUES ('kept', 'yes')")
    if known_versions()[-1] == FIRST:
        pytest.skip("There is only one version yet, so nothing older to upgrade.")

    async def use() -> None:
        recorder = await SqliteRecorder.open(database, tmp_path / "safe")
        await recorder.append(Append((NewRecord("run/1", 1, "a", 1, 1, "ann", b""),)))
        assert await recorder.raw_rows("SELECT value FROM meta WHERE name = 'kept'") == [("yes",)]
        await recorder.close()

    asyncio.run(use())
    [backup] = (tmp_path / "safe").iterdir()
    assert stamped_version(backup) == FIRST
    assert stamped_version(database) == known_versions()[-1]
    assert bring_up_to_date(database, tmp_path / "safe") is None


def test_a_failed_upgrade_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    database = migrated_to(tmp_path / "journal.db", FIRST)
    if known_versions()[-1] == FIRST:
        pytest.skip("There is only one version yet, so nothing older to upgrade.")
    taken = next(name for name in sorted(shape(migrated_to(tmp_path / "x.db", "head"))) if name not in shape(database))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(f'CREATE TABLE "{taken.split(" ", 1)[1]}" (in_the_way)')
    before = shape(database)
    with pytest.raises(DatabaseUnreadable, match="could not be upgraded") as refused:
        bring_up_to_date(database)
    assert "a copy is in journal-0001" in str(refused.value)
    assert shape(database) == before
    assert stamped_version(database) == FIRST


def test_an_upgrade_that_was_killed_at_any_moment_is_made_again(tmp_path: Path) -> None:
    """The files as a kill leaves them: before each statement of the upgrade, and while its backup was written."""
    database = migrated_to(tmp_path / "journal.db", FIRST)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO meta VALUES ('kept', 'yes')")
    expected, left = shape(migrated_to(tmp_path / "head.db", "head")), list[Path]()

    def as_a_kill_leaves_it(*_statement: object) -> None:
        left.append(tmp_path / f"killed-{len(left)}")
        left[-1].mkdir()
        for path in tmp_path.glob("journal.db*"):
            if not path.name.endswith("-shm"):
                shutil.copyfile(path, left[-1] / path.name)

    listen(Engine, "before_cursor_execute", as_a_kill_leaves_it)
    try:
        bring_up_to_date(database)
    finally:
        remove(Engine, "before_cursor_execute", as_a_kill_leaves_it)
    assert len(left) > 10
    for folder in left[:: max(1, len(left) // 3)]:
        backups = folder / "backups"
        backups.mkdir()
        for name in ("journal.half-made", "journal.half-made-journal"):
            (backups / name).write_bytes(b"half of a copy")
        again = bring_up_to_date(folder / "journal.db", backups)
        assert again is not None
        assert list(backups.iterdir()) == [again]
        assert shape(again) != expected == shape(folder / "journal.db")
        with closing(sqlite3.connect(folder / "journal.db")) as connection:
            assert connection.execute("SELECT value FROM meta WHERE name = 'kept'").fetchone() == ("yes",)


def test_a_newer_database_is_refused_unharmed(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    bring_up_to_date(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    before = database.read_bytes()
    with pytest.raises(DatabaseTooNew, match="9999_from_the_future"):
        bring_up_to_date(database)
    assert database.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["journal.db"]


@pytest.mark.parametrize("content", [b"Dear diary, this is not a database.", b"SQLite format 3\x00" + b"\x00" * 5000])
def test_what_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    database = tmp_path / "journal.db"
    database.write_bytes(content)
    with pytest.raises(DatabaseUnreadable, match="left as it is"):
        bring_up_to_date(database)
    assert database.read_bytes() == content


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name)")
    before = database.read_bytes()
    with pytest.raises(DatabaseUnreadable, match="not one of this program"):
        bring_up_to_date(database)
    assert database.read_bytes() == before


def test_a_creation_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    create_file(tmp_path / "journal.db")
    (tmp_path / "empty.db").touch()
    for name in ("journal.db", "empty.db"):
        bring_up_to_date(tmp_path / name)
        assert stamped_version(tmp_path / name) == known_versions()[-1]


def test_a_folder_in_the_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(StorageUnavailable):
        bring_up_to_date(tmp_path / "journal.db")


@pytest.mark.parametrize("torn", [False, True])
def test_a_file_whose_making_was_cut_off_by_a_power_failure_is_made_anew(tmp_path: Path, torn: bool) -> None:
    half, database = tmp_path / "half.sqlite", tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(half, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")  # so that what is not committed reaches the file
        connection.execute("CREATE TABLE begun (bytes BLOB)")
        connection.execute("DROP TABLE begun")
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE begun (bytes BLOB)")
        for _ in range(50):
            connection.execute("INSERT INTO begun VALUES (zeroblob(9000))")
        database.write_bytes(half.read_bytes())
        database.with_name("journal.sqlite-journal").write_bytes(half.with_name("half.sqlite-journal").read_bytes())
        database.with_name("journal.sqlite-wal").touch()
    if torn:
        with database.open("r+b") as file:
            file.write(bytes(4096))
    bring_up_to_date(database)
    assert stamped_version(database) == known_versions()[-1]
    assert not any(name.startswith("table begun") for name in shape(database))
