"""Each role has models of its own: who was asked for what, what each did cost, and on which day it counts."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from runtime.domain.agent_spec import PLAYBOOK, ModelRoute
from runtime.domain.words import Outcome
from runtime.engine.clock import SECOND
from runtime.models.choice import Chosen
from runtime.models.interface import ModelRequest
from runtime.models.scripted import Say
from tests.fixtures.chained_models import Routes
from tests.fixtures.priced_models import priced
from tests.fixtures.room import PLAN, Room, done, furnished
from tests.unit.runtime.engine.test_classifying import BOOK
from tests.unit.runtime.engine.test_routing import DONE, PLANNED, given, routed
from tests.unit.runtime.engine.test_spending import COST, USED, started

PLANNER, CLASSIFIER, ACTOR = "openai/gpt-5-mini", "openai/gpt-5-nano", "openai/gpt-5"
JUDGE = "anthropic/claude-haiku-4-5"


async def test_planner_actor_classifier_and_judge_are_each_asked_over_their_own_route(tmp_path: Path) -> None:
    routes, chains = Routes(), ((PLAYBOOK, PLANNER), (PLAYBOOK, ACTOR), (CLASSIFIER,), (JUDGE,))
    models = ModelRoute(*chains, escalate_below=0.5)
    spec = msgspec.structs.replace(priced(), models=models, playbook=BOOK, success="It is looked up.")
    routes.says(CLASSIFIER, Say(Chosen("none", 0.9, "Neither."), USED))
    routes.says(PLANNER, PLANNED)
    routes.says(ACTOR, DONE)
    routes.says(JUDGE, Say(Chosen("met", 0.9, "It is there."), USED))
    async with routed(tmp_path, spec, routes) as room:
        run = await room.finished(await given(room, "Zelda dwells elsewhere"))
        assert run.outcome is Outcome.COMPLETED
        asked = {route: [_what(one) for one in way.requests] for route, way in routes.by_route.items()}
        assert asked == {
            CLASSIFIER: ["a question about the task"],
            PLANNER: ["a plan"],
            ACTOR: ["a turn"],
            JUDGE: ["a question about the outcome"],
        }
        spent = {row.model: row.cost_micros for row in await room.runtime.history.spend(1) if row.cost_micros}
        #            1,000 in and 100 out, dollars a million: 0.05 and 0.40; 0.25 and 2; 1.25 and 10; 1 and 5
        assert spent == {CLASSIFIER: 90, PLANNER: 450, ACTOR: 2_250, JUDGE: 1_500}
        assert run.cost_micros == sum(spent.values())


def _what(request: ModelRequest) -> str:
    if request.choice is not None:
        return f"a question about the {'task' if request.plan is None else 'outcome'}"
    return "a plan" if request.plan is None else "a turn"


async def just_before_midnight(room: Room) -> str:
    """The local day that is over in three minutes, which no test takes."""
    now = room.own.clock.now() / SECOND
    today = datetime.fromtimestamp(now).astimezone()
    midnight = (today + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    room.pass_time(int(midnight.timestamp() - now) - 180)
    return room.own.engine.budgeting.day(room.own.clock.now())


async def test_a_call_over_midnight_counts_on_the_day_it_was_asked_for_everywhere(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        day = await just_before_midnight(room)
        room.models.hold = asyncio.Event()
        run_id = await started(room, "work", Say(PLAN, USED), Say(done(), USED))
        await room.models.asked.wait()
        room.pass_time(360)
        assert room.own.engine.budgeting.day(room.own.clock.now()) != day
        room.models.hold.set()
        await room.finished(run_id)
        rows = await room.runtime.history.spend(2)
        assert [(row.day, row.cost_micros) for row in rows] == [(day, 2 * COST)]
        book = room.own.engine.states.book(day[:7])
        assert {one: of_day.all.spent.micros for one, of_day in book.days.items()} == {day: 2 * COST}
