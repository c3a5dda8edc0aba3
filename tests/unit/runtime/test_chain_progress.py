"""Whoever verifies the chain of an open workspace can watch how far it has come, also of one that nobody has open."""

import asyncio
from pathlib import Path

from runtime.domain.commands import VerifyChain
from runtime.engine.progress import CHAIN_PROGRESS
from runtime.operations.unopened import compare_unopened, verify_unopened
from tests.fixtures.room import furnished


async def test_the_count_comes_through_the_progress_door(tmp_path: Path) -> None:
    async with furnished(tmp_path / "workspace") as room:
        told: list[tuple[str, str]] = []

        async def watch() -> None:
            async for piece in room.runtime.progress.watch(CHAIN_PROGRESS):
                told.append(piece)

        watching = asyncio.create_task(watch())
        await asyncio.sleep(0)
        head = (await room.own.recorder.head()).seq
        await room.do(VerifyChain("anna"))
        async with asyncio.timeout(60):
            while not any(_counts(said)[1] >= head for _, said in told):  # noqa: ASYNC110  (a worker thread tells it)
                await asyncio.sleep(0.001)  # the look at the chain that every start makes may be told first
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        for _, said in told:
            checked, of = _counts(said)
            assert checked == of, "so few are counted at once"


def _counts(said: str) -> tuple[int, int]:
    checked, of = said.split(" of ")
    return int(checked.replace(",", "")), int(of.replace(",", ""))


async def test_a_journal_that_nobody_has_open_is_counted_too(tmp_path: Path) -> None:
    async with furnished(tmp_path / "workspace"):
        pass
    checked: list[tuple[int, int]] = []
    compared: list[tuple[str, int, int]] = []
    report = await verify_unopened(tmp_path / "workspace", lambda *said: checked.append(said))
    assert report.intact
    await compare_unopened(tmp_path / "workspace", lambda *said: compared.append(said))
    assert checked == [(report.records, report.records)]
    assert compared == [(what, report.records, report.records) for what in ("contents", "lists")]
