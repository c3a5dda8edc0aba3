"""Tries a connection: one small real call, reserved and settled like every other, so that its cost is known."""

import asyncio
import time
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.budget import HELD_FOR, Amount, Reservation
from runtime.domain.connection import TEST_AGENT, TEST_RUN, ConnectionSpec
from runtime.domain.decide_connection import no_such_connection
from runtime.domain.decision import Origin, Usage
from runtime.domain.events.workspace import ConnectionTested
from runtime.domain.ids import AgentName, RunId
from runtime.domain.loop_commands import RecordTest, ReserveTest
from runtime.domain.money import dollars
from runtime.domain.refusals import Refusal
from runtime.domain.task import Task
from runtime.engine.budgeting import Held
from runtime.engine.dearer_answers import note_dearer, reserved_price
from runtime.engine.parts import Parts
from runtime.models.interface import ModelFault, ModelRequest
from runtime.models.masked import masked
from runtime.models.prices import load_table
from runtime.models.providers.connection import Connection, Secret, TimeLimits
from runtime.models.providers.known import PROVIDERS
from runtime.models.workspace_connections import connection_of, connections_of, unknown_kind
from runtime.models.worst_case import most_used
from runtime.operations.new_ids import new_reservation_id

MOST_WORDS: Final = 1_024
"""Tokens an answer may have here; some models think before the one word."""

PATIENCE: Final = TimeLimits(connect_s=15.0, first_s=45.0, idle_s=30.0, total_s=60.0)


@dataclass(frozen=True, slots=True)
class _Found:
    works: bool
    sentence: str
    usage: Usage
    origin: Origin


async def try_connection(parts: Parts, secret: Secret, name: str, model: str, by: str) -> str | Refusal:
    """Ask the model for one word. The answer says what it did cost, or why it does not work."""
    if not by:
        return Refusal("Nobody is named who asks for this; nothing was sent.", "nobody")
    spec = connections_of(parts.states.workspace).get(name)
    if spec is None:
        return no_such_connection(name)
    if unknown := unknown_kind(spec.kind):
        return Refusal(f"{unknown} Nothing was sent.", "kind")
    model = model.strip()
    if not model or not model.isprintable() or len(model) > 200:
        return Refusal("Name the model to be asked, as its provider does; nothing was sent.", "empty")
    route = route_of_test(spec, model)
    connection = replace(connection_of(spec), max_output_tokens=MOST_WORDS, times=PATIENCE)
    held = await _hold(parts, connection, model, route)
    if isinstance(held, Refusal):
        return held
    started = time.monotonic()
    assert held.reservation is not None
    try:
        found = await _ask(parts, connection, model, route, secret)
    except asyncio.CancelledError:
        await _record(parts, held, by, name, _Found(False, "It was stopped.", Usage(known=False), Origin()), started)
        raise
    finally:
        parts.budgeting.call_ended(held)
    return await _record(parts, held, by, name, found, started)


def route_of_test(spec: ConnectionSpec, model: str) -> str:
    """How an agent would name this model over this connection."""
    own = spec.name == spec.kind and bool(PROVIDERS[spec.kind].facts.home)
    return f"{spec.kind}/{model}" if own else f"{spec.kind}:{spec.name}/{model}"


async def _hold(parts: Parts, connection: Connection, model: str, route: str) -> Held | Refusal:
    await asyncio.to_thread(load_table)
    now = parts.clock.now()
    most = most_used(PROVIDERS[connection.kind](connection, model, _nobody, route), _request())
    output = min(most.output_tokens, MOST_WORDS)
    priced = reserved_price(parts, route, replace(most, output_tokens=output), now)
    if priced is None:
        sentence = (
            f"The price of {route} is not known, so nothing was sent. Enter it under Settings, Prices "
            "(0 for a server of your own), or name another model."
        )
        return Refusal(sentence, "price")
    reservation = Reservation(
        new_reservation_id(),
        RunId(TEST_RUN),
        AgentName(TEST_AGENT),
        parts.budgeting.day(now),
        route,
        Amount(priced.micros, most.input_tokens + output),
        now + HELD_FOR,
        priced.prices,
    )
    parts.budgeting.live.add(reservation.reservation_id)
    answer = await parts.ops.perform(ReserveTest(reservation))
    if isinstance(answer, Refusal):
        parts.budgeting.live.discard(reservation.reservation_id)
        return Refusal(f"{answer.sentence} Nothing was sent.", answer.code)
    return Held(route, reservation, most.tier)


async def _nobody(connection: Connection) -> str:
    return ""


async def _ask(parts: Parts, connection: Connection, model: str, route: str, secret: Secret) -> _Found:
    provider = PROVIDERS[connection.kind](connection, model, secret, route)
    try:
        answer = await masked(provider, parts.redact).act(_request(), lambda text: None)
    except ModelFault as fault:
        return _Found(False, fault.sentence, fault.attempt.usage, fault.attempt.origin)
    finally:
        await provider.close()
    return _Found(True, "", answer.usage, answer.origin)


def _request() -> ModelRequest:
    agent = AgentSpec(AgentName(TEST_AGENT), "You help to test a connection.")
    task = Task("Test of the connection", "Answer with the one word: ready", trusted=True)
    return ModelRequest(RunId(TEST_RUN), 1, agent, task, None, (), (), ())


async def _record(parts: Parts, held: Held, by: str, name: str, found: _Found, started: float) -> str | Refusal:
    await note_dearer(parts, held.route, held.tier, found.usage, found.origin)
    usage = parts.budgeting.priced(parts, held, found.usage, found.origin)
    spent = parts.budgeting.spent(held, usage, found.sentence)
    took = int((time.monotonic() - started) * 1000)
    cost = dollars(usage.cost_micros or 0)
    sentence = (
        f"{name} answered in {took:,} ms: {usage.input_tokens:,} tokens in, {usage.output_tokens:,} out, {cost}."
        if found.works
        else f"{found.sentence} It did cost {cost}."
    )
    event = ConnectionTested(
        name, held.route, found.works, sentence, msgspec.structs.replace(usage, tier=usage.tier[:100]), took
    )
    await parts.record(RecordTest(event, by, spent))
    return sentence if found.works else Refusal(sentence, "test")
