"""Each check after a kill finds what it is for: what is left of a good life is spoilt, and it has to say so."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest

from runtime.operations.upkeep import JOURNAL
from tests.kills.cases import Bench, Case
from tests.kills.inspecting import FINDINGS, Findings
from tests.kills.life import ROOM, WITNESS
from tests.kills.nursery import Lives, nursery, quick_place
from tests.kills.witness import FILE, Line, lines

STORY = "asked"
SPENT_AGAIN = """INSERT INTO records
SELECT (SELECT max(seq) + 1 FROM records), stream, version + 1000, kind, "schema", at, "by", body, previous, hash
FROM records WHERE kind = 'effect-started' AND CAST(body AS TEXT) LIKE '%"ask_id":"_%' LIMIT 1"""


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    with nursery("tests.kills.life") as found:
        yield found


@pytest.fixture(scope="module")
def lived(lives: Lives) -> Iterator[Path]:
    """A life that nothing disturbed, and that was found whole."""
    with TemporaryDirectory(prefix="lived-", dir=quick_place()) as folder:
        found = Bench(lives, Path(folder)).laid_out(Case(STORY, ()))
        assert lives.one(found, "never")
        assert inspected(lives, found).broken == []
        yield found


def inspected(lives: Lives, folder: Path) -> Findings:
    assert lives.one(folder, "inspect-end")
    return msgspec.json.decode((folder / WITNESS / FINDINGS).read_bytes(), type=Findings)


def sql(statement: str) -> Callable[[Path], None]:
    """Change the journal's file behind everybody's back."""

    def change(folder: Path) -> None:
        with closing(sqlite3.connect(folder / ROOM / JOURNAL)) as journal:
            journal.execute(statement)
            journal.commit()

    return change


def told(folder: Path, line: Line) -> None:
    with open(folder / WITNESS / FILE, "ab") as file:
        file.write(msgspec.json.encode(line) + b"\n")


def confirmed_and_lost(folder: Path) -> None:
    told(folder, Line("tried", "Approve", "ask:gone", "anna"))
    told(folder, Line("done", "Approve", "ask:gone", "anna", seq=3))


def never_said(folder: Path) -> None:
    """The journal has a decision that nobody gave."""
    kept = [line for line in lines(folder / WITNESS) if line.command != "Reject"]
    (folder / WITNESS / FILE).write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in kept))


def refused_and_recorded(folder: Path) -> None:
    done = next(line for line in lines(folder / WITNESS) if (line.what, line.command) == ("done", "Approve"))
    told(folder, msgspec.structs.replace(done, what="refused"))


def edited_otherwise(folder: Path) -> None:
    text = (folder / WITNESS / FILE).read_text("utf-8")
    (folder / WITNESS / FILE).write_text(text.replace("right", "other"), "utf-8")


def sent_twice(folder: Path) -> None:
    mail = next((folder / ROOM / "outbox").glob("*.eml"))
    shutil.copyfile(mail, mail.with_name("0.eml"))


def never_sent(folder: Path) -> None:
    next((folder / ROOM / "outbox").glob("*.eml")).unlink()


def paid_under_another_key(folder: Path) -> None:
    paid = next((folder / ROOM / "till").glob("*.paid"))
    shutil.copyfile(paid, paid.with_name("other.paid"))


def done_though_rejected(folder: Path) -> None:
    (folder / ROOM / "ledger.txt").write_text('k {"note":"rejected"}\n', "utf-8")


def done_by_nobody(folder: Path) -> None:
    (folder / ROOM / "docs" / "stray.txt").write_text("stray", "utf-8")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (confirmed_and_lost, "Approve of anna on ask:gone: 0 in the journal, 1 confirmed"),
        (lambda folder: told(folder, Line("seen", seq=10_000)), "Record 10000 was shown or confirmed"),
        (never_said, "1 in the journal, 0 confirmed, 0 given"),
        (refused_and_recorded, "1 confirmed, 0 given and not refused"),
        (edited_otherwise, "which nobody said"),
        (sent_twice, "mail approved: 2 times in the world; the journal says 1"),
        (never_sent, "mail approved: 0 times in the world; the journal says 1"),
        (paid_under_another_key, "till approved: 2 times in the world; the journal says 1"),
        (done_though_rejected, "ledger rejected: 1 times in the world; the journal says 0"),
        (done_by_nobody, "file stray.txt=stray: in the world, and no call of the journal is about it"),
        (sql("DELETE FROM records WHERE seq = (SELECT max(seq) FROM records)"), "durable before"),
        (sql("UPDATE records SET at = at + 1 WHERE seq = 20"), "The chain is broken"),
        (sql(SPENT_AGAIN), "spent 2 times"),
        (sql("DELETE FROM records WHERE kind = 'ask-closed'"), "nobody could answer it"),
        (sql("UPDATE asks SET state = 'waiting'"), "The read tables are not what the journal makes"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_found(lives: Lives, lived: Path, tmp_path: Path, spoil: Callable[[Path], None], says: str) -> None:
    folder = tmp_path / "spoilt"
    shutil.copytree(lived, folder)
    spoil(folder)
    assert any(says in sentence for sentence in inspected(lives, folder).broken)
