"""What a sender wrote himself, told from what he quotes and from his signature."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.tools.mail.quoting import reply_part

DATA = Path(os.environ.get("CONSOLE_TEST_DATA", "") or Path(__file__).parents[5].parent / "shared" / "data")
REPLIES = DATA / "messages" / "mime" / "email_reply_parser"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Hello\n\nOn Mon, Apr 2, 2012 at 6:26 PM, A <a@b.c> wrote:\n\n> Hi", "Hello"),
        ("Hallo\n\nAm 02.04.2012 um 14:20 schrieb A <a@b.c>:\n> Hi", "Hallo"),
        ("Hello\n\n-----Original Message-----\nFrom: a\nHi", "Hello"),
        ("Hello\n\nFrom: a@b.c\nSent: Monday\nTo: me\nSubject: x\n\nHi", "Hello"),
        ("Hallo\n\nVon: a@b.c\nGesendet: Montag\nAn: mich\nBetreff: x\n\nHi", "Hallo"),
        ("On 1/2/2026 A wrote:\n> Hi\nHello", "Hello"),
        ("> one?\nyes\n> two?\nno", "yes\nno"),
        ("Hello\n-- \nAnna\nShop", "Hello"),
        ("Hello\n\nSent from my iPhone", "Hello"),
        ("Sent from my desk, it is quieter here.", "Sent from my desk, it is quieter here."),
        ("From: the start I liked it.\nIt broke.", "From: the start I liked it.\nIt broke."),
        ("> only a quote", "> only a quote"),
        ("A list:\n- one\n- two", "A list:\n- one\n- two"),
        ("", ""),
    ],
)
def test_own_words(text: str, own: str) -> None:
    assert reply_part(text) == own


@pytest.mark.skipif(not REPLIES.is_dir(), reason="CONSOLE_TEST_DATA has no messages/mime/email_reply_parser folder.")
def test_replies_of_a_public_collection() -> None:
    def own(name: str) -> str:
        return reply_part((REPLIES / f"{name}.txt").read_text())

    assert own("email_1_8") == "I will reply under this one\n\nand under this."
    assert own("email_2_2") == "Outlook with a reply directly above line"
    assert own("email_headers_no_delimiter") == "And another reply!"
    assert own("email_multi_word_sent_from_my_mobile_device") == "Here is another email"
    assert own("email_sent_from_my_not_signature").endswith("easier then my mobile phone.")
    assert own("email_1_7") == ":+1:"
    assert own("email_one_is_not_on").endswith("when I run...")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["> ", "On 1 ", "wrote:", "\n", "From: ", "To: ", "Date: ", "-- ", "word ", "-----"]),
        max_size=40,
    )
)
def test_it_never_loses_everything(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert bool(reply_part(text).strip()) == bool(text.strip())
