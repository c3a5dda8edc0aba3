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
    found: list[Reason] = []
    for check in proposal.policy.checks:
        speaks = fnmatchcase(proposal.contract.name, check.tools) and fnmatchcase(proposal.spec.name, check.agents)
        if speaks and (reason := _reason(check, proposal)) is not None:
            found.append(reason)
    return tuple(found)


def _reason(check: SafetyCheck, proposal: Proposal) -> Reason | None:
    names, values = _names_and_values(proposal)
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


def _names_and_values(proposal: Proposal) -> tuple[dict[str, str], dict[str, Any]]:
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
