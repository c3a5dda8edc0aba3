"""Decisions about asks that wait: first look, shelving, handing over, look-alikes, repeats. None of them rules."""

from collections.abc import Sequence

from runtime.domain.ask_state import Ask
from runtime.domain.decide_ask import answerable, may_decide
from runtime.domain.decide_run import Decided, facts
from runtime.domain.envelope import Fact
from runtime.domain.events.agents import AgentPaused
from runtime.domain.events.ask_care import AskHandedOver, AskReturned, AskSeen, AskShelved
from runtime.domain.events.runs import NoteLeft
from runtime.domain.ids import RUNTIME, agent_stream, ask_stream
from runtime.domain.look_alikes import Look, asking_rule, why_no_group, why_not_the_same
from runtime.domain.operators_only import not_an_operator
from runtime.domain.priority import priority
from runtime.domain.queue_commands import HandOver, RuleEach, SeeAsk, ShelveAsk, UnshelveAsk
from runtime.domain.refusals import Refusal
from runtime.domain.repeats import same_key
from runtime.domain.run_state import Run
from runtime.domain.words import AskState
from runtime.domain.workspace_state import Agent, Workspace

SECOND = 1_000_000
URGENT = 5 * 60 * SECOND
"""So long before *answer by* an ask is priority 1, and back from the shelf."""
LONGEST = {2: 3600, 3: 8 * 3600}
"""Seconds on the shelf, by priority (UX section 7)."""
MOST_SHELVED = 10


def decide_see(ask: Ask, workspace: Workspace, command: SeeAsk) -> Decided:
    """The first look is recorded; later ones change nothing."""
    if refusal := may_look(workspace, command.by):
        return refusal
    if ask.seen_at or not ask.open:
        return []
    return [Fact(ask_stream(command.ask_id), AskSeen(command.ask_id, command.by))]


def may_look(workspace: Workspace, by: str) -> Refusal | None:
    """Whoever decides here; also while approvals are off."""
    return not_an_operator(workspace, by, "nothing was recorded")


def decide_shelve(ask: Ask, run: Run, shelved: int, workspace: Workspace, command: ShelveAsk, now: int) -> Decided:
    """Put away until its time, at the latest until it becomes urgent. ``shelved``: how many others are.

    The agent is told with a note, which it reads before its next step.
    """
    if refusal := may_decide(workspace, command.by) or answerable(ask, now, workspace):
        return refusal
    urgency = priority(ask.raised.tier, ask.answer_by, now)
    if urgency not in LONGEST:
        return Refusal("Priority 1 is never shelved: it cannot be undone, or is wanted within 5 min.", "priority")
    if not command.reason.strip():
        return Refusal("Shelving needs a reason; it is in the record, and the agent is told it.", "reason")
    longest = LONGEST[urgency]
    if not 60 <= command.seconds <= longest:
        return Refusal(f"Priority {urgency} is shelved for 1 min to {longest // 3600} h.", "time")
    if shelved >= MOST_SHELVED:
        return Refusal(f"{shelved} requests are shelved already, which is the most. Answer one of them first.", "full")
    until = min(now + command.seconds * SECOND, ask.answer_by - URGENT)
    reason = command.reason.strip()
    shelved_now = Fact(ask_stream(command.ask_id), AskShelved(command.ask_id, command.by, reason, until))
    if run.finished:
        return [shelved_now]
    told = f"Your request “{ask.raised.title}” was put away for a while and is not answered yet. Reason: {reason}"
    return [shelved_now, *facts(run.run_id, NoteLeft(run.run_id, command.by, told))]


def decide_unshelve(ask: Ask, workspace: Workspace, command: UnshelveAsk) -> Decided:
    """Back into the list before its time."""
    if refusal := may_look(workspace, command.by):
        return refusal
    if not ask.shelved_until or not ask.open:
        return Refusal("This request is not shelved.", "state")
    return [Fact(ask_stream(command.ask_id), AskReturned(command.ask_id, command.by))]


def decide_return(ask: Ask, now: int) -> Decided:
    """Its time on the shelf is over."""
    if not ask.shelved_until or not ask.open:
        return Refusal("This request is not shelved.", "state")
    if now < ask.shelved_until:
        return Refusal("Its time on the shelf is not over yet.", "early")
    return [Fact(ask_stream(ask.raised.ask_id), AskReturned(ask.raised.ask_id, RUNTIME))]


def decide_hand_over(ask: Ask, workspace: Workspace, command: HandOver) -> Decided:
    """Somebody else looks after it; who may decide it does not change."""
    if refusal := may_look(workspace, command.by):
        return refusal
    if not ask.open:
        return Refusal(f"This request is over: {ask.closed_sentence}", "closed")
    to = workspace.operators.get(command.to)
    if command.to and (to is None or not to.active):
        return Refusal(f"{command.to} is not an operator of this workspace; nothing was handed over.", "operator")
    if command.to == ask.holder:
        holds = to.name if to else "Nobody"
        return Refusal(f"{holds} holds it already.", "same")
    return [
        Fact(
            ask_stream(command.ask_id),
            AskHandedOver(command.ask_id, command.by, command.to, command.note.strip()),
        )
    ]


def look_of(ask: Ask, now: int) -> Look:
    """What of an ask decides with which others it may stand."""
    raised = ask.raised
    return Look(
        raised.ask_id,
        raised.kind,
        raised.action.tool,
        asking_rule(raised.reasons),
        raised.effect,
        priority(raised.tier, ask.answer_by, now),
        same_key(raised.agent, raised.action),
    )


def why_not_each(asks: Sequence[Ask], command: RuleEach, now: int) -> Refusal | None:
    """Why one gesture may not rule these; each one that may is then decided for itself."""
    if not asks:
        return Refusal("No request is named; nothing was decided.", "empty")
    if command.ruling == "reject" and not command.reason.strip():
        return Refusal("A rejection needs a reason; the agent is told it.", "reason")
    looks = [look_of(ask, now) for ask in asks]
    why = why_no_group(looks) if command.ruling == "approve" else why_not_the_same(looks)
    return Refusal(f"{why} Nothing was decided.", "group") if why else None


def decide_pause_for_repeats(ask: Ask, agent: Agent) -> Decided:
    """It was told no, and asks for the very same a third time: a person looks at the agent first."""
    if agent.paused_by or ask.state is AskState.CLOSED:
        return Refusal("It is paused already, or the request is over.", "state")
    why = f"It asked for the same 3 times within 10 min, though it was rejected: {ask.raised.title}"
    return [Fact(agent_stream(agent.name), AgentPaused(agent.name, RUNTIME, why))]
