"""Claims without a source, with an unknown one or with a false quote are marked, whatever else is said."""

from hypothesis import given
from hypothesis import strategies as st

from runtime.domain.claims import Claim, Mark, Source, cited, marked, tally

TEXTS = {"a": "Mugs are taken back\nwithin 30 days.", "b": "Parcels leave on Mondays."}


def mark_of(*sources: Source) -> Mark:
    return marked([Claim("Said.", sources)], TEXTS)[0].mark


def test_each_kind_of_fault_has_its_mark() -> None:
    assert mark_of() is Mark.NO_SOURCE
    assert mark_of(Source("a")) is Mark.SOURCED
    assert mark_of(Source("a", "taken back within")) is Mark.SOURCED
    assert mark_of(Source("a", "within 60 days")) is Mark.QUOTE_NOT_THERE
    assert mark_of(Source("c")) is Mark.UNKNOWN_SOURCE
    assert mark_of(Source("")) is Mark.UNKNOWN_SOURCE
    assert mark_of(Source("A")) is Mark.UNKNOWN_SOURCE


def test_one_bad_source_is_enough_and_is_named() -> None:
    found = marked([Claim("Said.", (Source("a"), Source("c"), Source("b", "on Sundays")))], TEXTS)[0]
    assert (found.mark, found.faults) == (Mark.UNKNOWN_SOURCE, ("c",))
    assert found.line == "Said. [a, c, b; unknown document: c]"
    false = marked([Claim("Said.", (Source("a"), Source("b", "on Sundays")))], TEXTS)[0]
    assert (false.mark, false.faults) == (Mark.QUOTE_NOT_THERE, ("b",))


def test_the_tally_counts_every_mark() -> None:
    claims = [Claim("One.", (Source("a"),)), Claim("Two."), Claim("Three.", (Source("x"),)), Claim("Four.")]
    assert tally(marked(claims, TEXTS)) == "4 claims, 2 with no source, 1 with an unknown document"
    assert tally(marked(claims[:1], TEXTS)) == "1 claim, each with its source"


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", ""]))))
def test_a_claim_is_sourced_only_where_all_its_documents_are_known(named: list[list[str]]) -> None:
    claims = [Claim("Said.", tuple(map(Source, names))) for names in named]
    found = marked(claims, TEXTS)
    assert [each.mark is Mark.SOURCED for each in found] == [bool(one) and set(one) <= {"a", "b"} for one in named]
    assert set(cited(claims)) == {name for one in named for name in one}
