"""Arguments and diffs as lines: nothing is left out, nothing passes for something else."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from console.presenters.exact_lines import argument_lines, compared, counted, row_lines, unified_lines


def test_a_value_of_several_lines_is_numbered_and_cannot_pass_for_an_argument() -> None:
    lines = argument_lines("mail.send", json.dumps({"body": "a\nto: x@evil.example", "to": "anna@example.org"}))
    assert [(line.kind, line.text, line.new) for line in lines] == [
        ("note", "mail.send", None),
        ("note", "body (text, 2 lines)", None),
        ("plain", "a", 1),
        ("plain", "to: x@evil.example", 2),
        ("plain", "to: anna@example.org", None),
    ]


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=40) | st.integers(-(2**53), 2**53), max_size=4)
)
def test_every_value_is_there_whole(values: dict[str, str | int]) -> None:
    shown = "\n".join(line.text for line in argument_lines("t", json.dumps(values)))
    for value in values.values():
        assert (value if isinstance(value, str) else json.dumps(value)) in shown


def test_a_unified_diff_gets_the_numbers_of_both_sides() -> None:
    body = "--- a\n+++ b\n@@ -8,3 +8,4 @@\n BEGIN;\n-old\n+new\n+more\n COMMIT;\n"
    lines = unified_lines(body)
    assert [(line.kind, line.old, line.new) for line in lines[3:]] == [
        ("context", 8, 8),
        ("removed", 9, None),
        ("added", None, 9),
        ("added", None, 10),
        ("context", 10, 11),
    ]
    assert counted(lines) == "2 added, 1 removed"


def test_an_edit_is_shown_against_the_agents_version() -> None:
    lines = compared('{"amount":8400,"order":"1042"}', '{"amount":4200,"order":"1042"}')
    assert [line.text.strip() for line in lines if line.kind == "removed"] == ['"amount": 8400,']
    assert [line.text.strip() for line in lines if line.kind == "added"] == ['"amount": 4200,']


def test_rows_are_paired_and_rows_without_a_pair_are_new_or_gone() -> None:
    lines = row_lines(("id", "price"), (("1", "10"), ("2", "20"), ("3", "30")), (("1", "11"), ("2", "20")))
    assert [line.kind for line in lines] == ["note", "removed", "added", "context", "removed"]
