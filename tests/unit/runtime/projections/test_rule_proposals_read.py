"""Proposals are read from what was really asked and decided."""

from pathlib import Path

from runtime.domain.words import VerdictKind
from tests.fixtures.room import ASK_ALL, act, done, furnished, write


async def test_thirty_approvals_of_one_pattern_are_a_proposal(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        for number in range(3):
            script = [act(write(f"n{number}{turn}.txt", "x\n")) for turn in range(10)]
            run_id = await room.start(f"run {number}", *script, done())
            assert await room.runtime.history.rule_proposals() == [], "fewer than thirty say nothing"
            for _ in script:
                await room.approve(await room.asked(run_id))
            await room.finished(run_id)
        [found] = await room.runtime.history.rule_proposals()
        assert (found.before, found.rule.verdict, found.rule.tools) == ("all", VerdictKind.ALLOW, "files.write")
        report = await room.runtime.backtest(found.into(room.own.engine.states.workspace.policy))
        assert len(report.of(VerdictKind.ASK, VerdictKind.ALLOW)) == 30
        assert room.runtime.policy_faults(found.into(room.own.engine.states.workspace.policy)) == ()
