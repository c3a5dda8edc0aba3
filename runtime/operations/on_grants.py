"""How standing grants are given, revoked and ended; what a start under one needs: its streams, and that it fits."""

from collections.abc import Sequence

from runtime.domain import decide_grant as decide
from runtime.domain.ask_state import Ask
from runtime.domain.changes import Done
from runtime.domain.decide_run import Decided
from runtime.domain.grant import Grant, Over, Wanted, begun, fits, number
from runtime.domain.grant_commands import EndGrant, GrantStanding, RevokeGrant
from runtime.domain.ids import RUNTIME, AskId, CallId, GrantId, StreamName, ask_stream, grant_stream
from runtime.domain.loop_commands import Judged
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallStatus
from runtime.operations.new_ids import new_grant_id
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations
from runtime.operations.ruled import ruled
from runtime.operations.set_back import SET_BACK, why_over_now


async def grant_standing(ops: Operations, command: GrantStanding) -> Done | Refusal:
    """Answer ahead, with an approval that is held or has acted."""
    grant_id = new_grant_id()

    def decided(ask: Ask, run: Run) -> Decided:
        agent = ops.states.agent(ask.raised.agent)
        return decide.decide_grant(ask, run, ops.states.workspace, agent, command, ops.now(), grant_id)

    uses = "once" if command.terms.uses == 1 else f"{command.terms.uses:,} times"
    sentence = (
        f"Standing grant {number(grant_id)}: allowed {uses} at most. Approvals and Settings list it, to revoke it."
    )
    return await ruled(ops, command.ask_id, command.by, decided, sentence, lambda _: [grant_stream(grant_id)])


async def revoke_grant(ops: Operations, command: RevokeGrant) -> Done | Refusal:
    """At once: no action starts under it from then on."""

    def decided() -> Decided:
        grant = ops.states.grant(command.grant_id)
        if grant is None:
            return decide.no_such_grant(command.grant_id)
        return decide.decide_revoke(grant, command)

    sentence = "Revoked. Actions like it are asked about again; what was done under it stays done."
    return await ops.commit([grant_stream(command.grant_id)], decided, by=author(command.by), sentence=sentence)


async def end_grant(ops: Operations, command: EndGrant) -> Done | Refusal:
    """Its time is over, or something it is bound to changed."""
    grant = ops.states.grant(command.grant_id)
    if grant is None:
        return decide.no_such_grant(command.grant_id)

    def decided() -> Decided:
        now = ops.states.grant(command.grant_id) or grant
        agent, ask = ops.states.agent(now.given.agent), ops.states.ask(now.given.ask_id)
        if now.given.grant_id in ops.states.untimed and not now.over:
            return decide.ended(now, SET_BACK)
        return decide.decide_end(now, ops.states.workspace, agent, ask, command, ops.now())

    return await ops.commit(streams_of_grant(ops, command.grant_id), decided, by=RUNTIME)


def streams_with(ops: Operations, ask_id: AskId) -> list[StreamName]:
    """Streams of the grants that were given with this approval; they end where it is taken back."""
    return [grant_stream(grant.given.grant_id) for grant in ops.states.grants_with(ask_id)]


def taken_back(ops: Operations, ask_id: AskId, decided: Decided) -> Decided:
    """With the end of every grant that was given with the approval that is taken back."""
    if isinstance(decided, Refusal):
        return decided
    over = Over("taken back", "The approval it was given with was taken back.")
    return decided + [fact for grant in ops.states.grants_with(ask_id) for fact in decide.ended(grant, over)]


def streams_of_grant(ops: Operations, grant_id: str) -> tuple[StreamName, ...]:
    """What has to hold still while an action starts under it: the grant, and the approval it came with."""
    if not grant_id:
        return ()
    grant = ops.states.grant(GrantId(grant_id))
    ask = (ask_stream(grant.given.ask_id),) if grant is not None else ()
    return (grant_stream(GrantId(grant_id)), *ask)


def standing(ops: Operations, grant_id: str, wanted: Wanted) -> Grant | Refusal:
    """The grant, where it still allows exactly this; else why not. Asked under the locks of ``streams_of_grant``."""
    grant = ops.states.grant(GrantId(grant_id))
    if grant is None:
        return decide.not_under(GrantId(grant_id), "it is not there.")
    given, states = grant.given, ops.states
    ask = states.ask(given.ask_id)
    over = why_over_now(states, grant, ask, ops.now())
    if over is not None:
        return decide.not_under(given.grant_id, over.sentence)
    if not begun(ask):
        return decide.not_under(given.grant_id, "the approval it came with is still held.")
    if not fits(grant, wanted):
        return decide.not_under(given.grant_id, "it is for another action.")
    return grant


def wanted_by(run: Run, judged: Judged) -> Wanted:
    """What was judged, as it is held against a grant when it starts."""
    return Wanted(run.agent, run.revision, run.run_id, judged.action, (judged.resource,), judged.effect)


def standing_for(ops: Operations, run: Run, call: Call | None) -> Grant | Refusal | None:
    """The grant that allowed this call, where it was not started yet; None where no grant did.

    What was started before used it up then, and goes on with the same key.
    """
    if call is None or not call.grant_id or call.key or call.status is not CallStatus.ALLOWED:
        return None
    wanted = Wanted(run.agent, run.revision, run.run_id, call.action, (call.resource,), call.effect)
    return standing(ops, call.grant_id, wanted)


def first_grant(judged: Sequence[Judged]) -> str:
    """The grant under which the first call would start with this commit; empty where none is needed."""
    return judged[0].verdict.grant if judged else ""


def used(decided: Decided, grant: Grant | Refusal | None, call_id: CallId) -> Decided:
    """With the use of the grant in the same transaction."""
    return (
        decide.with_use(decided, grant, call_id) if isinstance(decided, list) and isinstance(grant, Grant) else decided
    )
