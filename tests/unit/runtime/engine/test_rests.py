"""The pause between attempts, as the engine waits it: what the provider asks for, within its patience."""

from pathlib import Path

import pytest

from runtime.domain.events.runs import ModelFailed
from runtime.engine import asking
from runtime.engine.clock import SECOND
from runtime.models.back_off import PATIENCE_S
from runtime.models.interface import FaultKind, ModelFault
from tests.fixtures import chained_models
from tests.fixtures.chained_models import FIRST, Routes, chained
from tests.unit.runtime.engine.test_routing import DONE, PLANNED, given, routed

OTHER = chained_models.SECOND


def busy(wish: float | None, *, by_person: bool = False) -> ModelFault:
    return ModelFault(FaultKind.PASSING, "It is busy.", wish, by_person=by_person)


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses there were, in seconds; none of them takes any time. Without a wish they are nothing in the room."""
    found: list[float] = []

    async def at_once(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(asking, "rested", at_once)
    return found


async def test_a_provider_is_given_the_time_it_asks_for(tmp_path: Path, rests: list[float]) -> None:
    routes = Routes()
    routes.says(FIRST, busy(7.5), busy(None), PLANNED, busy(PATIENCE_S), DONE)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        await room.finished(await given(room))
    assert rests == [7.5, 0.0, PATIENCE_S]


async def test_who_asks_for_more_time_than_that_is_not_asked_again(tmp_path: Path, rests: list[float]) -> None:
    routes = Routes()
    routes.says(FIRST, busy(PATIENCE_S + 1), DONE)
    routes.says(OTHER, PLANNED)
    async with routed(tmp_path, chained(FIRST, OTHER), routes) as room:
        run = await room.finished(await given(room))
        failed = [event for event in await room.events(run.run_id) if isinstance(event, ModelFailed)]
    assert [(event.model, event.again) for event in failed] == [(FIRST, False)]
    assert rests == []


async def test_an_opened_connection_is_left_alone_for_as_long_as_it_asks(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, busy(2_000, by_person=True))
    routes.says(OTHER, PLANNED, DONE)
    async with routed(tmp_path, chained(FIRST, OTHER), routes) as room:
        await room.finished(await given(room))
        breaker = room.own.engine.connections.breaker(room.own.engine, "openai")
    assert breaker.probe_at - breaker.since == 2_000 * SECOND
