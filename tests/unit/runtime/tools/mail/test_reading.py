"""Reading mail in whatever state: real files, damaged structures, very large ones, and any bytes at all."""

import base64
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.tools.mail.reading import BARE, read_message

DATA = Path(os.environ.get("CONSOLE_TEST_DATA", "") or Path(__file__).parents[5].parent / "shared" / "data")
MIME = DATA / "messages" / "mime"
needs_data = pytest.mark.skipif(
    not (MIME / "index.json").is_file(), reason="CONSOLE_TEST_DATA has no messages/mime folder."
)
EMPTY = {f"msg_{name}.txt" for name in ("08", "09", "12", "12a", "18", "24", "40")}
"""Mails of the collection all of whose parts are empty."""
HEAD = b"From: a@example.org\nSubject: x\nMIME-Version: 1.0\n"


def _clean(text: str) -> bool:
    text.encode()
    return "\x00" not in text


@needs_data
def test_every_real_mail_goes_through_with_every_readable_body() -> None:
    for entry in json.loads((MIME / "index.json").read_text()):
        content = (MIME / entry["file"]).read_bytes()
        message = read_message(content)
        assert _clean(message.text), entry["file"]
        if entry.get("subject"):
            assert " ".join(message.subject.split()) == " ".join(entry["subject"].split())
        if "parts" not in entry:
            assert message.defects[0] == BARE
        empty = entry["file"].partition("/")[2] in EMPTY
        assert bool(message.text.strip()) is not empty, entry["file"]


@needs_data
@pytest.mark.parametrize("name", sorted(path.name for path in (MIME / "talon").glob("*")) if MIME.is_dir() else [])
def test_the_reply_is_found_for_every_mail_program(name: str) -> None:
    reply = read_message((MIME / "talon" / name).read_bytes()).reply
    if name.startswith("reply-quotations"):
        assert reply.startswith("Hi Katharine.")
        assert "wrote:" not in reply
    elif name.endswith(".html"):
        assert reply.split() == ["Hi.", "I", "am", "fine.", "Thanks,", "Alex"]
    else:
        assert reply == "Hello"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_read(content: bytes) -> None:
    message = read_message(content)
    assert _clean(message.text + message.reply + message.subject + message.sender.shown)


