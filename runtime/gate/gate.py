"""The gate: every check between a proposed call and its execution, in order, each with its reasons recorded.

contract -> permission -> safety checks -> limits -> effect kind -> confidence -> the approved plan. All speak before
anybody is asked; then a standing grant may answer for a person.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from runtime.domain.action import Action, Binding, approval_digest, canonical
from runtime.domain.agent_spec import AgentSpec, Quota
from runtime.domain.decision import ProposedCall
from runtime.domain.grant import Grant
from runtime.domain.policy import Policy
from runtime.domain.run_state import Run
from runtime.domain.verdict import Reason, Verdict, combine
from runtime.domain.words import EffectKind, Tier, VerdictKind
from runtime.gate.drift import drift
from runtime.gate.limits import limits
from runtime.gate.permission import permission
from runtime.gate.proposal import Proposal, Used
from runtime.gate.risk import confidence, effect_kind
from runtime.gate.safety import safety
from runtime.gate.standing import under_grant
from runtime.tools.contract import Appraisal, Tool, ToolFailed
from runtime.tools.runner import Runner
from runtime.tools.sentences import ContractBroken

CHECKS: tuple[Callable[[Proposal], tuple[Reason, ...]], ...] = (
    permission,
    safety,
    limits,
    effect_kind,
    confidence,
    drift,
)

UsedToday = Callable[[str, Sequence[Quota]], Awaitable[dict[str, float]]]
"""(agent, quotas) -> what was used today under each, by quota id."""


_NOTHING_USED = Used({}, {})


class Judgement(msgspec.Struct, frozen=True):
    """The gate's answer about one call, with everything an ask needs."""

    action: Action
    verdict: Verdict
    digest: str
    effect: EffectKind
    appraisal: Appraisal
    undo_sentence: str
    inputs: tuple[tuple[str, str], ...]


class Gate:
    """Judges proposed calls of one workspace."""

    def __init__(self, runner: Runner, used_today: UsedToday) -> None:
        self._runner = runner
        self._used_today = used_today

    async def judge(
        self,
        run: Run,
        spec: AgentSpec,
        policy: Policy,
        tools: dict[str, Tool],
        call: ProposedCall,
        turn: int,
        grants: Sequence[Grant] = (),
    ) -> Judgement:
        """Every reason that speaks about this call. Never raises for what the model or a tool did wrong: it denies.

        ``grants``: the standing grants of the agent; one of them may answer for a person, after every check spoke.
        """
        tool = tools.get(call.tool)
        if tool is None:
            known = ", ".join(sorted(tools)) or "none"
            sentence = f"{call.tool!r} is not a tool this agent was granted. Granted: {known}."
            return _denied(call, sentence)
        contract = tool.contract
        try:
            checked = self._runner.check(tool, call.arguments)
            appraisal = await self._runner.appraise(tool, checked)
        except ContractBroken as error:
            return _denied(call, f"The arguments do not fit {call.tool}: {error}", contract.effect)
        except ToolFailed as error:
            return _denied(call, error.sentence, contract.effect)
        action = Action(contract.name, checked.arguments, contract.digest)
        used = _NOTHING_USED
        if spec.quotas:
            used = Used(used_in_run(run, spec.quotas), await self._used_today(spec.name, spec.quotas))
        arguments = msgspec.json.decode(checked.arguments)
        sure, step = call.confidence, call.step_id
        proposal = Proposal(run, spec, policy, contract, action, arguments, appraisal, sure, used, step)
        reasons = [Reason("contract", VerdictKind.ALLOW, f"The arguments fit {contract.name}.")]
        for check in CHECKS:
            reasons += check(proposal)
        tier = _tier(appraisal, contract.effect, policy, reasons)
        inputs = await _digests(appraisal.inputs) if appraisal.inputs else ()
        digest = approval_digest(self.binding(run, policy, action, turn, inputs))
        verdict = combine(tuple(reasons), tier)
        if grants:
            verdict = under_grant(proposal, verdict, grants)
        return Judgement(action, verdict, digest, contract.effect, appraisal, contract.undo, inputs)

    def binding(
        self, run: Run, policy: Policy, action: Action, turn: int, inputs: tuple[tuple[str, str], ...]
    ) -> Binding:
        """What an approval of this action is bound to (SAFETY, Approvals)."""
        folder = self._runner.folder.name
        return Binding(action, run.agent, run.revision, policy.version, run.run_id, turn, folder, inputs)


def used_in_run(run: Run, quotas: Sequence[Quota]) -> dict[str, float]:
    """What this run has used under each quota: effects that were started."""
    used: dict[str, float] = {}
    for quota in quotas:
        for call in run.calls:
            if call.attempt and fnmatchcase(call.action.tool, quota.tools):
                amount = json.loads(call.action.arguments).get(quota.argument, 0) if quota.argument else 1
                if isinstance(amount, int | float):  # what is not a number is asked about, see limits
                    used[quota.quota_id] = used.get(quota.quota_id, 0) + abs(amount)
    return used


async def _digests(paths: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    return await asyncio.to_thread(input_digests, paths) if paths else ()


def input_digests(paths: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    """(name, SHA-256 of the content) of every file the action names; "absent" where there is none. Blocking."""
    found: list[tuple[str, str]] = []
    for path in paths:
        try:
            with open(path, "rb") as file:
                found.append((path.name, hashlib.file_digest(file, "sha256").hexdigest()))
        except OSError:
            found.append((path.name, "absent"))
    return tuple(found)


def _tier(appraisal: Appraisal, effect: EffectKind, policy: Policy, reasons: list[Reason]) -> Tier:
    """A tool may raise its tier, never lower it below what its effect demands; a check may raise it further."""
    tier = appraisal.tier
    if effect is EffectKind.IRREVERSIBLE:
        tier = max(tier, Tier.FINAL)
    elif effect is not EffectKind.READ:
        tier = max(tier, Tier.SMALL)
    spoke = {reason.rule for reason in reasons if reason.check == "safety"}
    if spoke and any(check.priority == 1 and check.check_id in spoke for check in policy.checks):
        tier = max(tier, Tier.FINAL)
    return tier


def _denied(call: ProposedCall, sentence: str, effect: EffectKind = EffectKind.IRREVERSIBLE) -> Judgement:
    """Refused at the contract; what cannot be read is kept as text, so that the journal shows it."""
    try:
        arguments = canonical(json.loads(call.arguments))
    except ValueError:
        arguments = canonical({"unreadable": call.arguments[:10_000]})
    verdict = combine((Reason("contract", VerdictKind.DENY, sentence),), Tier.NOTHING)
    appraisal = Appraisal(f"Refused: {call.tool}"[:60], "", "nothing", Tier.NOTHING)
    return Judgement(Action(call.tool, arguments), verdict, "", effect, appraisal, "", ())
