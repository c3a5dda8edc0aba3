"""Folders of mail: single files, Maildir, mbox; ids that hold; no way out; each mail taken once."""

import os
from pathlib import Path

import pytest

from runtime.tools.mail.intake import tasks_in
from runtime.tools.mail.mailbox_folder import MailNotFound, find_mail, list_mail
from runtime.tools.mail.reading import read_stream

MAIL = b"From: Anna <anna@example.org>\nSubject: %s\nMessage-ID: <%s@x>\n\nHello %s\n"


def mail(word: bytes) -> bytes:
    return MAIL % (word, word, word)


def mbox(*words: bytes) -> bytes:
    return b"".join(
        b"From anna@example.org Mon Jan  5 10:00:00 2026\n" + mail(word) + b">From here on\n\n" for word in words
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "inbox"
    for name in ("box/cur", "box/new", "box/tmp", "deep/er"):
        (root / name).mkdir(parents=True)
    (root / "1.eml").write_bytes(mail(b"one"))
    (root / "box" / "cur" / "17.M1.host:2,S" if os.name != "nt" else root / "box" / "cur" / "17.M1.host").write_bytes(
        mail(b"two")
    )
    (root / "box" / "tmp" / "half").write_bytes(mail(b"unfinished"))
    (root / "all.mbox").write_bytes(mbox(b"three", b"four"))
    (root / "deep" / "er" / "bare.txt").write_bytes(b"just words\n")
    (root / "index.json").write_bytes(b"{}")
    (root / ".hidden.eml").write_bytes(mail(b"hidden"))
    return root


def subjects(folder: Path) -> list[str]:
    found = []
    for entry in list_mail(folder):
        with entry.open() as stream:
            found.append(read_stream(stream).subject)
    return found


def test_every_kind_of_mail_is_listed(folder: Path) -> None:
    assert sorted(subjects(folder)) == ["", "four", "one", "three", "two"]


def test_ids_find_their_mail_and_hold(folder: Path) -> None:
    entries = list(list_mail(folder))
    assert len({entry.mail_id for entry in entries}) == len(entries)
    for entry in entries:
        assert find_mail(folder, entry.mail_id).key == entry.key
    assert find_mail(folder, "1.eml").relative == "1.eml"


def test_a_mail_of_an_mbox_is_read_without_its_escapes(folder: Path) -> None:
    entry = next(one for one in list_mail(folder) if one.number == 2)
    with entry.open() as stream:
        message = read_stream(stream)
    assert (message.subject, message.text) == ("four", "Hello four\nFrom here on")


def test_a_changed_mail_is_not_passed_off_as_the_listed_one(folder: Path) -> None:
    mail_id = next(one.mail_id for one in list_mail(folder) if one.relative == "1.eml")
    (folder / "1.eml").write_bytes(mail(b"other"))
    with pytest.raises(MailNotFound, match="changed since"):
        find_mail(folder, mail_id)


@pytest.mark.parametrize("path", ["../secret.eml", "/etc/hosts", "link.eml", "linked/secret.eml", "", "\x00", "deep"])
def test_there_is_no_way_out(folder: Path, path: str) -> None:
    secret = folder.parent / "away" / "secret.eml"
    secret.parent.mkdir()
    secret.write_bytes(mail(b"secret"))
    (folder.parent / "secret.eml").write_bytes(mail(b"secret"))
    try:
        (folder / "link.eml").symlink_to(secret)
        (folder / "linked").symlink_to(secret.parent, target_is_directory=True)
    except OSError:
        pytest.skip("This system lets nobody make links.")
    with pytest.raises(MailNotFound):
        find_mail(folder, path)
    assert "secret" not in subjects(folder)


def test_each_mail_is_taken_once_also_after_a_rename(folder: Path) -> None:
    first = tasks_in(folder, set())
    assert len(first) == 5
    known = {one.message_key for one in first}
    (folder / "1.eml").rename(folder / "deep" / "renamed.eml")
    assert tasks_in(folder, known) == []
    (folder / "copy.eml").write_bytes(mail(b"two"))
    assert tasks_in(folder, known) == []
    (folder / "9.eml").write_bytes(mail(b"new"))
    assert [one.title for one in tasks_in(folder, known)] == ["new"]


def test_facts_are_what_the_headers_say(folder: Path) -> None:
    found = next(one for one in tasks_in(folder, set()) if one.title == "one")
    assert (found.source, found.text) == ("inbox/1.eml", "Hello one")
    assert found.facts["sender"] == "anna@example.org"
    assert found.facts["message_id"] == "<one@x>"
    assert found.facts["mail_id"].startswith("1.eml#")
    assert all(isinstance(value, str) for value in found.facts.values())


def test_at_most_as_many_as_asked_for(folder: Path) -> None:
    assert len(tasks_in(folder, set(), limit=2)) == 2


def test_a_folder_that_vanished_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="'gone' is not there"):
        tasks_in(tmp_path / "gone", set())
