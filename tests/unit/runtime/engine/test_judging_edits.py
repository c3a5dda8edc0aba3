"""The gate judges an edited action while it is typed, and says every reason."""

from __future__ import annotations

from pathlib import Path

from runtime.domain.policy import Rule
from runtime.domain.words import VerdictKind
from tests.fixtures.room import ASK_ALL, act, done, furnished, write

NOT_THERE = Rule("no-secrets", VerdictKind.DENY, tools="files.write", resources="docs/secret*", note="Not there.")


async def test_an_edit_is_judged_with_every_reason_before_it_can_be_sent(tmp_path: Path) -> None:
    async with furnished(tmp_path, NOT_THERE, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        judge = room.runtime.judge_edit
        fits = await judge(ask.raised.ask_id, '{"path": "b.txt", "content": "y\\n"}')
        assert (fits.arguments, fits.faults) == ('{"content":"y\\n","path":"b.txt"}', ())
        assert fits.title.startswith("Create b.txt")
        assert {reason.check for reason in fits.reasons} >= {"contract", "permission"}
        denied = await judge(ask.raised.ask_id, '{"path": "secret.txt", "content": "y\\n"}')
        assert denied.arguments == ""
        assert "not allowed" in denied.faults[0]
        assert any(reason.verdict is VerdictKind.DENY for reason in denied.reasons)
        broken = await judge(ask.raised.ask_id, '{"path": 5}')
        assert (broken.arguments, len(broken.faults)) == ("", 1)
        assert not (tmp_path / "docs" / "b.txt").exists()
        await room.reject(ask, "no")
        await room.finished(run_id)
