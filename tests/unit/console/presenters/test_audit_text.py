"""Words of the audit screen: the chain, the list, one row read aloud, one entry as it is copied."""

import json
from dataclasses import replace

from console.presenters.audit_text import (
    ChainState,
    audit_cells,
    chain_state,
    chain_words,
    count_line,
    entry_text,
    place_word,
    utc,
)
from runtime.projections.rows import AuditEntry, AuditRow
from tests.fixtures.story_rows import NOW


def row(seq: int = 7, kind: str = "ask-approved", **more: object) -> AuditRow:
    values: dict[str, object] = {
        "seq": seq,
        "at": NOW,
        "who": "anna",
        "kind": kind,
        "event": "Approved",
        "what": "payments.refund $84.00",
        "decided_by": "anna",
        "cost_micros": 0,
        **more,
    }
    return AuditRow(**values)  # type: ignore[arg-type]


def entry(kind: str, recorded: dict[str, object]) -> AuditEntry:
    return AuditEntry(row(9, kind), "It is said.", "workspace", 1, json.dumps(recorded), "aa", "bb", ())


def test_a_row_is_read_aloud_whole_and_empty_cells_say_none() -> None:
    cells = audit_cells(row(), NOW, {"anna": "Anna Keller"})
    assert (cells.tool, cells.what, cells.who) == ("payments.refund", "$84.00", "Anna Keller")
    assert "Anna Keller, Approved: payments.refund $84.00, decided by Anna Keller, cost none" in cells.sentence
    assert audit_cells(row(what="anna"), NOW, {"anna": "Anna Keller"}).what == "Anna Keller"
    assert "decided by none" in audit_cells(row(decided_by=""), NOW, {}).sentence


def test_what_the_arguments_alone_decided_is_said_in_plain_words() -> None:
    assert audit_cells(row(decided_by="contract", mark="call"), NOW, {}).decided_by == "auto"
    assert audit_cells(row(decided_by="contract", mark="denied"), NOW, {}).decided_by == "arguments"
    for said in ("rule order-changes", "check order-changes"):
        assert audit_cells(row(decided_by=said), NOW, {}).decided_by == "order-changes"


def test_what_brought_work_in_is_named_plainly() -> None:
    assert audit_cells(row(who="trigger:inbox"), NOW, {}).who == "inbox"


def test_the_count_says_when_more_is_there() -> None:
    assert count_line(40, 212) == "40 of 212 entries shown, more load as you scroll"
    assert count_line(1, 1) == "1 entry, all shown"
    assert count_line(0, 0) == "No entry fits"


def test_the_chain_is_what_was_recorded_last() -> None:
    assert chain_words(chain_state(None), NOW)[0] == "Chain not verified yet"
    verified = chain_state(entry("chain-verified", {"up_to": 18_204, "records": 18_204}))
    assert chain_words(verified, NOW)[1].startswith("18,204 entries, ")
    assert replace(verified, own=18_205, newest=18_205).covers_all, "the verification itself is no news"
    since = replace(verified, own=18_205, newest=18_301)
    assert chain_words(since, NOW)[1].startswith("up to 18,204 of 18,301, ")
    broken = chain_state(entry("chain-found-broken", {"first_bad": 12, "sentence": "Record 12 was changed."}))
    assert broken.broken
    assert chain_words(broken, NOW) == ("Chain broken", "at entry 12")


def test_no_record_is_called_intact_that_was_not_verified() -> None:
    assert place_word(5, 6, ChainState()) == "not verified"
    assert place_word(5, 6, ChainState(verified_to=5)) == "intact"
    assert place_word(7, 6, ChainState(verified_to=5)) == "not verified"
    broken = ChainState(verified_to=0, first_bad=6)
    assert [place_word(seq, 5, broken) for seq in (6, 7)] == ["changed", "not trusted"]


def test_an_entry_is_copied_with_its_hashes_and_in_utc() -> None:
    copied = json.loads(entry_text(entry("chain-verified", {"up_to": 3, "records": 3})))
    assert copied["event"] == {"up_to": 3, "records": 3}
    assert (copied["prev"], copied["hash"]) == ("aa", "bb")
    assert copied["at"] == utc(NOW)
    assert copied["at"].endswith("Z")
