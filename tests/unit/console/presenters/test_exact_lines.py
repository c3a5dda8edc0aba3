"""Diffs and sources as lines: nothing is left out, nothing in a file passes for the frame around it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.presenters.exact_lines import counted, shows_whole, source_lines, unified_lines
from runtime.tools.text_changes import unified

TEXTS = st.lists(
    st.sampled_from(["a", "b", "", "-- x", "++ x", "@@ -1 +1 @@", "\\ No newline", " a", "+a", "\r"]), max_size=8
)


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


def test_the_head_of_a_second_file_is_no_change_of_the_first() -> None:
    one, two = "--- a\n+++ a\n@@ -1 +1 @@\n-x\n+y\n", "diff --git a/b b/b\n--- b\n+++ b\n@@ -1 +1 @@\n-p\n+q\n"
    lines = unified_lines(one + two)
    assert [line.text for line in lines if line.kind == "note"] == [
        "--- a", "+++ a", "@@ -1 +1 @@", "diff --git a/b b/b", "--- b", "+++ b", "@@ -1 +1 @@",
    ]  # fmt: skip
    assert counted(lines) == "2 added, 2 removed"


@given(TEXTS, TEXTS, st.booleans())
def test_a_diff_tells_the_new_text_wholly(old: list[str], new: list[str], ends: bool) -> None:
    before, after = ("\n".join(lines) + "\n" * ends for lines in (old, new))
    lines = unified_lines(unified(before, after, "f"))
    added = [line.text for line in lines if line.kind == "added"]
    if added:
        assert shows_whole(lines, after)
        other = after.replace(added[0], f"{added[0]}!", 1) if added[0] else f"!{after}"
        assert not shows_whole(lines, other) or other == after or f"{added[0]}!" not in other.split("\n")
    for line in lines:
        if line.new is not None:
            assert after.split("\n")[line.new - 1] == line.text
        if line.old is not None:
            assert before.split("\n")[line.old - 1] == line.text


def test_a_diff_of_something_else_does_not_tell_a_text() -> None:
    lines = unified_lines(unified("a\nb\n", "a\nc\n", "f"))
    assert shows_whole(lines, "a\nc\n")
    assert not shows_whole(lines, "a\nd\n")
    assert not shows_whole(lines, "a")


def test_line_ends_of_a_source_are_said_once_where_they_are_as_the_standard_has_it() -> None:
    assert [line.text for line in source_lines("a\r\nb")] == ["Each line ends with CR LF.", "a", "b"]
    assert [line.text for line in source_lines("a\r\nb\nc")] == ["a\r", "b", "c"]
    assert [line.text for line in source_lines("a\nb")] == ["a", "b"]
