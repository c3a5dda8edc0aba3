"""Decisions about what comes of an approval afterwards (UX section 7): harm that is found, and who read of it."""

from runtime.domain.ask_state import Ask
from runtime.domain.decide_queue import may_look
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.events.ask_care import AfterwardsRead, AskFoundHarmful, AskFoundHarmless
from runtime.domain.grant import Grant
from runtime.domain.ids import ask_stream
from runtime.domain.queue_commands import MarkHarmful, ReadAfterwards, UnmarkHarmful
from runtime.domain.refusals import Refusal
from runtime.domain.workspace_state import Workspace


def was_done(ask: Ask) -> bool:
    """Whether it was approved and the approval was used."""
    return not ask.open and ask.how == "spent" and ask.ruling is not None and ask.ruling.kind == "approved"


def decide_mark_harmful(ask: Ask, workspace: Workspace, command: MarkHarmful) -> Decided:
    """Of what was approved and done, once, with a reason."""
    if refusal := may_look(workspace, command.by):
        return refusal
    if not was_done(ask) or ask.ruling is None:
        return Refusal("Only what was approved and done can have done harm; nothing was recorded.", "state")
    if not command.why.strip():
        return Refusal("Say what harm it did; it is in the record, and whoever approved it is told.", "reason")
    if ask.harmful:
        return Refusal(f"It is marked already: {ask.harmful}", "same")
    found = AskFoundHarmful(command.ask_id, command.by, command.why.strip(), ask.ruling.by)
    return [Fact(ask_stream(command.ask_id), found)]


def decide_unmark_harmful(ask: Ask, workspace: Workspace, command: UnmarkHarmful) -> Decided:
    """It did no harm after all."""
    if refusal := may_look(workspace, command.by):
        return refusal
    if not ask.harmful:
        return Refusal("Nobody says that it did harm.", "state")
    return [Fact(ask_stream(command.ask_id), AskFoundHarmless(command.ask_id, command.by))]


def decide_read_afterwards(ask: Ask, grant: Grant | None, workspace: Workspace, command: ReadAfterwards) -> Decided:
    """Only whoever approved it, agreed as the second person, or allowed it ahead by this ``grant``, is told of it."""
    if refusal := may_look(workspace, command.by):
        return refusal
    told = (ask.ruling.by, ask.ruling.second) if ask.ruling is not None else ()
    if grant is not None and grant.given.ask_id == command.ask_id:
        told = (*told, grant.given.by)
    if not was_done(ask) or command.by not in told:
        return Refusal("Only whoever approved it, or allowed it ahead, is told what came of it.", "state")
    return [Fact(ask_stream(command.ask_id), AfterwardsRead(command.ask_id, command.by, command.harm))]
