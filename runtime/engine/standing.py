"""Whether what was started before may be done (again): what it was started by has to stand under what holds now.

A call that a person consented to (an approval that was spent, the answer "do it") is covered by that consent as long as
``bound.lapsed`` says so. One that a rule allowed is covered while the gate still allows it. What is not covered any
more is never repeated silently: it is found out whether it happened, and a person is asked.
"""

from dataclasses import dataclass

import msgspec

from runtime.domain.bound import lapsed
from runtime.domain.decision import ProposedCall
from runtime.domain.loop_commands import Judged
from runtime.domain.run_state import Call, Run
from runtime.domain.words import VerdictKind
from runtime.engine.judging_calls import judge_one
from runtime.engine.parts import Parts


@dataclass(frozen=True, slots=True)
class Standing:
    """``forbidden``: what rules and safety checks of now say against it. ``lapsed``: why a person has to be asked.

    Both empty: it may be done again. ``contract`` is the digest of the tool's contract now.
    """

    judged: Judged
    contract: str
    forbidden: str = ""
    lapsed: str = ""


async def standing_of(parts: Parts, run: Run, call: Call) -> Standing:
    """Through the gate once more; limits counted it when it was started."""
    tool = parts.tool_of(run, call.action.tool)
    contract = tool.contract.digest if tool is not None else ""
    judged = await judge_one(parts, _as_before(run, call), proposed(call), call.turn, call.index, counted=True)
    if said := _against(judged):
        return Standing(judged, contract, forbidden=f"It is forbidden by now, so it is not done again: {said}")
    return Standing(judged, contract, lapsed=await _lapsed(parts, run, call, judged, contract))


async def _lapsed(parts: Parts, run: Run, call: Call, judged: Judged, contract: str) -> str:
    ask = await parts.states.load_ask(call.ask_id) if call.ask_id else None
    workspace = parts.states.workspace
    if ask is not None:
        return lapsed(ask, workspace, parts.states.agent(run.agent), contract, parts.clock.now())
    if call.action.contract != contract:
        return f"The tool {call.action.tool} changed since it was started."
    said = " ".join(reason.sentence for reason in judged.verdict.deciding)
    if judged.verdict.kind is VerdictKind.ASK:
        return f"It needs a person by now: {said}"
    if not judged.digest and call.policy_version != workspace.policy.version:
        return f"The rules changed since it was started, and it cannot be judged by them: {said}"
    return ""


def _against(judged: Judged) -> str:
    """What rules and safety checks say against it. A tool that refuses it now is no rule: it may have happened."""
    deciding = judged.verdict.deciding if judged.verdict.kind is VerdictKind.DENY else ()
    return " ".join(reason.sentence for reason in deciding if reason.check in ("permission", "safety"))


def _as_before(run: Run, call: Call) -> Run:
    """The run as it was before this call was started, so that nothing counts it against itself."""
    before = tuple(msgspec.structs.replace(each, attempt=0) if each is call else each for each in run.calls)
    return msgspec.structs.replace(run, calls=before)


def proposed(call: Call) -> ProposedCall:
    """The call as its model proposed it, or as a person edited it."""
    return ProposedCall(call.action.tool, call.action.arguments, call.confidence, call.reason, call.step_id)
