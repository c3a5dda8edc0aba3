"""What other rules would have said about recorded actions. Pure: it is handed values, and nothing that could act.

Permission rules, safety checks, the kind of effect, confidence and the plan speak as the gate lets them speak. Limits,
quotas and votes are not replayed: what they said then is kept.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from runtime.domain.action import BadArguments, parse_arguments
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.policy import Policy, SafetyCheck
from runtime.domain.verdict import Reason, combine
from runtime.domain.words import VerdictKind
from runtime.gate.drift import drift
from runtime.gate.permission import permission
from runtime.gate.proposal import Proposal, Used
from runtime.gate.risk import confidence, effect_kind
from runtime.gate.safety import names_and_values, reason_of, speaks
from runtime.projections.backtest_rows import ChangedAction
from runtime.projections.recorded_actions import RecordedAction
from runtime.tools.contract import Appraisal, ToolContract

KEPT = ("contract", "limits", "vote")
"""Checks whose reasons are kept as they were recorded."""
Known = tuple[dict[str, str], dict[str, Any]]
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(slots=True)
class Replayed:
    """One recorded action made ready once, and what each check said about it, by check."""

    action: RecordedAction
    proposal: Proposal
    kept: tuple[Reason, ...]
    said: dict[SafetyCheck, Reason | None]
    missing: frozenset[str]
    """Names of values that conditions may ask for and that were not recorded then."""
    known: Known | None = None

    def under(self, policy: Policy) -> VerdictKind | None:
        """What the gate would have said; None where a check asks for a value that was not recorded."""
        if any(reason.check == "contract" and reason.verdict is VerdictKind.DENY for reason in self.kept):
            return VerdictKind.DENY
        proposal = msgspec.structs.replace(self.proposal, policy=policy)
        reasons = [*self.kept, *permission(proposal), *effect_kind(proposal), *confidence(proposal), *drift(proposal)]
        for check in policy.checks:
            if self.missing and self.missing & set(_WORD.findall(check.when)):
                return None
            if check not in self.said:
                self.said[check] = reason_of(check, *self._known()) if speaks(check, proposal) else None
            if (reason := self.said[check]) is not None:
                reasons.append(reason)
        return combine(tuple(reasons), self.action.event.verdict.tier).kind

    def _known(self) -> Known:
        """Worked out once, for all checks of all policies."""
        if self.known is None:
            self.known = names_and_values(self.proposal)
        return self.known


def ready(action: RecordedAction, spec: AgentSpec, contract: ToolContract) -> Replayed:
    """The proposal as the gate had it, from what was recorded."""
    event = action.event
    try:
        arguments = parse_arguments(event.action.arguments)
    except BadArguments:
        arguments = {}
    facts = msgspec.json.decode(event.facts) if event.facts else {}
    missing = frozenset() if facts else frozenset(name for name, _ in contract.facts)
    appraisal = Appraisal(event.title, event.resource, "", event.verdict.tier, facts=facts, also=event.also)
    nothing = Used({}, {})
    proposal = Proposal(
        action.run,
        spec,
        Policy(),
        contract,
        event.action,
        arguments,
        appraisal,
        event.confidence,
        nothing,
        event.step_id,
    )
    kept = tuple(reason for reason in event.verdict.reasons if reason.check in KEPT)
    return Replayed(action, proposal, kept, {}, missing)


def differences(replayed: Iterable[Replayed], before: Policy, after: Policy) -> tuple[list[ChangedAction], int]:
    """(actions about which the two policies differ, how many could not be replayed)."""
    found: list[ChangedAction] = []
    unknown = 0
    for one in replayed:
        now, then = one.under(before), one.under(after)
        if now is None or then is None:
            unknown += 1
        elif now is not then:
            found.append(_changed(one.action, now, then))
    return found, unknown


def _changed(action: RecordedAction, before: VerdictKind, after: VerdictKind) -> ChangedAction:
    event = action.event
    return ChangedAction(
        event.run_id,
        event.call_id,
        action.at,
        action.run.agent,
        event.action.tool,
        event.title,
        before,
        after,
        action.asked,
        action.ruling,
        action.undone,
    )
