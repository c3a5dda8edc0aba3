"""Terms of a grant as they are typed, and a grant in words: the whole condition, what is left."""

import msgspec
import pytest

from console.presenters.grant_text import BadTerms, condition_lines, left_words, limits_from, terms_from
from runtime.domain.events.grants import Widened
from runtime.domain.grant_commands import GrantTerms
from runtime.projections.grant_rows import GrantRow
from tests.unit.runtime.domain.test_grant import SECOND, granted

ARGUMENTS = '{"amount":20,"note":"x","open":true,"status":"open"}'


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("1h", GrantTerms(3600, 100)),
        ("30m", GrantTerms(1800, 100)),
        ("2d", GrantTerms(172_800, 100)),
        ("run", GrantTerms(86_400, 100, this_run=True)),
        ("10x", GrantTerms(86_400, 10)),
        ("10x, 1h,run", GrantTerms(3600, 10, this_run=True)),
    ],
)
def test_terms(typed: str, terms: GrantTerms) -> None:
    assert terms_from(typed) == terms


@pytest.mark.parametrize("typed", ["", "x", "forever", "1 week", "10", "-1h", "1h 10x"])
def test_what_is_no_term_says_how_to_write_one(typed: str) -> None:
    with pytest.raises(BadTerms, match="30m, 1h, 1d, run"):
        terms_from(typed)


def test_limits() -> None:
    typed = {"amount": "1..50", "note": "any:200", "open": "true|false", "status": "open|closed", "other": " "}
    assert limits_from(typed, ARGUMENTS) == (
        Widened("amount", 1.0, 50.0),
        Widened("note", longest=200),
        Widened("open", one_of=("true", "false")),
        Widened("status", one_of=('"open"', '"closed"')),
    )
    for bad in ({"note": "any:many"}, {"note": "|"}):
        with pytest.raises(BadTerms):
            limits_from(bad, ARGUMENTS)
    with pytest.raises(BadTerms, match=r"amount=1\.\.50"):
        terms_from("1h", ["amount"], arguments=ARGUMENTS)


def test_the_condition_is_told_whole() -> None:
    given = granted(THREE).given
    assert dict(condition_lines(given)) == {
        "Agent": "clerk, revision 1",
        "Tool": "orders.refund",
        "Touches": "exactly orders/1042",
        "Run": "any run of the agent",
        "amount": "from 1 to 50",
        "notify": "exactly true",
        "order": 'exactly "1042"',
    }


THREE = GrantTerms(3600, 3, widened=(Widened("amount", 1, 50),))


def test_what_is_left() -> None:
    row = GrantRow(granted(THREE).given, 0, "Anna", 1, True)
    assert left_words(row, 3558 * SECOND) == "2 of 3 uses left, 42 s left"
    assert left_words(msgspec.structs.replace(row, waits=True), 0) == "begins when its approval acts"
    assert left_words(msgspec.structs.replace(row, standing=False, over="Revoked by anna."), 0) == "Revoked by anna."
