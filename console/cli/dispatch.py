"""From what was typed to the coroutine that does it; only the family that was typed is loaded."""

from __future__ import annotations

import argparse
import asyncio
import importlib
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from console.cli.opening import BETWEEN_TRIES_S, OwnerWentAway, must_be_there
from console.cli.printing import Printer
from console.cli.wording import beginning

WITHOUT_WORKSPACE = ("workspaces", "doctor")
Work = Callable[[], Coroutine[Any, Any, int]]


def work_of(args: argparse.Namespace, folder: Path, printer: Printer) -> Work:
    """The command as a coroutine function without arguments."""
    family = str(args.family)

    def work() -> Coroutine[Any, Any, int]:
        module = importlib.import_module(f"console.cli.{family}")
        coroutine: Coroutine[Any, Any, int] = getattr(module, family)(args, folder, printer)
        return coroutine

    async def checked() -> int:
        await asyncio.to_thread(beginning, folder)
        if family not in WITHOUT_WORKSPACE:
            await asyncio.to_thread(must_be_there, folder)
        while True:
            try:
                return await work()
            except OwnerWentAway:
                await asyncio.sleep(BETWEEN_TRIES_S)

    return checked
