"""Undo records survive: written whole under their key, read back exactly, a damaged one said so."""

from pathlib import Path

import pytest

from runtime.domain.undo import UndoRecord
from runtime.tools.memo import Memo, MemoDamaged


def test_a_record_comes_back_in_another_process_as_it_was(tmp_path: Path) -> None:
    record = UndoRecord('{"path":"ä.txt"}', ("0" * 64,))
    Memo(tmp_path).remember("k1", record)
    again = Memo(tmp_path)
    assert again.recall("k1") == record
    assert again.recall("k2") is None
    assert again.keys() == ("k1",)
    assert [path.name for path in (tmp_path / "undo").iterdir()] == ["k1.json"]


def test_the_newest_record_of_a_key_stands_and_can_be_forgotten(tmp_path: Path) -> None:
    memo = Memo(tmp_path)
    memo.remember("k", UndoRecord("1"))
    memo.remember("k", UndoRecord("2"))
    assert memo.recall("k") == UndoRecord("2")
    memo.forget("k")
    memo.forget("k")
    assert memo.recall("k") is None


@pytest.mark.parametrize("key", ["../../out", "a/b", "", "CON:", "x" * 500, "\ud800"])
def test_no_key_leaves_the_folder(tmp_path: Path, key: str) -> None:
    memo = Memo(tmp_path)
    memo.remember(key, UndoRecord("1"))
    assert memo.recall(key) == UndoRecord("1")
    assert [path.parent for path in tmp_path.rglob("*.json")] == [tmp_path / "undo"]


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    Memo(tmp_path).remember("k", UndoRecord("1"))
    (tmp_path / "undo" / "k.json").write_bytes(b'{"da')
    with pytest.raises(MemoDamaged, match=r"k\.json"):
        Memo(tmp_path).recall("k")


def test_it_knows_without_looking_what_it_does_not_hold(tmp_path: Path) -> None:
    Memo(tmp_path).remember("old", UndoRecord("0"))
    memo = Memo(tmp_path)
    assert memo.may_hold("other")  # nobody has looked into the folder yet
    memo.forget("other")
    assert not memo.may_hold("other")
    assert memo.recall("other") is None
    assert memo.may_hold("old")
    assert memo.recall("old") == UndoRecord("0")
    memo.remember("other", UndoRecord("1"))
    assert memo.may_hold("other")
    memo.forget("other")
    assert not memo.may_hold("other")
