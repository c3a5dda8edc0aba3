"""Rows before and after as lines: in pairs, every cell whole, nothing in a cell passes for a border or for padding."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.presenters.table_lines import row_lines

CELLS = st.text("a |\\\nsn", min_size=1, max_size=3)
ROWS = st.lists(st.tuples(CELLS, CELLS), max_size=3)


def test_rows_are_paired_and_rows_without_a_pair_are_new_or_gone() -> None:
    lines = row_lines(("id", "price"), (("1", "10"), ("2", "20"), ("3", "30")), (("1", "11"), ("2", "20")))
    assert [line.kind for line in lines] == ["note", "removed", "added", "context", "removed"]
    assert [line.text for line in lines[:2]] == ["id | price", "1  | 10"]


def test_a_row_that_is_not_there_before_is_new() -> None:
    lines = row_lines(("id", "price"), (("", ""),), (("1", "10"),))
    assert [line.kind for line in lines] == ["note", "added"]


def test_a_wide_row_stands_field_by_field() -> None:
    before, after = ("T-1", "open", "x" * 60), ("T-1", "closed", "x" * 60)
    lines = row_lines(("ticket", "status", "title"), (before,), (after,))
    assert [(line.kind, line.text) for line in lines] == [
        ("note", "row 1, changed"),
        ("context", "ticket | T-1"),
        ("removed", "status | open"),
        ("added", "status | closed"),
        ("context", f"title | {'x' * 60}"),
    ]


def test_what_could_be_taken_for_a_border_is_written_out_and_explained() -> None:
    lines = row_lines(("name",), (), (("a | b\nc ",),))
    assert lines[1].text == r"a \| b\nc\s"
    assert lines[2].kind == "note"
    assert lines[2].text.startswith(r"\n is a line end")


@given(ROWS, ROWS, ROWS, ROWS)
def test_two_changes_have_two_layouts(
    before: list[tuple[str, str]], after: list[tuple[str, str]], was: list[tuple[str, str]], will: list[tuple[str, str]]
) -> None:
    one, other = row_lines(("a", "b"), before, after), row_lines(("a", "b"), was, will)
    assert (one == other) == ((before, after) == (was, will))
