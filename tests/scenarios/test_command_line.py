"""A person's day at the command line, on the demo workspace: real database, real files, no window."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import main
from runtime.domain.action import parse_arguments

CLONE = Path(__file__).resolve().parents[2]


class Terminal:
    """Types commands about one workspace and reads what they print."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def type(self, *words: str) -> tuple[int, str]:
        """(exit status, everything printed)."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = main(["--workspace", str(self.folder), *words])
        return status, out.getvalue()

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """The JSON lines of a command that is done."""
        status, text = self.type("--json", *words)
        assert status == 0, text
        return [json.loads(line) for line in text.splitlines()]

    def waiting(self, tool: str) -> dict[str, Any]:
        """The first request for this tool, with everything."""
        ask = next(row["ask"] for row in self.rows("asks") if row["ask"]["tool"] == tool)
        found: dict[str, Any] = self.rows("asks", "show", ask["ask_id"])[0]["ask"]
        return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo worked through once, without a window; rulings act at once, so that no test waits."""
    folder = tmp_path_factory.mktemp("demo") / "shop"
    command = [sys.executable, "-P", "-m", "console", "--workspace", str(folder), "--demo", "--no-window"]
    values = {**os.environ, "PYTHONPATH": str(CLONE), "PYTHONIOENCODING": "utf-8"}
    told = subprocess.run(command, capture_output=True, encoding="utf-8", env=values, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    (folder.parent / "first-start.txt").write_text(told.stdout, "utf-8")
    done = subprocess.run([sys.executable, "-P", "-c", _HOLD_NOTHING, str(folder)], env=values, check=False)
    assert done.returncode == 0
    yield folder
    shutil.rmtree(folder)


_HOLD_NOTHING = """
import asyncio, pathlib, sys
import msgspec
from runtime.assembly import open_workspace
from runtime.domain.changes import Done
from runtime.domain.commands import SaveSettings

async def save():
    runtime = await open_workspace(pathlib.Path(sys.argv[1]), at_work=False)
    settings = msgspec.structs.replace(await runtime.history.settings(), hold_seconds=0)
    by = (await runtime.history.operators())[0].operator_id
    assert isinstance(await runtime.perform(SaveSettings(settings, by)), Done)
    await runtime.close()

asyncio.run(save())
"""


@pytest.fixture
def desk(demo: Path, tmp_path: Path) -> Terminal:
    """A copy of the worked-through demo for this test alone."""
    return Terminal(Path(shutil.copytree(demo, tmp_path / "shop")))


def test_the_first_start_says_that_there_is_no_window_and_works_through_the_inboxes(demo: Path) -> None:
    told = (demo.parent / "first-start.txt").read_text("utf-8")
    assert "Working without one." in told
    assert "Plan (" in told
    assert "WAITS FOR YOU, priority 1" in told
    assert "asks show" in told
    assert "Nothing is at work any more." in told
    rows = Terminal(demo).rows("runs", "list", "--limit", "500")
    inboxes = [path for name in ("inbox", "refunds-inbox", "catalogue-inbox") for path in (demo / name).iterdir()]
    assert len(rows) >= len(inboxes) >= 55
    for row in rows:
        run = row["run"]
        assert run["state"] == "finished" or run["waiting_asks"], f"{run['title']} neither ended nor waits"


def test_approving_shows_the_exact_action_first_and_does_exactly_that(desk: Terminal) -> None:
    ask = desk.waiting("sql.refund_order")
    ask_id = ask["row"]["ask_id"]
    order = parse_arguments(ask["action"]["arguments"])
    status, shown = desk.type("asks", "approve", ask_id[-6:])
    assert status == 1
    assert ask["action"]["arguments"] in shown
    assert ask["digest"] in shown
    assert "Nothing was approved yet." in shown
    checks = [word for number in range(1, len(ask["checks"]) + 1) for word in ("--check", str(number))]
    assert checks, "a refund cannot be undone, so something is to be checked"
    wrong, _ = desk.type("asks", "approve", ask_id, "--digest", "0" * 12, *checks)
    short, _ = desk.type("asks", "approve", ask_id, "--digest", ask["digest"][:7], *checks)
    unchecked, told = desk.type("asks", "approve", ask_id, "--digest", ask["digest"][:8])
    assert (wrong, short, unchecked) == (1, 1, 1)
    assert "checks are open" in told
    assert _refunds(desk.folder, order["order_id"]) == []
    status, done = desk.type("asks", "approve", ask_id[-6:], "--digest", ask["digest"][:8], *checks)
    assert status == 0, done
    assert _refunds(desk.folder, order["order_id"]) == [order["amount_cents"]]
    again, told = desk.type("asks", "approve", ask_id, "--digest", ask["digest"][:8], *checks)
    assert again == 1
    assert "over" in told
    assert _refunds(desk.folder, order["order_id"]) == [order["amount_cents"]]


def _refunds(folder: Path, order: int) -> list[int]:
    with contextlib.closing(sqlite3.connect(folder / "shop.sqlite")) as shop:
        rows = shop.execute("SELECT amount_cents FROM refunds WHERE order_id = ?", (order,)).fetchall()
    return [amount for (amount,) in rows]


def test_a_rejection_needs_a_reason_and_tells_the_agent(desk: Terminal) -> None:
    ask = desk.waiting("sql.cancel_order")
    status, told = desk.type("asks", "reject", ask["row"]["ask_id"][-6:], "--reason", " ")
    assert status == 1, told
    status, told = desk.type("asks", "reject", ask["row"]["ask_id"][-6:], "--reason", "It has left already")
    assert status == 0, told
    assert "It has left already" in told
    (run,) = desk.rows("runs", "show", ask["row"]["run_id"])
    assert run["run"]["row"]["state"] == "finished"


def test_an_edited_action_passes_the_gate_again_and_is_what_happens(desk: Terminal) -> None:
    ask = desk.waiting("sql.give_voucher")
    ask_id, arguments = ask["row"]["ask_id"], parse_arguments(ask["action"]["arguments"])
    status, told = desk.type("asks", "edit", ask_id, "--arguments", '{"amount_cents": 1}')
    assert status == 1
    assert "still waits" in told
    edited = json.dumps({**arguments, "amount_cents": 700})
    status, told = desk.type("--json", "asks", "edit", ask_id, "--arguments", edited)
    assert status == 1
    digest = json.loads(told.splitlines()[0])["digest"]
    status, told = desk.type("asks", "edit", ask_id, "--arguments", edited, "--digest", digest[:8])
    assert status == 0, told
    with contextlib.closing(sqlite3.connect(desk.folder / "shop.sqlite")) as shop:
        wanted = "SELECT amount_cents FROM vouchers WHERE order_id = ?"
        found = shop.execute(wanted, (arguments["order_id"],)).fetchall()
    assert found == [(700,)]


def test_a_run_is_rolled_back_and_what_cannot_be_undone_is_said_first(desk: Terminal) -> None:
    runs = [row["run"] for row in desk.rows("runs", "list", "--agent", "catalogue-upkeep", "--limit", "100")]
    sheets = {run["run_id"]: desk.rows("runs", "rollback", run["run_id"], "--dry-run") for run in runs if run["steps"]}
    whole = next(
        run_id for run_id, lines in sheets.items() if lines and all(one["line"]["outcome"] == "undone" for one in lines)
    )
    before = _products(desk.folder)
    status, told = desk.type("runs", "rollback", whole[-6:])
    assert status == 0, told
    assert "Rolled back" in told
    assert _products(desk.folder) != before
    assert next(row["run"] for row in desk.rows("runs", "list", "--limit", "500") if row["run"]["run_id"] == whole)[
        "rolled_back"
    ]


def test_what_somebody_changed_since_is_shown_and_overwritten_only_where_that_is_said(desk: Terminal) -> None:
    run_id, line = _one_file_change(desk)
    product = desk.folder / line["thing"]
    product.write_text(product.read_text("utf-8") + "changed by phone\n", "utf-8")
    status, told = desk.type("runs", "rollback", run_id, "--to", "0", "--dry-run")
    assert status == 0, told
    assert "changed since, stays" in told
    assert "+changed by phone" in told
    assert f"Overwrite it all the same with --overwrite {line['call_id']}" in told
    assert told.rstrip().endswith("Nothing was changed.")
    assert product.read_text("utf-8").endswith("changed by phone\n")
    assert "(undone)" not in desk.type("runs", "show", run_id)[1]
    status, told = desk.type("runs", "rollback", run_id, "--to", "0", "--overwrite", line["call_id"])
    assert status == 0, told
    assert not product.exists() or "changed by phone" not in product.read_text("utf-8")
    assert "(undone)" in desk.type("runs", "show", run_id)[1]
    status, told = desk.type("runs", "rollback", run_id, "--to", "0")
    assert status == 1
    assert "This run was already rolled back; nothing is left to undo." in told


def _one_file_change(desk: Terminal) -> tuple[str, dict[str, str]]:
    """(run, its newest undoable file change with the path of the file)."""
    for row in desk.rows("runs", "list", "--agent", "catalogue-upkeep", "--limit", "100"):
        run_id = row["run"]["run_id"]
        for line in (one["line"] for one in desk.rows("runs", "rollback", run_id, "--dry-run")):
            if line["tool"].startswith("files.") and line["outcome"] == "undone":
                shown = desk.rows("runs", "show", run_id)[0]["timeline"]
                step = next(step for step in shown if step["call_id"] == line["call_id"] and step["arguments"])
                path = json.loads(step["arguments"])["path"]
                found = next(at for at in desk.folder.rglob(Path(path).name) if at.is_file())
                return run_id, {**line, "thing": found.relative_to(desk.folder).as_posix()}
    raise AssertionError("no run of the demo changed a file")


def _products(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "products").iterdir())}


