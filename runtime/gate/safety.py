"""Safety checks: typed CEL conditions over the action and the run. One that cannot be judged asks a person."""

from fnmatch import fnmatchcase
from typing import Any

from runtime.domain.condition import RESERVED, BadCondition, ConditionFailed
from runtime.domain.policy import SafetyCheck
from runtime.domain.verdict import Reason
from runtime.domain.words import VerdictKind
from runtime.gate.names import RUN_NAMES, compiled, kind_of, kind_of_schema, values_of
from runtime.gate.proposal import Proposal


def safety(proposal: Proposal) -> tuple[Reason, ...]:
    """A reason for every check whose condition holds, or cannot be judged."""
    speaking = [check for check in proposal.policy.checks if speaks(check, proposal)]
    if not speaking:
        return ()
    known = names_and_values(proposal)
    reasons = (reason_of(check, *known) for check in speaking)
    return tuple(reason for reason in reasons if reason is not None)


def speaks(check: SafetyCheck, proposal: Proposal) -> bool:
    """Whether the check is about this tool and agent."""
    return fnmatchcase(proposal.contract.name, check.tools) and fnmatchcase(proposal.spec.name, check.agents)


def reason_of(check: SafetyCheck, names: dict[str, str], values: dict[str, Any]) -> Reason | None:
    """What one check that speaks about the action says; None where it has nothing against it."""
    try:
        if not compiled(check, names).holds(values):
            return None
    except BadCondition as error:
        if error.unknown:
            # It was checked when it was saved, so it names arguments that this tool does not declare: its tool pattern
            # is wide, and it has nothing to say about this one.
            return None
        return _could_not(check, str(error))
    except ConditionFailed as error:
        return _could_not(check, str(error))
    return Reason("safety", check.verdict, check.sentence, check.check_id)


def _could_not(check: SafetyCheck, why: str) -> Reason:
    sentence = f"Check {check.check_id} could not be judged, so a person is asked. {why}"
    return Reason("safety", VerdictKind.ASK, sentence, check.check_id)


def names_and_values(proposal: Proposal) -> tuple[dict[str, str], dict[str, Any]]:
    """Every name a condition about this action may use with its kind, and the values."""
    properties: dict[str, Any] = proposal.contract.input_schema.get("properties", {})
    names = {name: kind_of_schema(schema) for name, schema in properties.items() if name.isidentifier()}
    facts = {name: value for name, value in proposal.appraisal.facts.items() if name.isidentifier()}
    names |= {name: kind_of(value) for name, value in facts.items()}
    values = {**proposal.arguments, **facts}
    common = values_of(
        proposal.run,
        proposal.contract.name,
        proposal.appraisal.resource,
        str(proposal.contract.effect),
        proposal.confidence,
    )
    names = {name: kind for name, kind in names.items() if name not in RUN_NAMES and name not in RESERVED}
    return names, {**values, **common, "arguments": proposal.arguments}
