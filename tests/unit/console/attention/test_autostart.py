"""Starting at log-in: written exactly, removed exactly, and what others changed is told."""

from __future__ import annotations

import plistlib
import re
import sys
from pathlib import Path

import pytest

from console.attention.autostart import (
    Autostart,
    FilePlace,
    RegistryPlace,
    agent_text,
    entry_text,
    program_words,
    this_autostart,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "autostart" / "operator-console.desktop"


def test_on_writes_the_file_and_off_removes_it_and_nothing_else(path: Path) -> None:
    autostart = Autostart(FilePlace(path), entry_text(["/opt/console"]))
    assert not autostart.look().on
    assert autostart.switch(True).on
    assert path.read_text() == entry_text(["/opt/console"])
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    (path.parent / "other.desktop").write_text("x")
    assert not autostart.switch(False).on
    assert [one.name for one in path.parent.iterdir()] == ["other.desktop"]
    assert not autostart.switch(False).on


def test_what_others_changed_is_told_and_written_over_only_when_asked(path: Path) -> None:
    autostart = Autostart(FilePlace(path), entry_text(["/opt/console"]))
    autostart.switch(True)
    path.write_text(entry_text(["/opt/other"]))
    state = autostart.look()
    assert (state.on, state.ours) == (True, False)
    assert "was changed by somebody else" in state.sentence
    path.write_text(entry_text(["/opt/console"]) + "Hidden=true\n")
    state = autostart.look()
    assert (state.on, state.ours) == (False, False)
    assert "Switched off by the desktop" in state.sentence
    assert autostart.switch(True).ours


def test_a_folder_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("a file where a folder should be")
    with pytest.raises(OSError, match="autostart"):
        Autostart(FilePlace(tmp_path / "autostart" / "x.desktop"), "x").switch(True)


@pytest.mark.parametrize("word", ["/opt/console", "/home/a b/console", '/x/"q"', "/x/$HOME`id`", "/x/100%", "C:\\x y"])
def test_any_path_survives_the_quoting_of_a_desktop_entry(word: str) -> None:
    [line] = [line for line in entry_text([word, "-m"]).splitlines() if line.startswith("Exec=")]
    argument = line.removeprefix("Exec=").replace("\\\\", "\\")  # the escape that holds for every string of the file
    quoted, rest = argument[1:].rsplit('" "', 1)
    assert rest == '-m"'
    assert re.sub(r'\\(["`$\\])', r"\1", quoted).replace("%%", "%") == word
    assert not re.search(r'(?<!\\)(\\\\)*["`$]', quoted)  # what a shell would act upon is escaped


def test_the_agent_of_launchd_starts_once_at_log_in() -> None:
    agent = plistlib.loads(agent_text(["/opt/a & b"]).encode())
    assert agent["ProgramArguments"] == ["/opt/a & b"]
    assert agent["RunAtLoad"] is True
    assert "KeepAlive" not in agent


@pytest.mark.skipif(sys.platform != "linux", reason="XDG's autostart folder is Linux's.")
def test_this_system_keeps_it_in_the_configuration_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert this_autostart().switch(True).on
    text = (tmp_path / "autostart" / "operator-console.desktop").read_text()
    assert program_words()[0] in text
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert not this_autostart().look().on


@pytest.mark.skipif(sys.platform != "win32", reason="The registry is Windows'.")
def test_the_run_key_is_written_and_removed() -> None:
    place = RegistryPlace("operator-console-test")
    place.write("x y")
    assert place.read() == "x y"
    place.write(None)
    assert place.read() is None