def test_the_journal_verifies_and_a_changed_record_is_named(desk: Terminal) -> None:
    status, told = desk.type("audit", "verify")
    assert (status, told[:7]) == (0, "Intact.")
    with contextlib.closing(sqlite3.connect(desk.folder / "journal.sqlite")) as journal:
        (body,) = journal.execute("SELECT body FROM records WHERE seq = 40").fetchone()
        changed = bytes([*body[:-2], body[-2] ^ 1, body[-1]])
        journal.execute("UPDATE records SET body = ? WHERE seq = 40", (changed,))
        journal.commit()
    status, told = desk.type("audit", "verify")
    assert status == 1
    assert "BROKEN at record 40." in told


def test_a_journal_whose_end_was_cut_off_is_red(desk: Terminal) -> None:
    with contextlib.closing(sqlite3.connect(desk.folder / "journal.sqlite")) as journal:
        journal.execute("DELETE FROM records WHERE seq > (SELECT max(seq) - 10 FROM records)")
        journal.commit()
    status, told = desk.type("audit", "verify")
    assert status == 1
    assert "last 10 records are missing" in told


def test_a_file_that_is_no_journal_any_more_is_red_and_untouched(desk: Terminal) -> None:
    journal = desk.folder / "journal.sqlite"
    for path in desk.folder.glob("journal.sqlite*"):
        path.unlink()
    journal.write_bytes(b"no database at all" * 500)
    status, told = desk.type("audit", "verify")
    assert (status, told[:7]) == (1, "BROKEN.")
    status, told = desk.type("asks")
    assert status == 3
    assert "left as it is" in told
    assert journal.read_bytes() == b"no database at all" * 500