PIECES = st.sampled_from(
    [
        b"\n",
        b"\r\n",
        b"--b\n",
        b"--b--\n",
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Type: text/html\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Transfer-Encoding: base64\n",
        b"charset=utf-16",
        b"charset=idna",
        b"\x00",
        b"Content-Type: text/plain; charset=utf-7; format=flowed\n",
        b"Subject: =?utf-8?b?/w==?= =?x?q?=FF?=\n",
        b"\xff\xfe",
        b'From: "a <@\xe9>\n',
        b"Date: 99 Foo\n",
        b"<div><blockquote><!--",
        b"aGVsbG8",
        b"On 1 Jan a@b wrote:\n> x\n",
        b"-- \n",
        b"begin 644 a\n",
        b"end\n",
        b"Content-Disposition: attachment; filename*=utf-8''%ff\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=8), max_size=25))
def test_any_damaged_structure_is_read(pieces: list[bytes]) -> None:
    message = read_message(b"".join(pieces))
    assert _clean(message.text + message.reply + message.subject + message.sender.shown)
    for attachment in message.attachments:
        assert _clean(attachment.name)


def test_a_mail_of_50_megabytes_keeps_its_text_and_the_true_size_of_its_file() -> None:
    line = base64.b64encode(bytes(57)) + b"\n"
    lines = 50_000_000 // len(line)
    head = HEAD + b"Content-Type: multipart/mixed; boundary=XX\n\n--XX\n\nsmall text\n--XX\n"
    head += b"Content-Type: application/pdf; name=big.pdf\nContent-Transfer-Encoding: base64\n\n"
    message = read_message(head + line * lines + b"--XX\n\nlast words\n--XX--\n")
    assert message.text == "small text\n\nlast words"
    assert [(one.name, one.size) for one in message.attachments] == [("big.pdf", lines * 57)]
    assert message.size > 50_000_000


def test_a_long_text_is_cut_and_says_so() -> None:
    message = read_message(HEAD + b"\n" + b"word and more words\n" * 200_000)
    assert len(message.text) < 1_000_001
    assert any("were not read" in defect for defect in message.defects)


def test_a_long_head_does_not_cost_the_body() -> None:
    message = read_message(HEAD + b"X-Filler: yes\n" * 200_000 + b"\nthe body\n")
    assert message.text == "the body"


def test_deep_nesting_is_followed_or_taken_apart() -> None:
    for depth in (80, 3_000):
        parts = b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number) for number in range(depth)
        )
        assert "deep words" in read_message(HEAD + parts + b"Content-Type: text/plain\n\ndeep words\n").text


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        (
            "no boundary named",
            b"Content-Type: multipart/mixed\n\n--q\nContent-Type: text/plain\n\nfound\n--q--\n",
            "found",
        ),
        (
            "wrong boundary",
            b"Content-Type: multipart/mixed; boundary=z\n\n--q\nContent-Type: text/plain\n\nfound\n",
            "found",
        ),
        ("no closing", b"Content-Type: multipart/mixed; boundary=q\n\n--q\n\nfound", "found"),
        ("only a preamble", b"Content-Type: multipart/mixed; boundary=q\n\nfound\n--q\n\n--q--\n", "found"),
        ("base64 cut off", b"Content-Transfer-Encoding: base64\n\nZm91bmQgaXQgYWxs\nX", "found it all"),
        (
            "base64 that is none",
            b"Content-Transfer-Encoding: base64\n\nthis is plain text, not coded\n",
            "this is plain text, not coded",
        ),
        (
            "utf-8 called latin",
            b"Content-Type: text/plain; charset=iso-8859-1\n\ngr\xc3\xbc\xc3\x9fe f\xc3\xbcr \xe2\x82\xac\n",
            "grüße für €",
        ),
        ("latin called utf-8", b"Content-Type: text/plain; charset=utf-8\n\ngr\xfc\xdfe\n", "grüße"),
        ("unknown set", b"Content-Type: text/plain; charset=x-martian\n\nfound\n", "found"),
        ("a set that is no set", b"Content-Type: text/plain; charset=base64\n\nfound\n", "found"),
        ("NUL bytes", b"\nfo\x00und\n", "found"),
        ("html only", b"Content-Type: text/html\n\n<style>p{}</style><p>found &amp; read</p>", "found & read"),
        ("8-bit and no type", b"\ncaf\xe9\n", "café"),
        ("flowed", b"Content-Type: text/plain; format=flowed\n\none \ntwo\nthree\n", "one two\nthree"),
        ("damaged line in the head", b"garbage here\nX-Later: 1\n\nfound\n", "found"),
        ("uuencoded", b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n%9F]U;F0 \n`\nend\n", "found"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else None,
)
def test_damage_does_not_cost_the_text(name: str, body: bytes, text: str) -> None:
    assert read_message(HEAD + body).text == text, name


def test_the_html_repeating_the_plain_text_is_there_but_not_twice_in_the_text() -> None:
    body = b"Content-Type: multipart/alternative; boundary=q\n\n--q\n"
    body += b"Content-Type: text/html\n\n<p>Hi</p>\n--q\n\nHi\n--q--\n"
    message = read_message(HEAD + body)
    assert message.text == "Hi"
    assert [(one.media_type, one.alternative) for one in message.bodies] == [("text/html", True), ("text/plain", False)]


def test_a_text_that_begins_like_a_header_is_not_eaten() -> None:
    message = read_message(b"One: here is what I have.\n\nTwo: more\n")
    assert message.text == "One: here is what I have.\n\nTwo: more"
    assert message.defects == (BARE,)


def test_headers_are_read_as_they_are_meant() -> None:
    message = read_message(
        b"From: =?iso-8859-1?Q?Last=DFname=2C_First?= <a@example.org>\n"
        b'To: "Doe, J." <j@example.org>, list: x@example.org, y@example.org;\n'
        b"Cc: eve@example.com <frank@example.com>\nSubject: =?utf-8?q?caf=C3?= =?utf-8?q?=A9?= \xe2\x82\xac\n"
        b"Date: Mon, 05 Jan 2026 10:00:00 +0100\n\n.\n"
    )
    assert message.sender.shown == "Lastßname, First <a@example.org>"
    assert [one.address for one in message.to] == ["j@example.org", "x@example.org", "y@example.org"]
    assert message.cc[0].address == "frank@example.com"
    assert message.subject == "café €"
    assert message.date is not None
    assert message.date.isoformat() == "2026-01-05T09:00:00+00:00"


def test_an_encoded_name_cannot_pose_as_the_address() -> None:
    coded = base64.b64encode(b"boss@shop.example").decode()
    message = read_message(f"From: =?utf-8?B?{coded}?= <eve@evil.example>\n\n.\n".encode())
    assert message.sender.address == "eve@evil.example"


def test_an_attached_text_is_an_attachment_and_its_bytes_come_when_asked_for() -> None:
    body = b"Content-Type: multipart/mixed; boundary=q\n\n--q\n\nHi\n--q\nContent-Type: text/plain; name=a.txt\n"
    body += b"Content-Disposition: attachment\n\nlisted\n--q--\n"
    assert read_message(HEAD + body).text == "Hi"
    assert read_message(HEAD + body).attachments[0].content is None
    assert read_message(HEAD + body, want=1).attachments[0].content == b"listed"
