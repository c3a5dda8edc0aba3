"""The mail a run came from is found below the workspace folder and nowhere else; attachments come out as they are."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from console.operations.run_source import SourceGone, attachment_of, is_picture, is_text, read_source, safe_name

BYTES = bytes(range(256))


def mail(folder: Path) -> Path:
    folder.mkdir(parents=True)
    path = folder / "0042.eml"
    path.write_bytes(
        b"From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
        b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="../../evil.exe"\r\n\r\n'
        + base64.encodebytes(BYTES).replace(b"\n", b"\r\n")
        + b"--b--\r\n"
    )
    return path


def test_an_attachment_comes_out_byte_for_byte(tmp_path: Path) -> None:
    mail(tmp_path / "desk" / "inbox")
    source = read_source(tmp_path, "desk/inbox", "inbox/0042.eml")
    (attachment,) = source.message.attachments
    assert attachment_of(source, attachment.index) == BYTES
    assert is_picture(attachment)
    assert not is_text(attachment)


def test_a_mail_of_a_mailbox_is_found_by_its_number(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    head = b"From a@example.org Thu Jan  1 00:00:00 2026\n"
    (folder / "all.mbox").write_bytes(b"".join(head + b"Subject: mail %d\n\nhello\n\n" % at for at in (1, 2, 3)))
    assert read_source(tmp_path, "inbox", "inbox/all.mbox (2)").message.subject == "mail 2"


def test_nothing_outside_the_workspace_is_read(tmp_path: Path) -> None:
    mail(tmp_path / "outside")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    for inbox, source in (("../outside", "outside/0042.eml"), ("", "../outside/0042.eml"), ("", "gone.eml")):
        with pytest.raises(SourceGone, match="no mail below the workspace folder"):
            read_source(workspace, inbox, source)


def test_a_mail_that_went_away_meanwhile_is_told(tmp_path: Path) -> None:
    path = mail(tmp_path / "inbox")
    source = read_source(tmp_path, "inbox", "inbox/0042.eml")
    path.unlink()
    with pytest.raises(SourceGone, match="can't be read any more"):
        attachment_of(source, 1)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../evil.exe", "evil.exe"),
        ("C:\\x\\con.txt", "_con.txt"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("...", "attachment"),
        ("", "attachment"),
        ("report.pdf", "report.pdf"),
    ],
)
def test_names_of_attachments_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe
