"""Which model answers: the chain of the role from its first model on, past those that give no answer or are unsure."""

from collections.abc import Callable
from typing import Generic, TypeVar, cast

import msgspec
from msgspec.structs import replace

from runtime.domain.agent_spec import PLAYBOOK, AgentSpec
from runtime.domain.breaker import pause_after
from runtime.domain.decision import Decision, PlannedWork, Usage
from runtime.domain.loop_commands import FinishRun
from runtime.domain.routing_commands import SetAside, TakeRoute, WaitForModels
from runtime.domain.words import DecisionKind, ModelRole, Outcome
from runtime.engine.asking import Asked, NoAnswer, Question, ask_one
from runtime.engine.at_cap import end_unasked
from runtime.engine.budgeting import NotAsked, PriceUnknown
from runtime.engine.exchanges import keep_exchange
from runtime.engine.parts import Parts
from runtime.engine.taking_over import has_steps, stands_in, takes_over
from runtime.models.interface import FaultKind
from runtime.models.providers.routes import connection_name, same_model
from runtime.tools.stopping import Cut

T = TypeVar("T")
SureOf = Callable[[T], float | None]


class _Walk(msgspec.Struct, Generic[T]):
    """How far the chain was gone. ``waits_for`` are connections that may answer later."""

    why: list[str] = []
    waits_for: dict[str, None] = {}
    last: NoAnswer | None = None
    unpriced: PriceUnknown | None = None
    """The last model that was not asked because nobody knows what it costs."""
    unsure: Asked[T] | None = None
    """The newest answer that was set aside: it stands where nobody is surer."""
    stays_out: str = ""
    """Why the playbook does not go on with it."""
    planned_anew: bool = False
    """The playbook made a plan of its own; it acts by that in the next turn."""
    needed: bool = True
    """Without an answer the run cannot go on."""

    @property
    def was_stopped(self) -> bool:
        """Whether a model gave no answer, or is left alone."""
        return self.last is not None or bool(self.waits_for)


async def answer(question: Question[T], sure_of: SureOf[T]) -> Asked[T] | None:
    """The answer of the first model of the chain that gives one; None when the run was ended, or waits."""
    try:
        return await _walk(question, sure_of, _Walk())
    except Cut:
        return None


async def answer_if_any(question: Question[T], sure_of: SureOf[T]) -> Asked[T] | str:
    """The same for a question the run can do without: why there is no answer, and the run goes on. Raises Cut."""
    walk: _Walk[T] = _Walk(needed=False)
    asked = await _walk(question, sure_of, walk)
    return asked if asked is not None else " ".join(walk.why) or "its chain of models is empty."


async def _walk(question: Question[T], sure_of: SureOf[T], walk: _Walk[T]) -> Asked[T] | None:
    parts, run, role = question.parts, question.run, question.role
    spec = parts.spec_of(run)
    own = spec.models.chain(role)
    chain = (*own, *takes_over(spec, run, role))
    for place, route in enumerate(chain):
        if walk.unsure is not None and place >= len(own):
            break
        if route == PLAYBOOK and place + 1 < len(own) and not has_steps(spec, run, role):
            walk.why.append("The playbook has no steps for it.")
            continue
        if route == PLAYBOOK and not await _may_stand_in(question, walk):
            if walk.planned_anew:
                return None
            continue
        if is_barred(question, route):
            walk.why.append(f"{route} acted in this run itself, so it does not judge it.")
            continue
        name = connection_name(route)
        if name and not await parts.connections.let_through(parts, name, question.at_work):
            _pass_over(walk, parts, route, name)
            continue
        if walk.unsure is None:
            await _announce(question, route, chain[0], walk, by_playbook=place >= len(own))
        try:
            asked = await ask_one(question, route)
        except PriceUnknown as unknown:
            walk.why.append(str(unknown))
            walk.unpriced = unknown
            if place + 1 >= len(own) and not walk.was_stopped:
                break  # nothing but a price is missing: a person enters one, before a playbook does it another way
            continue
        except NotAsked as stopped:
            walk.why.append(str(stopped))
            if walk.unsure is None and walk.needed:
                await end_unasked(parts, run, stopped)
            return walk.unsure
        if isinstance(asked, NoAnswer):
            _note(walk, asked)
            continue
        sure = sure_of(asked.answer.value)
        if place + 1 >= len(own) or not _too_unsure(spec, sure):
            return asked
        walk.unsure = await set_aside(question, asked, sure, _unsure_words(asked.route, sure, spec, chain[place + 1]))
    if walk.unsure is None and walk.needed:
        await _exhausted(question, walk)
    return walk.unsure


