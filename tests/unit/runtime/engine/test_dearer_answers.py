"""An answer that costs more than was reserved: counted whole, said, and reserved for from the next call on."""

from pathlib import Path

import msgspec
import pytest

from runtime.domain.budget import Answering
from runtime.domain.decision import Origin, Usage
from runtime.domain.events import Event
from runtime.domain.events.budget import DearerAnswered, ReservationMade, ReservationSettled
from runtime.domain.words import CapAction, Outcome
from runtime.models.scripted import Say
from runtime.projections.sentences import sentence
from tests.fixtures.priced_models import ROUTE, priced
from tests.fixtures.room import PLAN, Room, done, furnished

DEARER = Usage(20_000, 16_000, tier="priority")
"""What a project that defaults to priority answers with, although the ordinary tier was asked for."""
USED = Usage(1_000, 100)


async def events(room: Room) -> list[Event]:
    return [one.event for one in await room.log.read(0, 5_000)]


async def reserved(room: Room) -> list[int]:
    return [one.reservation.worst.micros for one in await events(room) if isinstance(one, ReservationMade)]


async def test_it_counts_whole_and_the_next_call_is_held_to_the_cap(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced(CapAction.STOP, cost_micros=60_000)) as room:
        run_id = await room.start("work", Say(PLAN, DEARER), plan=False)
        run = await room.finished(run_id)
        found = await events(room)
        [made] = [event.reservation for event in found if isinstance(event, ReservationMade)]
        [settled] = [event for event in found if isinstance(event, ReservationSettled)]
        assert settled.beyond
        assert settled.cost.micros > made.worst.micros
        assert run.outcome is Outcome.OUT_OF_BUDGET
        assert run.cost_micros == settled.cost.micros
        assert "were reserved. The provider answered with a dearer tier or model" in sentence(settled)


@pytest.mark.parametrize(
    ("answered", "tier", "noted", "words"),
    [
        ("gpt-5", "", Answering("gpt-5"), "was answered by gpt-5, which costs more"),
        ("gpt-5-mini-2025-08-07", "priority", Answering("", "priority"), "was answered by the tier priority"),
    ],
    ids=["model", "tier"],
)
async def test_what_answered_dearer_is_reserved_for_from_the_next_call_on_also_after_a_restart(
    tmp_path: Path, answered: str, tier: str, noted: Answering, words: str
) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        run_id = await room.start("work", Say(PLAN, USED), Say(done(), USED), plan=False)
        await room.finished(run_id)
        planning, acting = await reserved(room)
        assert not room.own.engine.states.terms.dearer
        used, origin = msgspec.structs.replace(USED, tier=tier), Origin(answered)
        says = [Say(answer, used, origin=origin) for answer in (PLAN, done())]
        run_id = await room.start("dear", *says, plan=False)
        await room.finished(run_id)
        first, second = (await reserved(room))[2:]
        assert first == planning  # nobody could know it before it happened
        assert second > 1.5 * acting
        [note] = [event for event in await events(room) if isinstance(event, DearerAnswered)]
        assert (note.model, note.answered) == (ROUTE, noted)
        assert words in sentence(note)
        await room.reopen()
        run_id = await room.start("late", Say(PLAN, USED), Say(done(), USED), plan=False)
        await room.finished(run_id)
        third, fourth = (await reserved(room))[4:]
        assert third > 1.5 * planning
        assert fourth == second
