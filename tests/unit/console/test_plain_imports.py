"""What is imported after Qt is not read as text as well, and what the first frame does not need comes after it."""

import builtins
import linecache
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6 import QtCore

from console.plain_imports import import_as_python_does

TO_THE_FIRST_FRAME = """
import sys
import console.app
from PySide6.QtWidgets import QApplication
import console.garbage, console.language, console.loop, console.notices.centre, console.theme.theme
import console.theme.icons, console.opening_window
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
LATER = {"pydantic", "sqlalchemy", "jsonschema", "storage", "keyring", "openai", "anthropic"}


@pytest.mark.parametrize("plainly", [False, True])
def test_no_source_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plainly: bool) -> None:
    assert QtCore.qVersion()  # its loading is what replaces the import
    name = tmp_path.name  # of its own: PySide looks at no name twice
    (tmp_path / f"{name}.py").write_text("BY_NAME = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(builtins, "__import__", builtins.__feature_import__)  # type: ignore[attr-defined]
    if plainly:
        import_as_python_does()
    exec(f"import {name}")
    sys.modules.pop(name)
    assert (str(tmp_path / f"{name}.py") in linecache.cache) is not plainly


def test_the_first_frame_waits_for_nothing_that_comes_later() -> None:
    loaded = subprocess.run([sys.executable, "-c", TO_THE_FIRST_FRAME], stdout=subprocess.PIPE, text=True, check=True)
    assert LATER.isdisjoint(loaded.stdout.split()), LATER.intersection(loaded.stdout.split())
