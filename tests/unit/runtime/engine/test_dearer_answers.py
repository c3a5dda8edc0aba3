"""An answer that costs more than was reserved: counted whole, said, and nothing further is asked beyond a cap."""

from pathlib import Path

from runtime.domain.decision import Usage
from runtime.domain.events.budget import ReservationMade, ReservationSettled
from runtime.domain.words import CapAction, Outcome
from runtime.models.scripted import Say
from runtime.projections.sentences import sentence
from tests.fixtures.priced_models import priced
from tests.fixtures.room import PLAN, furnished

DEARER = Usage(20_000, 16_000, tier="priority")
"""What a project that defaults to priority answers with, although the ordinary tier was asked for."""


async def test_it_counts_whole_and_the_next_call_is_held_to_the_cap(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced(CapAction.STOP, cost_micros=60_000)) as room:
        run_id = await room.start("work", Say(PLAN, DEARER), plan=False)
        run = await room.finished(run_id)
        events = [one.event for one in await room.log.read(0, 5_000)]
        [made] = [event.reservation for event in events if isinstance(event, ReservationMade)]
        [settled] = [event for event in events if isinstance(event, ReservationSettled)]
        assert settled.beyond
        assert settled.cost.micros > made.worst.micros
        assert run.outcome is Outcome.OUT_OF_BUDGET
        assert run.cost_micros == settled.cost.micros
        assert "were reserved. The provider answered with a dearer tier or model" in sentence(settled)