def test_the_audit_is_searched_and_exported(desk: Terminal, tmp_path: Path) -> None:
    found = desk.rows("audit", "search", "voucher", "--limit", "3")
    assert 0 < len(found) <= 3
    for name in ("all.jsonl", "all.csv"):
        status, told = desk.type("audit", "export", str(tmp_path / name))
        assert status == 0, told
    lines = (tmp_path / "all.jsonl").read_text("utf-8").splitlines()
    assert json.loads(lines[-1])["seq"] == 1
    assert len((tmp_path / "all.csv").read_text("utf-8").splitlines()) >= len(lines)
    status, _ = desk.type("audit", "export", str(tmp_path / "all.txt"))
    assert status == 1


def test_an_agent_works_on_a_text_and_on_a_mail_and_takes_the_same_mail_once(desk: Terminal, tmp_path: Path) -> None:
    status, told = desk.type("run", "support-triage", "--text", "Where is my order 1002?")
    assert status == 0, told
    assert "Run: Where is my order 1002?" in told
    mail = tmp_path / "new.eml"
    mail.write_text("From: nobody@example.org\nSubject: Gift wrapping\n\nDo you wrap gifts?\n")
    status, told = desk.type("run", "support-triage", "--input", str(mail))
    assert status == 0, told
    assert "1 run" in told
    status, told = desk.type("run", "support-triage", "--input", str(mail))
    assert "taken before" in told
    status, told = desk.type("run", "nobody", "--text", "x")
    assert status == 1


def test_a_backup_is_restored_under_another_name_with_a_whole_journal(desk: Terminal, tmp_path: Path) -> None:
    status, told = desk.type("workspaces", "backup", str(tmp_path / "shop.zip"))
    assert status == 0, told
    target = tmp_path / "again"
    status, told = desk.type("workspaces", "restore", str(tmp_path / "shop.zip"), str(target))
    assert status == 0, told
    restored = Terminal(target)
    assert restored.type("audit", "verify")[0] == 0
    assert len(restored.rows("runs", "list", "--limit", "500")) == len(desk.rows("runs", "list", "--limit", "500"))
    assert restored.type("workspaces", "delete", str(target))[0] == 1
    assert target.exists()
    assert restored.type("workspaces", "delete", str(target), "--yes")[0] == 0
    assert not target.exists()


def test_an_agent_file_with_faults_lists_each_with_its_place(desk: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "agent.toml"
    status, text = desk.type("agents", "export", "refunds")
    assert status == 0
    file.write_text(text.replace("role =", "rolle =", 1), "utf-8")
    status, told = desk.type("agents", "import", str(file))
    assert status == 1
    assert "rolle" in told
    assert "No agent was changed." in told


def test_a_folder_without_a_workspace_is_refused_and_not_made(tmp_path: Path) -> None:
    status, told = Terminal(tmp_path / "nowhere").type("asks")
    assert status == 1
    assert "is not there" in told
    assert not (tmp_path / "nowhere").exists()