async def _may_stand_in(question: Question[T], walk: _Walk[T]) -> bool:
    """Whether the playbook may answer: where it acts in the place of models, it must know what is left to do."""
    if question.role is not ModelRole.ACTOR or walk.unsure is not None or not walk.was_stopped:
        return True
    stays_out = await stands_in(cast(Question[Decision], question), walk.why[-1])
    walk.planned_anew, walk.stays_out = stays_out is None, stays_out or ""
    return stays_out == ""


def is_barred(question: Question[T], route: str) -> bool:
    """Whether this model, over whatever connection, would judge its own work."""
    return any(same_model(route, other) for other in question.barred)


def _too_unsure(spec: AgentSpec, sure: float | None) -> bool:
    below = spec.models.escalate_below
    return below > 0 and (sure is None or sure < below)


def _unsure_words(route: str, sure: float | None, spec: AgentSpec, then: str) -> str:
    how = "did not say how sure it is" if sure is None else f"was {sure:.0%} sure"
    return f"{route} {how}, below {spec.models.escalate_below:.0%}; {then} is asked."


def _pass_over(walk: _Walk[T], parts: Parts, route: str, name: str) -> None:
    why = parts.connections.breaker(parts, name).why
    walk.why.append(f"{route} is not asked while {name} is left alone. {why}".strip())
    walk.waits_for[name] = None


def _note(walk: _Walk[T], asked: NoAnswer) -> None:
    walk.why.append(f"{asked.route} gave no answer: {asked.fault.sentence}")
    walk.last = asked
    name = connection_name(asked.route)
    if name and (asked.fault.kind is FaultKind.PASSING or asked.fault.by_person):
        walk.waits_for[name] = None


async def _announce(question: Question[T], route: str, first: str, walk: _Walk[T], *, by_playbook: bool) -> None:
    """Where another model than before is asked, the run says so before it is."""
    parts, run = question.parts, question.run
    before = (parts.states.run(run.run_id) or run).routes.get(question.role, first)
    if before == route:
        return
    why = walk.why[-1] if walk.why else ""
    if by_playbook:
        sentence = f"No model of its chain can be asked; the playbook takes over. {why}".rstrip()
    elif route == first:
        sentence = f"{route} is asked again, the first of its chain."
    else:
        sentence = f"{route} is asked instead. {why}".rstrip()
    await parts.record(TakeRoute(run.run_id, question.role, route, before, sentence))


async def set_aside(question: Question[T], asked: Asked[T], sure: float | None, sentence: str) -> Asked[T]:
    """Record an answer that is not acted on, with its cost; answers it as it may stand later, paid already."""
    parts, run, given = question.parts, question.run, asked.answer
    blobs = await keep_exchange(parts, asked.route, given.sent, given.received)
    command = SetAside(
        run.run_id,
        len(run.turns) + 1,
        question.role,
        asked.route,
        sentence,
        sure,
        given.usage,
        asked.duration_ms,
        given.origin,
        *blobs,
        asked.spent,
    )
    await parts.record(command)
    return replace(asked, answer=replace(given, usage=Usage()), spent=None)


async def _exhausted(question: Question[T], walk: _Walk[T]) -> None:
    """Nobody answered: the run waits for what may come back, else a person has to look."""
    parts, run = question.parts, question.run
    names = tuple(walk.waits_for)
    if not names and walk.unpriced is not None:
        await end_unasked(parts, run, walk.unpriced)
    elif not names:
        sentence = walk.why[-1] if walk.why else "Its chain of models is empty"
        summary = f"The model {sentence} {walk.stays_out}".rstrip()
        await parts.record(FinishRun(run.run_id, Outcome.ESCALATED, summary))
    else:
        await _wait_for(question, walk, names)


async def _wait_for(question: Question[T], walk: _Walk[T], names: tuple[str, ...]) -> None:
    parts, run = question.parts, question.run
    now = parts.clock.now()
    waits = (parts.states.run(run.run_id) or run).model_waits
    opened = [b.probe_at for name in names if not (b := parts.connections.breaker(parts, name)).closed]
    until = min([*opened, now + pause_after(waits + 1)]) if len(opened) < len(names) else min(opened)
    sentence = (
        f"No model can be asked: it waits for {' or '.join(names)}. {' '.join([*walk.why, walk.stays_out]).rstrip()} "
        "It goes on by itself when one answers again; resume the run to try at once."
    )
    await parts.record(WaitForModels(run.run_id, sentence, names, until))


def sure_of_plan(work: PlannedWork) -> float | None:
    """As the planner stated it."""
    return work.confidence


def sure_of_decision(decision: Decision) -> float | None:
    """As the actor stated it; an answer that goes on in the next turn has decided nothing yet."""
    return 1.0 if decision.kind is DecisionKind.ACT and not decision.calls else decision.confidence
