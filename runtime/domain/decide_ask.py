"""Decisions of a person about asks: approve, reject, answer, take back, release."""

import msgspec

from runtime.domain import decide_leftover as leftover
from runtime.domain import decide_undo_asked as undo_asked
from runtime.domain.action import Action
from runtime.domain.ask_state import Ask
from runtime.domain.bound import changed_since
from runtime.domain.commands import Approve, Reject, ReleaseHold, TakeBack, TellOutcome
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.events import Event
from runtime.domain.events.asks import (
    AskApproved,
    AskRejected,
    HoldReleased,
    OutcomeTold,
    RulingTakenBack,
)
from runtime.domain.ids import AskId, ask_stream
from runtime.domain.operators_only import not_an_operator
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import AskState, Tier
from runtime.domain.workspace_state import Agent, Workspace

SECOND = 1_000_000
ANSWERS = {
    "unknown-outcome": ("happened", "do-it", "skip"),
    leftover.KIND: (leftover.DEALT_WITH, leftover.TRY_AGAIN),
    undo_asked.KIND: (undo_asked.UNDONE, undo_asked.UNDO_IT, undo_asked.LEAVE),
}
"""What may be answered to an ask that asks for no approval, by its kind."""
APPROVED_KINDS = ("action", "plan")
"""What is approved or rejected; other asks have answers of their own."""
CONSENTS = ("do-it", leftover.TRY_AGAIN, undo_asked.UNDO_IT)
"""Answers that start something, so that they must act in time."""


class Edit(msgspec.Struct, frozen=True):
    """What a person made of the action before approving it."""

    action: Action
    digest: str
    title: str


def ask_fact(ask_id: AskId, event: Event) -> list[Fact]:
    """One event of an ask's own stream."""
    return [Fact(ask_stream(ask_id), event)]


def no_such_ask(ask_id: AskId) -> Refusal:
    """The answer to a ruling on an ask that is not there."""
    return Refusal(f"There is no request {ask_id}. `asks list` and Approvals show those that wait.", "unknown")


def may_decide(workspace: Workspace, by: str) -> Refusal | None:
    """Empty, unknown or retired people decide nothing; nobody decides on a broken journal."""
    if refusal := not_an_operator(workspace, by, "the request still waits"):
        return refusal
    if workspace.chain_broken:
        return Refusal(f"The journal was changed: {workspace.chain_broken} Approvals are off.", "chain")
    return None


def _ago(micros: int) -> str:
    """A hold is short: seconds, and minutes where a restart began it anew."""
    seconds = max(0, micros) // SECOND
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"


def answerable(ask: Ask, now: int, names: Workspace) -> Refusal | None:
    """Why nobody can answer it now; None where it waits."""
    if ask.state is AskState.CLOSED:
        return Refusal(f"This request is over: {ask.closed_sentence}", "closed")
    if ask.state is AskState.HELD and ask.ruling is not None:
        operator = names.operators.get(ask.ruling.by)
        who = operator.name if operator else ask.ruling.by
        did = "answered" if ask.ruling.kind in ("told", "cap") else ask.ruling.kind
        return Refusal(
            f"{who} {did} this {_ago(now - ask.ruling.at)} ago. It can be taken back until it acts.", "ruled"
        )
    if now >= ask.expires:
        return Refusal("Nobody answered in time; the action was not taken.", "expired")
    return None


def decide_approve(
    ask: Ask, run: Run, workspace: Workspace, agent: Agent, command: Approve, now: int, edit: Edit | None = None
) -> Decided:
    """Approve what was shown, for as long as the hold lasts revocably. ``edit`` went through the gate before."""
    if refusal := may_decide(workspace, command.by) or answerable(ask, now, workspace):
        return refusal
    raised = ask.raised
    if raised.kind not in APPROVED_KINDS:
        return Refusal("This asks for no approval; give one of its answers instead.", "kind")
    if command.digest != raised.digest:
        return Refusal("This request changed. Look again.", "changed")
    if why := changed_since(raised, workspace, agent):
        return Refusal(f"{why} It is being asked anew.", "changed")
    if run.finished:
        return Refusal("The run has ended; there is nothing left to approve.", "closed")
    open_checks = set(range(len(raised.checks))) - set(command.ticked)
    if open_checks:
        first = raised.checks[min(open_checks)]
        return Refusal(f"{len(open_checks)} of {len(raised.checks)} checks are open: {first}", "checks")
    if refusal := _second_person(raised.tier, run, workspace, command):
        return refusal
    hold = workspace.settings.hold_seconds
    if refusal := _held_too_long(ask, now, hold, "Nothing was approved."):
        return refusal
    approved = AskApproved(
        command.ask_id,
        command.by,
        raised.digest,
        now + hold * SECOND,
        hold,
        edit.action if edit else None,
        edit.digest if edit else "",
        edit.title if edit else "",
        command.ticked,
        command.looked_ms,
        command.second,
        command.group,
    )
    return ask_fact(command.ask_id, approved)


