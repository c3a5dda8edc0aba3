"""A life that stands still ends, fails whoever asked for it, and tells what it waits for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kills.nursery import CLONE, STOOD_STILL, environment

STANDS_STILL = """
import asyncio
from tests.kills import nursery

async def waits_for_ever(folder, when):
    if when == "never":
        await asyncio.Event().wait()

nursery.PATIENCE_S = 0.05
nursery.main(waits_for_ever)
"""


def test_it_tells_what_it_waits_for(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STANDS_STILL, "life", "never", str(tmp_path)]
    ended = subprocess.run(command, cwd=CLONE, env=environment(), capture_output=True, text=True, check=False)
    assert ended.returncode == STOOD_STILL
    assert "Stands still" in ended.stderr
    assert "waits_for_ever" in ended.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Lives are forked where a process can be forked.")
def test_the_nursery_goes_on_after_it(tmp_path: Path) -> None:
    """One answer a line, whatever the life wrote: what it waits for goes to the error stream."""
    command = [sys.executable, "-c", STANDS_STILL, "nursery"]
    asked = f"never {tmp_path}\nsurvey {tmp_path}\n"
    ended = subprocess.run(
        command, input=asked, cwd=CLONE, env=environment(), capture_output=True, text=True, check=False
    )
    assert ended.stdout.split() == [str(STOOD_STILL), "0"]
    assert "waits_for_ever" in ended.stderr
