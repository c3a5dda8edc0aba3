"""What the card makes of a preview."""

from __future__ import annotations

from console.presenters.preview_text import mail_headers, request_text, same_world
from runtime.domain.refusals import Refusal
from runtime.tools.contract import Preview, PreviewKind


def test_cc_and_bcc_are_always_shown() -> None:
    assert mail_headers((("From", "a@x.example"), ("To", "b@x.example"), ("Subject", "s"))) == (
        ("From", "a@x.example"),
        ("To", "b@x.example"),
        ("Cc", "none"),
        ("Bcc", "none"),
        ("Subject", "s"),
    )
    shown = mail_headers((("To", "b@x.example"), ("Cc", ""), ("Bcc", "c@x.example\u200b")))
    assert shown == (("To", "b@x.example"), ("Cc", "none"), ("Bcc", "c@x.example[U+200B]"))


def rows(before: str, after: str) -> Preview:
    return Preview(PreviewKind.ROWS, "1 row", columns=("a",), before=((before,),), after=((after,),))


def test_the_world_changed_where_the_rows_there_are_others_not_where_the_clock_went_on() -> None:
    assert same_world(rows("1", "10:00"), rows("1", "10:01"))
    assert not same_world(rows("1", "10:00"), rows("2", "10:00"))
    diff = Preview(PreviewKind.DIFF, "f", "-a\n+b\n")
    assert same_world(diff, diff)
    assert not same_world(diff, Preview(PreviewKind.DIFF, "f", "-c\n+b\n"))
    assert not same_world(diff, Refusal("The file is gone."))
    assert same_world(None, diff)
    assert same_world(Refusal("a"), Refusal("b"))


def test_a_request_is_read_from_its_address_to_its_body() -> None:
    headers = (("Method", "POST"), ("Address", "https://a.example/x"), ("Host", "a.example"), ("X", "y"))
    bare = Preview(PreviewKind.REQUEST, "POST", headers=headers, source="s")
    assert request_text(bare) == "POST https://a.example/x\nHost: a.example\nX: y"
    full = Preview(PreviewKind.REQUEST, "POST", body="{}", headers=headers, source="s")
    assert request_text(full) == "POST https://a.example/x\nHost: a.example\nX: y\n\n{}"
