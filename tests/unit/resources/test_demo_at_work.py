"""The demo at work: every mail ends in an outcome or a waiting ask, and it shows on its own what it is to show."""

import asyncio
import tomllib
from pathlib import Path

from console.first_steps import open_for_work
from runtime.domain.words import Outcome, RunState


async def test_all_three_agents_work_through_their_inbox(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    runtime = await open_for_work(folder, demo=True)
    try:
        await runtime.wait_idle()
        runs = await runtime.history.runs(limit=200)
        assert len(runs) == 62
        assert {run.outcome or run.state for run in runs} == {Outcome.COMPLETED, Outcome.ESCALATED, RunState.WAITING}
        asks = await runtime.history.asks()
        assert {ask.priority for ask in asks} == {1, 2, 3}
        said = {run.source: run.summary for run in runs}
        assert "failed after 3 attempts" in said["inbox/0012-no-carrier-news.eml"]
        assert "Not sure what this is about" in said["inbox/0024-unclear.eml"]
        assert "two things" in said["inbox/0013-two-questions.eml"]
        assert "Vouchers above $20.00" in said["inbox/0008-voucher-large.eml"]
        assert "never deleted" in said["catalogue-inbox/0005-delete-dripper.eml"]
        assert (await runtime.history.strip()).spend_today_micros == 0
        page = await asyncio.to_thread((folder / "products" / "blue-mug.toml").read_text, "utf-8")
        assert tomllib.loads(page)["price_cents"] == 1550
        assert "Made by hand in Devon." in page
    finally:
        await runtime.close()
