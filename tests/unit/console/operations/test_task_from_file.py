"""Files handed over as tasks: mail in any state and texts are read, everything else is told in sentences."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.operations.task_from_file import LARGEST, LARGEST_TEXT, CannotRead, task_from_file, typed_task

MAIL = (
    b"From: Anna <anna@example.org>\r\nTo: desk@example.org\r\nSubject: Broken mug\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt broke.\r\n'
    b'--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="note.txt"\r\n\r\nhello\r\n--b--\r\n'
)


def test_a_mail_becomes_a_task_with_its_facts(tmp_path: Path) -> None:
    path = tmp_path / "0042.eml"
    path.write_bytes(MAIL)
    task = task_from_file(path)
    assert (task.title, task.text.strip(), task.trusted) == ("Broken mug", "It broke.", False)
    assert task.facts["sender"] == "anna@example.org"
    assert task.facts["attachments"] == "note.txt"
    assert task.source == f"{tmp_path.name}/0042.eml"
    assert len(task.key) == 64


def test_a_text_becomes_a_task(tmp_path: Path) -> None:
    path = tmp_path / "prices.txt"
    path.write_bytes("Preise prüfen\n".encode("latin-1"))
    task = task_from_file(path)
    assert (task.title, task.text, task.trusted) == ("prices.txt", "Preise prüfen", False)


def test_what_a_person_typed_is_their_own_word() -> None:
    task = typed_task("", "\n  Check the prices\nof all mugs", "anna")
    assert (task.title, task.trusted, task.source) == ("Check the prices", True, "typed by anna")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "is empty"),
        ("picture.bin", b"\x89PNG\x00\x00\x01", "is not a text"),
        ("blank.txt", b"  \n \n", "has no readable text"),
        ("long.txt", b"a" * (LARGEST_TEXT + 1), "a text may have 2.0 MB"),
    ],
)
def test_what_is_no_task_is_told(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CannotRead) as told:
        task_from_file(path)
    assert words in str(told.value)
    assert "Nothing was started." in str(told.value)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.eml"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(CannotRead, match=r"at most 50\.0 MB"):
        task_from_file(path)


def test_a_file_that_is_gone_a_folder_and_a_locked_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="There is no file"):
        task_from_file(tmp_path / "gone.eml")
    with pytest.raises(CannotRead, match="is not a file"):
        task_from_file(tmp_path)
    locked = tmp_path / "locked.eml"
    locked.write_bytes(MAIL)
    locked.chmod(0)
    if os.name == "posix" and os.geteuid() != 0:
        with pytest.raises(CannotRead, match="can't be read"):
            task_from_file(locked)


def test_a_mailbox_with_several_mails_is_no_single_task(tmp_path: Path) -> None:
    path = tmp_path / "all.mbox"
    one = b"From a@example.org Thu Jan  1 00:00:00 2026\nSubject: x\n\nhello\n\n"
    path.write_bytes(one * 3)
    with pytest.raises(CannotRead, match="holds 3 mails"):
        task_from_file(path)