def _held_too_long(ask: Ask, now: int, hold: int, so: str) -> Refusal | None:
    """No approval acts after its deadline, and none acts before the end of its hold."""
    if now + hold * SECOND < ask.expires:
        return None
    left = max(0, ask.expires - now) // SECOND
    return Refusal(f"It expires in {left} s, before the hold of {hold} s would end. {so}", "expired")


def _second_person(tier: Tier, run: Run, workspace: Workspace, command: Approve) -> Refusal | None:
    if tier < Tier.FINAL_AND_WIDE:
        return None
    second = workspace.operators.get(command.second)
    if second is None or not second.active or command.second == command.by:
        return Refusal("This cannot be undone and is wide: a second operator has to approve it too.", "second")
    if command.second == run.started_by:
        return Refusal(f"{second.name} started this run; somebody else has to be the second person.", "second")
    return None


def decide_reject(ask: Ask, workspace: Workspace, command: Reject, now: int) -> Decided:
    """Say no; held like an approval."""
    if refusal := may_decide(workspace, command.by) or answerable(ask, now, workspace):
        return refusal
    if not command.reason.strip():
        return Refusal("A rejection needs a reason; the agent is told it.", "reason")
    if ask.raised.kind not in APPROVED_KINDS:
        return Refusal("This asks for no approval; give one of its answers instead.", "kind")
    hold = workspace.settings.hold_seconds
    rejected = AskRejected(
        command.ask_id,
        command.by,
        command.reason.strip(),
        now + hold * SECOND,
        hold,
        command.looked_ms,
        command.pause_agent,
    )
    return ask_fact(command.ask_id, rejected)


def decide_tell_outcome(ask: Ask, run: Run, workspace: Workspace, command: TellOutcome, now: int) -> Decided:
    """A person says what became of an effect whose end is not known, or of what could not be undone."""
    if refusal := may_decide(workspace, command.by) or answerable(ask, now, workspace):
        return refusal
    answers = ANSWERS.get(ask.raised.kind, ())
    if not answers:
        return Refusal("This asks for an approval: approve or reject it.", "kind")
    if command.answer not in answers:
        return Refusal(f"The answer is one of: {', '.join(answers)}.", "kind")
    if command.answer == "do-it" and run.finished:
        return Refusal("The run has ended, so it cannot be done any more; say whether it happened.", "closed")
    hold = workspace.settings.hold_seconds
    if command.answer in CONSENTS and (late := _held_too_long(ask, now, hold, "Nothing is done.")):
        return late
    told = OutcomeTold(command.ask_id, command.by, command.answer, now + hold * SECOND, hold, command.looked_ms)
    return ask_fact(command.ask_id, told)


def decide_take_back(ask: Ask, workspace: Workspace, command: TakeBack) -> Decided:
    """Within the hold a ruling can be taken back by any operator."""
    if refusal := may_decide(workspace, command.by):
        return refusal
    if ask.state is not AskState.HELD:
        over = ask.closed_sentence if ask.state is AskState.CLOSED else "Nobody has ruled on it yet."
        return Refusal(f"There is nothing to take back: {over}", "state")
    return ask_fact(command.ask_id, RulingTakenBack(command.ask_id, command.by))


def decide_release(ask: Ask, workspace: Workspace, command: ReleaseHold, now: int) -> Decided:
    """Do not wait for the end of the hold; not for what cannot be undone."""
    if refusal := may_decide(workspace, command.by):
        return refusal
    if ask.state is not AskState.HELD:
        return Refusal("There is no held ruling to release.", "state")
    if ask.raised.tier >= Tier.FINAL:
        return Refusal("What cannot be undone is always held to the end.", "tier")
    return ask_fact(command.ask_id, HoldReleased(command.ask_id, command.by, now))
