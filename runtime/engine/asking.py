"""One model asked until it answers or will not: failures that may pass are tried again, every attempt is recorded."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

import msgspec

from runtime.domain.breaker import left_alone
from runtime.domain.decision import IN_FLIGHT, KEPT
from runtime.domain.left_out import LeftOut
from runtime.domain.loop_commands import RecordModelFailure
from runtime.domain.run_state import Run
from runtime.domain.spent import Spent
from runtime.domain.words import ModelRole
from runtime.engine.budgeting import FREE, Held
from runtime.engine.clock import SECOND
from runtime.engine.context import request_for
from runtime.engine.context_window import within_window
from runtime.engine.dearer_answers import note_dearer
from runtime.engine.exchanges import carried_of, keep_attempt
from runtime.engine.parts import AtWork, Parts
from runtime.engine.reasoning import RunListener
from runtime.models.back_off import pause_before
from runtime.models.choice import Choice
from runtime.models.interface import Answered, FaultKind, Model, ModelFault, ModelRequest
from runtime.models.prices import is_free
from runtime.models.providers.routes import connection_name
from runtime.models.same_request import SharedFault, digest_of
from runtime.tools.stopping import Cut
from storage.errors import BlobMissing

T = TypeVar("T")
Say = Callable[[str], None]
Ask = Callable[[Model, ModelRequest, Say], Awaitable[Answered[T]]]

ATTEMPTS: Final = 3


class Asked(msgspec.Struct, Generic[T], frozen=True):
    """An answer. ``route`` is the model that gave it: a cheaper one where a cap left too little for the other."""

    model: Model
    route: str
    answer: Answered[T]
    spent: Spent | None
    duration_ms: int


class NoAnswer(msgspec.Struct, frozen=True):
    """Its last fault; it was recorded."""

    route: str
    fault: ModelFault


class _LeftAlone(Exception):
    """Its connection was opened by other calls while this one waited: to try again, or for an identical one."""


class Question(msgspec.Struct, Generic[T], frozen=True):
    """What is asked of whichever model: for which run and role, and how. ``ballot`` above 0: one more for a vote."""

    parts: Parts
    run: Run
    role: ModelRole
    at_work: AtWork
    ask: Ask[T]
    ballot: int = 0
    choice: Choice | None = None
    """Set where one of few answers is wanted, and nothing of the run but what it holds."""
    barred: tuple[str, ...] = ()
    """Models whose word about this would be their own: they are not asked."""
    left_out: dict[str, LeftOut] = {}
    """By route: what its model is not given whole."""

    async def prepare(self, route: str) -> tuple[Model, ModelRequest]:
        """The model of a route and what it is given. Raises ModelFault."""
        parts, run = self.parts, self.run
        spec = parts.spec_of(run)
        try:
            model = await parts.model_for(route, parts.states.agent(run.agent), spec)
            carried = await carried_of(parts, run) if run.carried else {}
        except BlobMissing as error:
            raise ModelFault(FaultKind.FINAL, str(error)) from error
        request = request_for(run, spec, parts.tools_of(run), carried)
        if self.choice is not None:
            request = msgspec.structs.replace(request, choice=self.choice, past=(), notes=(), tools=())
        if is_free(route):
            return model, request
        request = await within_window(parts, run, route, request)
        if request.left_out is not None:
            self.left_out[route] = request.left_out
        return model, request

    def listener(self) -> RunListener:
        """What streams is shown and forgotten."""
        return RunListener(self.parts.progress, self.run.run_id, self.parts.ops.log.reached)


async def ask_one(question: Question[T], route: str) -> Asked[T] | NoAnswer:
    """An answer of this model, after retries. Raises Cut or NotAsked; then nothing is owed."""
    parts, at_work = question.parts, question.at_work
    started = time.monotonic()
    pause: float | None = None
    failed: NoAnswer | None = None
    for number in range(1, ATTEMPTS + 1):
        at_work.held = FREE
        try:
            model, answer = await at_work.cancelled.awaited(_attempt(question, route, pause))
            asked = at_work.held.route or route
            await _tell(question, asked, None, answer.origin.reused)
            await note_dearer(parts, at_work.held.route, at_work.held.tier, answer.usage, answer.origin)
            priced, spent = parts.budgeting.charge(parts, at_work.held, answer)
            await parts.same.save(parts.redact)
            return Asked(model, asked, priced, spent, int((time.monotonic() - started) * 1000))
        except Cut:
            await parts.budgeting.abandon(parts, question.run, at_work.held)
            await parts.connections.let_go(parts, at_work)
            raise
        except ModelFault as fault:
            asked = at_work.held.route or route
            await _tell(question, asked, fault, IN_FLIGHT if isinstance(fault, SharedFault) else "")
            pause = pause_before(number + 1, parts.retry_pause_s, fault.retry_after)
            passing = fault.kind is FaultKind.PASSING and number < ATTEMPTS and pause is not None
            again = passing and _still_asked(parts, asked)
            await _record_failure(question, asked, fault, again, at_work.held)
            failed = NoAnswer(asked, fault)
            if not again:
                return failed
        except _LeftAlone:
            return failed or NoAnswer(route, ModelFault(FaultKind.PASSING, f"{left_alone(connection_name(route))}."))
        except Exception:  # not asked, a reading refused, or a mistake of ours: another call may try the connection
            await parts.connections.let_go(parts, at_work)
            raise
        finally:
            parts.budgeting.call_ended(at_work.held)
    raise AssertionError("unreachable: the last attempt is never followed by another")


async def rested(seconds: float) -> None:
    """The pause before a call that failed is made again."""
    await asyncio.sleep(seconds)


async def _attempt(question: Question[T], route: str, pause: float | None) -> tuple[Model, Answered[T]]:
    """One call; an identical one that is under way, or whose answer was kept, stands for it.

    ``pause`` comes before another attempt, in here, so that Stop ends it. Raises _LeftAlone.
    """
    parts, at_work = question.parts, question.at_work
    if pause is not None:
        await rested(pause)
    prepared = await question.prepare(route)
    if is_free(route):
        return prepared[0], await question.ask(*prepared, question.listener())

    async def as_prepared(wanted: str) -> tuple[Model, ModelRequest]:
        return prepared if wanted == route else await question.prepare(wanted)

    async def may_ask(wanted: str) -> bool:
        name = connection_name(wanted)
        return not name or await parts.connections.let_through(parts, name, at_work)

    async def send(say: Say) -> tuple[Model, Answered[T]]:
        if not await may_ask(route):
            raise _LeftAlone
        begun = await parts.budgeting.begin_call(parts, question.run, route, as_prepared, may_ask)
        model, request, at_work.held = begun
        return model, await question.ask(model, request, say)

    if question.ballot:
        return await send(question.listener())
    entered = parts.states.workspace.keys_entered.get(connection_name(route), 0)
    key = digest_of(prepared[0], route, question.role, prepared[1], entered)
    keep_s = parts.spec_of(question.run).models.keep_answers_s
    if keep_s and (kept := await _kept(question, key, prepared[0], keep_s * SECOND)) is not None:
        return kept
    asked = await parts.same.once(key, question.listener(), send)
    if keep_s and not asked[1].origin.reused and at_work.held.route in ("", route):  # a cheaper one answers for itself
        parts.same.keep(key, asked, parts.clock.now())
    return asked


async def _kept(question: Question[T], key: bytes, model: Model, most_us: int) -> tuple[Model, Answered[T]] | None:
    """The answer to an identical request, of this life of the program or an earlier one."""
    same, now = question.parts.same, question.parts.clock.now()
    kept = same.kept(key, now, most_us)
    return kept if kept is not None else await same.kept_before(key, model, question.role, now, most_us)


def _still_asked(parts: Parts, route: str) -> bool:
    name = connection_name(route)
    return not name or parts.connections.breaker(parts, name).closed


async def _tell(question: Question[T], route: str, fault: ModelFault | None, reused: str) -> None:
    """The breaker of its connection hears how the call ended, once for each call that was made.

    What an identical request brought was told by who sent it. Only where this call was to try the connection it counts
    here as well: it was tried by that request.
    """
    parts, who, name = question.parts, question.at_work, connection_name(route)
    connections = parts.connections
    if name and reused != KEPT and (not reused or connections.tries(parts, name, who)):
        if fault is None or (fault.kind is FaultKind.FINAL and not fault.by_person and fault.attempt.received):
            await connections.answered(parts, name)  # be it that it does not take this request
        elif fault.kind is FaultKind.PASSING or fault.by_person:
            await connections.failed(parts, name, fault, who)
    await connections.let_go(parts, who)  # what it was let through for and never asked


async def _record_failure(question: Question[T], route: str, fault: ModelFault, again: bool, held: Held) -> None:
    """Every attempt is in the journal with what it cost."""
    parts, run, tried = question.parts, question.run, fault.attempt
    blobs = await keep_attempt(parts, route, tried)
    await note_dearer(parts, held.route, held.tier, tried.usage, tried.origin)
    usage = parts.budgeting.priced(parts, held, tried.usage, tried.origin)
    spent = parts.budgeting.spent(held, usage, fault.sentence)
    turn = len(run.turns) + 1
    await parts.record(
        RecordModelFailure(run.run_id, turn, route, fault.sentence, again, usage, tried.origin, *blobs, spent)
    )
