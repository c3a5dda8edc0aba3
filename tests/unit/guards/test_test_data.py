"""The fixture `test_data` uses the folder that is named, and skips with a sentence where the data is absent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def test_the_folder_named_is_used(
    test_data: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "messages").mkdir()
    monkeypatch.setenv("CONSOLE_TEST_DATA", str(tmp_path))
    assert test_data("messages") == tmp_path / "messages"


def test_absent_data_skips_with_a_sentence(
    test_data: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSOLE_TEST_DATA", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match=r"No test data messages in .*; set CONSOLE_TEST_DATA"):
        test_data("messages")
