"""The demo after its agents went through all their mail: laid out once, each test works on a copy."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.first_steps import open_for_work


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder, closed in order; not to be opened itself."""
    folder = tmp_path_factory.mktemp("demo") / "ws"

    async def work() -> None:
        runtime = await open_for_work(folder, demo=True, operator="Anna Keller")
        await runtime.wait_idle()
        await runtime.history.caught_up()
        await runtime.close()

    asyncio.run(work())
    return folder
