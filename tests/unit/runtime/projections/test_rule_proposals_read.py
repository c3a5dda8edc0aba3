"""Proposals are read from what was really asked and decided."""

from pathlib import Path

from runtime.domain.proposal_commands import DismissProposal, RestoreProposal
from runtime.domain.refusals import Refusal
from runtime.domain.words import VerdictKind
from runtime.projections.rows import AuditFilter
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
        await room.do(DismissProposal(found.key, "anna", found.sentence))
        assert await room.runtime.history.rule_proposals() == []
        again = await room.runtime.perform(DismissProposal(found.key, "anna", found.sentence))
        assert again == Refusal("Somebody dismissed this proposal already.", "same")
        nobody = await room.runtime.perform(DismissProposal("another", "nobody"))
        assert isinstance(nobody, Refusal)
        assert nobody.code == "operator"
        await room.reopen()
        [aside] = await room.runtime.history.dismissed_proposals()
        assert (aside.key, aside.sentence) == (found.key, found.sentence)
        assert await room.runtime.history.rule_proposals() == [], "a restart knows it, and another window"
        newest = (await room.runtime.history.audit(AuditFilter(kinds=("proposal-dismissed",))))[0]
        assert (newest.event, newest.who) == ("Proposal dismissed", aside.by)
        await room.do(RestoreProposal(found.key, "anna"))
        assert [one.key for one in await room.runtime.history.rule_proposals()] == [found.key]
        assert isinstance(await room.runtime.perform(RestoreProposal(found.key, "anna")), Refusal)
