"""Nothing printed can move the cursor or hide; ids can be shortened; who decides is clear; files are read."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from console.cli.agents import read_examples, read_text, write_new
from console.cli.ask_page import action_lines
from console.cli.audit import _cell, moment
from console.cli.exit_status import CommandRefused, fault_sentence
from console.cli.people import chosen, id_from
from console.cli.printing import Printer, columns, visible
from console.cli.run import mail_run_id, tasks_from, title_of
from console.cli.short_ids import resolve, short
from console.cli.windowless import TroubleTeller
from runtime.domain.action import Action, canonical
from runtime.domain.settings import Operator

NASTY = "a\x1b[2Jb\u202ec\u200bd\re"


def test_text_for_people_shows_what_would_move_or_hide() -> None:
    out = io.StringIO()
    Printer(False, out).say(f"one\ntwo {NASTY}", "line", text=NASTY)
    assert out.getvalue() == "one\ntwo a[U+001B][2Jb[U+202E]c[U+200B]d[U+000D]e\n"


def test_a_table_keeps_a_cell_on_its_line() -> None:
    assert columns([("ID", "WHAT"), ("1", "two\nlines\x07")]) == "ID  WHAT\n1   two lines[U+0007]"


class Terminal(io.StringIO):
    """A stream before which a person sits."""

    def isatty(self) -> bool:
        return True


def test_a_passing_line_takes_the_place_of_the_one_before_and_is_cleared() -> None:
    err, nobody = Terminal(), io.StringIO()
    for printer in (Printer(False, io.StringIO(), err), Printer(False, io.StringIO(), nobody)):
        for text in ("5,000 of 9,000", f"9 {NASTY}", ""):
            printer.passing(text)
    shown = err.getvalue().split("\r")
    assert shown[1] == "5,000 of 9,000"
    assert shown[2].startswith("9 a[U+001B]")
    assert "\x1b" not in err.getvalue()
    assert set(shown[3]) == {" "}
    assert len(shown[3]) >= len(shown[2])
    assert nobody.getvalue() == ""
    programs = Terminal()
    Printer(True, io.StringIO(), programs).passing("5 of 9")
    assert programs.getvalue() == ""


def test_json_is_one_ascii_object_a_line_and_keeps_every_character() -> None:
    out = io.StringIO()
    printer = Printer(True, out)
    printer.say("for people", "ask", title=NASTY, action=Action("files.write", "{}"))
    printer.text("only for people")
    printer.trouble("no", "refused", "closed")
    lines = out.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].isascii()
    assert json.loads(lines[0])["title"] == NASTY
    assert json.loads(lines[0])["action"]["tool"] == "files.write"
    assert json.loads(lines[1]) == {"kind": "refused", "sentence": "no", "code": "closed"}


def test_the_exact_action_shows_hidden_and_look_alike_characters() -> None:
    action = Action("mail.send", canonical({"to": "аnna@example.org", "body": "first\nsecond\u200b  "}))
    lines = "\n".join(action_lines(action))
    assert "U+0430" in lines, "the Cyrillic letter in the address"
    assert "U+200B" in lines
    assert "2 | second" in lines
    assert "exactly:" in lines


def test_the_beginning_or_the_end_of_an_id_is_enough_where_one_fits() -> None:
    known = ["1a1f9f03bbcb29bf0e4", "1a1f9f03d83a1da0bbc"]
    assert resolve("9BF0E4", known, "run", "runs list") == known[0]
    assert resolve("1a1f9f03d", known, "run", "runs list") == known[1]
    assert resolve(known[0], [*known, known[0] + "0"], "run", "runs list") == known[0]
    assert known[0].endswith(short(known[0]))
    with pytest.raises(CommandRefused, match="2 fit 1a1f9f03"):
        resolve("1a1f9f03", known, "run", "runs list")
    with pytest.raises(CommandRefused, match="There is no run zz"):
        resolve("zz", known, "run", "runs list")
    with pytest.raises(CommandRefused, match="No run was named"):
        resolve(" ", known, "run", "runs list")


ANNA, MARIA = Operator("anna", "Anna Keller"), Operator("maria", "Maria Sand")


def test_who_decides_is_named_or_alone_or_logged_in() -> None:
    assert chosen([ANNA], None, "root") == "anna"
    assert chosen([ANNA, MARIA], "maria sand", "root") == "maria"
    assert chosen([ANNA, MARIA], None, "maria") == "maria"
    with pytest.raises(CommandRefused, match="--as OPERATOR"):
        chosen([ANNA, MARIA], None, "root")
    with pytest.raises(CommandRefused, match="No name was given"):
        chosen([ANNA], "", "anna")
    with pytest.raises(CommandRefused, match="bob is not an operator"):
        chosen([ANNA], "bob", "anna")
    with pytest.raises(CommandRefused, match="no operator yet"):
        chosen([], None, "anna")


def test_somebody_who_retired_decides_nothing() -> None:
    with pytest.raises(CommandRefused, match="not an operator"):
        chosen([ANNA, Operator("maria", "Maria", active=False)], "maria", "maria")


def test_an_operator_s_id_is_made_from_a_login_name() -> None:
    assert id_from("Anna.Keller") == "anna-keller"
    assert id_from("Ωμέγα") == "operator"


def test_examples_name_the_line_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "train.csv"
    file.write_text('text,category\n"two\nlines",card\nhello,greeting\n', "utf-8-sig")
    assert read_examples(file) == (("two\nlines", "card"), ("hello", "greeting"))
    file.write_text("text,category\nhello,greeting\nonly text\n", "utf-8")
    with pytest.raises(CommandRefused, match="line 3"):
        read_examples(file)
    file.write_text("words,label\nhello,greeting\n", "utf-8")
    with pytest.raises(CommandRefused, match="columns text and category"):
        read_examples(file)
    file.write_text("text,category\n", "utf-8")
    with pytest.raises(CommandRefused, match="has no examples"):
        read_examples(file)
    file.write_bytes(b"text,category\nhello,\xff\n")
    with pytest.raises(CommandRefused, match="line 2"):
        read_text(file)


def test_no_file_is_written_over(tmp_path: Path) -> None:
    write_new(tmp_path / "agent.toml", "one")
    with pytest.raises(CommandRefused, match="is there already"):
        write_new(tmp_path / "agent.toml", "two")
    assert (tmp_path / "agent.toml").read_text("utf-8") == "one"


def test_a_day_is_local_and_ends_with_its_last_moment() -> None:
    assert moment("2026-11-21") - moment("2026-11-20", end=True) == 1
    assert moment("") == 0
    with pytest.raises(CommandRefused, match="not a day"):
        moment("yesterday")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_cell_of_a_csv_never_begins_like_a_formula(text: str) -> None:
    assert _cell(text) == f"'{text}"
    assert _cell(-5) == -5


def test_mail_files_folders_mboxes_and_texts_become_tasks(tmp_path: Path) -> None:
    mail = "From: a@example.org\r\nSubject: {}\r\n\r\nHello\r\n"
    (tmp_path / "one.eml").write_text(mail.format("One"), newline="")
    (tmp_path / "two.eml").write_text(mail.format("Two"), newline="")
    (tmp_path / "again.eml").write_text(mail.format("One"), newline="")
    stamp = "From a@example.org Fri Nov 20 10:00:00 2026\n"
    (tmp_path / "box").mkdir()
    box = tmp_path / "box" / "all.mbox"
    box.write_text(stamp + mail.format("Three") + "\n" + stamp + mail.format("Four"), newline="")
    assert [task.title for task in tasks_from(tmp_path / "one.eml")] == ["One"]
    assert [task.title for task in tasks_from(box)] == ["Three", "Four"]
    titles = [task.title for task in tasks_from(tmp_path)]
    assert sorted(titles) == ["Four", "One", "Three", "Two"], "the same mail twice is one task"
    (tmp_path / "note.txt").write_text("Do this\nand that")
    (text,) = tasks_from(tmp_path / "note.txt")
    assert (text.title, text.text, text.trusted) == ("Do this", "Do this\nand that", False)
    with pytest.raises(CommandRefused, match="is not there"):
        list(tasks_from(tmp_path / "nothing.eml"))


def test_the_same_mail_is_the_same_run_for_an_agent_only() -> None:
    assert mail_run_id("refunds", "k") == mail_run_id("refunds", "k") != mail_run_id("triage", "k")
    assert title_of("\n  \n" + "x" * 500).endswith("…")


def test_faults_of_the_world_are_sentences_and_mistakes_are_not() -> None:
    assert "No space left" in fault_sentence(OSError(28, "No space left on device"))
    assert fault_sentence(KeyError("x")) == ""
    assert visible("plain") == "plain"


def test_troubles_are_said_when_they_come_and_once() -> None:
    out = io.StringIO()
    teller = TroubleTeller(Printer(False, out))
    for troubles in (
        (),
        ("The disk is full.",),
        ("The disk is full.", "The inbox is gone."),
        (),
        ("The disk is full.",),
    ):
        teller.tell(troubles)
    assert out.getvalue().splitlines() == ["The disk is full.", "The inbox is gone.", "The disk is full."]
