"""How rulings are carried out. An edited action goes through the gate again before it can be approved."""

import asyncio
from collections.abc import Awaitable, Callable

from runtime.domain import decide_ask as decide
from runtime.domain import decide_cap, decide_delivery, decide_plan
from runtime.domain.ask_state import Ask
from runtime.domain.changes import Done
from runtime.domain.commands import Approve, Reject, ReleaseHold, TakeBack, TellOutcome
from runtime.domain.decide_run import Decided
from runtime.domain.events.workspace import PassphraseMissed
from runtime.domain.ids import RUNTIME, StreamName, agent_stream, book_stream
from runtime.domain.loop_commands import DeliverRuling, ExpireAsk, RestartHold
from runtime.domain.missed_passphrases import Missed, told_wrong, too_soon
from runtime.domain.plan_review import KIND as PLAN
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import Tier
from runtime.operations import on_grants, on_workspace, passphrase
from runtime.operations.new_ids import new_rollback_id
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations
from runtime.operations.ruled import ruled as ruled

JudgeEdit = Callable[[Ask, str], Awaitable[decide.Edit | Refusal]]
"""(ask, arguments as JSON) -> the canonical action with its digest, or why it cannot be sent. The gate answers."""

VerifierOf = Callable[[str], Awaitable[str | None]]
"""operator id -> the verifier of their passphrase, or None. Raises StorageError where there is no keyring."""


def held_sentence(ops: Operations, word: str) -> str:
    """ "Approved. Takes effect in 10 s; it can be taken back until then." """
    seconds = ops.states.workspace.settings.hold_seconds
    return f"{word}. Takes effect in {seconds} s; it can be taken back until then." if seconds else f"{word}."


class ApproveHandler:
    """Approving needs the gate for edited actions, and the keyring for the second person's passphrase."""

    def __init__(self, judge_edit: JudgeEdit, verifier_of: VerifierOf) -> None:
        self._judge_edit = judge_edit
        self._verifier_of = verifier_of
        self._looking = asyncio.Lock()
        """One passphrase at a time: many at once are counted as many in a row."""

    async def __call__(self, ops: Operations, command: Approve) -> Done | Refusal:
        """Approve the exact action, or an edited one that the gate does not deny."""
        ask = await ops.states.load_ask(command.ask_id)
        if ask is None:
            return decide.no_such_ask(command.ask_id)
        if ask.raised.tier >= Tier.FINAL_AND_WIDE and (refusal := await self._second_proved(ops, command)):
            return refusal
        edit: decide.Edit | None = None
        if command.arguments is not None:
            judged = await self._judge_edit(ask, command.arguments)
            if isinstance(judged, Refusal):
                return judged
            if judged.action.arguments != ask.raised.action.arguments:
                edit = judged

        def decided(now: Ask, run: Run) -> Decided:
            states = ops.states
            return decide.decide_approve(now, run, states.workspace, states.agent(run.agent), command, ops.now(), edit)

        word = "Approved with your edit" if edit else "Approved"
        return await ruled(ops, command.ask_id, command.by, decided, held_sentence(ops, word))

    async def _second_proved(self, ops: Operations, command: Approve) -> Refusal | None:
        """Whether the second person is who they say; who they may be is decided with the rest."""
        workspace = ops.states.workspace
        person = workspace.operators.get(command.second)
        if person is None or command.second == command.by or decide.may_decide(workspace, command.by) is not None:
            return None
        async with self._looking:
            missed = ops.states.workspace.missed.get(command.second, Missed())
            if refusal := too_soon(missed, person, ops.now()):
                return refusal
            kept = await self._verifier_of(command.second)
            if kept is None:
                return Refusal(
                    f"{command.second} has no passphrase yet, so nobody can tell that it is them. "
                    "Set one in Settings, Operators. Nothing was approved.",
                    "second",
                )
            if command.passphrase is None:
                return Refusal(f"The passphrase of {person.name} is needed. Nothing was approved.", "second")
            if await asyncio.to_thread(passphrase.fits, kept, command.passphrase):
                return None
            noted = await on_workspace.note(ops, PassphraseMissed(command.second, command.ask_id), author(command.by))
            if isinstance(noted, Refusal):
                return noted
            return told_wrong(ops.states.workspace.missed[command.second], person)


async def reject(ops: Operations, command: Reject) -> Done | Refusal:
    """Say no with a reason."""

    def decided(ask: Ask, run: Run) -> Decided:
        return decide.decide_reject(ask, ops.states.workspace, command, ops.now())

    return await ruled(ops, command.ask_id, command.by, decided, held_sentence(ops, "Rejected"))


async def tell_outcome(ops: Operations, command: TellOutcome) -> Done | Refusal:
    """Say what became of an effect whose end is not known."""

    def decided(ask: Ask, run: Run) -> Decided:
        return decide.decide_tell_outcome(ask, run, ops.states.workspace, command, ops.now())

    return await ruled(ops, command.ask_id, command.by, decided, held_sentence(ops, "Recorded"))


async def take_back(ops: Operations, command: TakeBack) -> Done | Refusal:
    """Take a held ruling back."""

    def decided(ask: Ask, run: Run) -> Decided:
        return on_grants.taken_back(ops, command.ask_id, decide.decide_take_back(ask, ops.states.workspace, command))

    grants = on_grants.streams_with(ops, command.ask_id)
    sentence = "Taken back; the request waits again."
    return await ruled(ops, command.ask_id, command.by, decided, sentence, lambda _: grants)


async def release_hold(ops: Operations, command: ReleaseHold) -> Done | Refusal:
    """Let a ruling take effect at once."""

    def decided(ask: Ask, run: Run) -> Decided:
        return decide.decide_release(ask, ops.states.workspace, command, ops.now())

    return await ruled(ops, command.ask_id, command.by, decided, "Released; it takes effect now.")


async def restart_hold(ops: Operations, command: RestartHold) -> Done | Refusal:
    """The hold begins anew after a restart."""

    def decided(ask: Ask, run: Run) -> Decided:
        return decide_delivery.decide_restart_hold(ask, command.takes_effect, ops.now())

    return await ruled(ops, command.ask_id, RUNTIME, decided, "")


async def deliver_ruling(ops: Operations, command: DeliverRuling) -> Done | Refusal:
    """The hold is over: the agent is told."""

    rollback_id = new_rollback_id()

    def decided(ask: Ask, run: Run) -> Decided:
        if ask.raised.cap is not None:
            return decide_cap.decide_deliver_cap(ask, run, ops.now())
        if ask.raised.kind == PLAN:
            return decide_plan.decide_deliver_plan(ask, run, ops.now())
        return decide_delivery.decide_deliver(ask, run, ops.now(), rollback_id)

    def agent(ask: Ask) -> list[StreamName]:
        if ask.raised.cap is not None:
            return [book_stream(ask.raised.cap.day[:7])]
        return [agent_stream(ask.raised.agent)]

    return await ruled(ops, command.ask_id, RUNTIME, decided, "", agent)


async def expire_ask(ops: Operations, command: ExpireAsk) -> Done | Refusal:
    """Nobody answered in time."""

    def decided(ask: Ask, run: Run) -> Decided:
        if ask.raised.cap is not None:
            return decide_cap.decide_expire_cap(ask, run, ops.now())
        if ask.raised.kind == PLAN:
            return decide_plan.decide_expire_plan(ask, run, ops.now())
        return decide_delivery.decide_expire(ask, run, ops.now())

    return await ruled(ops, command.ask_id, RUNTIME, decided, "")
