"""A path has one spelling and no way out; what belongs to the console is out of reach however it is spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.tools.path_names import PathRefused, is_protected, parts_of, refuse_protected


@pytest.mark.parametrize("path", ["", "a", "a/b.txt", "Täglich/日本.md", "..a", "a.b.c", ".hidden/x", "connect.txt"])
def test_plain_paths_are_taken_as_they_are(path: str) -> None:
    assert "/".join(parts_of(path)) == path


@pytest.mark.parametrize(
    "path",
    [
        "..", "a/..", "/a", "//a", "a/", "a//b", ".", "./a", "a/./b", "~\\a", "a\\..\\b", "C:a", "c:/a", "a:b",
        "aux", "Con", "com1.txt", "lpt9", "LPT¹.log", "nul.tar.gz", "a.", "a ", " a", "a\x00b", "a\nb", "a\u200bb",
        "a\u202etxt.exe", "e\u0301", "PROGRA~1", "x" * 300, "a/" * 1500 + "b", "\ud800", "what?", "a*b",
        ".console-abc", ".CONSOLE-abc",
    ],
)  # fmt: skip
def test_every_other_spelling_is_refused_with_a_sentence(path: str) -> None:
    with pytest.raises(PathRefused) as caught:
        parts_of(path)
    assert str(caught.value).endswith(".")


@given(st.text(max_size=40))
def test_what_is_taken_never_leads_out(path: str) -> None:
    try:
        parts = parts_of(path)
    except PathRefused:
        return
    assert not {"", ".", ".."} & set(parts)
    assert not path.startswith("/")


@pytest.mark.parametrize(
    "first",
    ["journal.sqlite", "JOURNAL.SQLITE-wal", "journal.sqlite-shm", "Journal", "blobs", "BLOBS", "keys", "undo",
     "agents", "Agents", "backups", ".lock", "workspace.lock", "owner.json", ".env", "ａgents", "ſettings",
     "policy.json"],
)  # fmt: skip
def test_the_consoles_own_files_are_protected_in_every_spelling(first: str) -> None:
    assert is_protected((first,))
    assert is_protected((first, "below"))
    with pytest.raises(PathRefused, match="belongs to the console"):
        refuse_protected((first, "x"))


def test_only_the_workspace_folder_itself_is_protected() -> None:
    assert not is_protected(("products", "agents", "journal.txt"))
    assert is_protected(("products", ".console-12"))
