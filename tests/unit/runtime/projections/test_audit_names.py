"""What audit entries name so that a person knows it: a step of a plan by its title, a grant by its short number."""

from runtime.domain.grant import number
from runtime.domain.ids import GrantId
from runtime.projections.rows import AuditFilter
from tests.fixtures.support_desk import granted_story
from tests.unit.runtime.projections.conftest import Desk


async def test_a_step_of_a_plan_is_named_by_what_it_is_and_its_id_stands_in_the_entry(desk: Desk) -> None:
    moved = await desk.history.audit(AuditFilter(run_id="r1", kinds=("plan-step-moved",)))
    assert {row.what for row in moved} == {"Look the order up: done", "Look the order up: running", "Refund it: done"}
    entry = await desk.history.audit_entry(moved[0].seq)
    assert entry is not None
    assert entry.sentence == "A step of the plan is now done: Refund it."
    assert '"step_id": "s2"' in entry.recorded
    assert moved[0] in await desk.history.audit(AuditFilter(text="refund", kinds=("plan-step-moved",)))


async def test_a_grant_that_decided_and_whoever_revoked_it_are_named(desk: Desk) -> None:
    await desk.write(granted_story())
    await desk.history.caught_up()
    [used] = await desk.history.audit(AuditFilter(kinds=("grant-used",)))
    assert used.decided_by == f"grant {number(GrantId('g1'))}"
    [ended] = await desk.history.audit(AuditFilter(kinds=("grant-ended",)))
    entry = await desk.history.audit_entry(ended.seq)
    assert entry is not None
    assert entry.sentence == "Standing grant g1 holds no more: Revoked by Anna Keller."
