"""Decisions about standing grants: what can be granted, who may revoke, when one ends, and what a use records."""

from typing import Any, Final

import msgspec

from runtime.domain.action import BadArguments, canonical, parse_arguments
from runtime.domain.ask_state import Ask
from runtime.domain.bound import changed_since
from runtime.domain.decide_ask import may_decide
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.events.effects import EffectStarted
from runtime.domain.events.grants import GrantEnded, GrantGiven, GrantUsed, Widened
from runtime.domain.grant import Grant, Over, number, questions, why_never, why_over, within
from runtime.domain.grant_commands import EndGrant, GrantStanding, GrantTerms, RevokeGrant
from runtime.domain.ids import CallId, GrantId, RunId, grant_stream
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import AskState
from runtime.domain.workspace_state import Agent, Workspace

SECOND: Final = 1_000_000
SHORTEST_S, LONGEST_S = 60, 7 * 24 * 3600
MOST_USES = 1_000
LONGEST_TEXT = 10_000


def no_such_grant(grant_id: GrantId) -> Refusal:
    """The answer to a command about a grant that is not there."""
    return Refusal(f"There is no standing grant {grant_id}. `grants list` shows them.", "unknown")


def decide_grant(
    ask: Ask, run: Run, workspace: Workspace, agent: Agent, command: GrantStanding, now: int, grant_id: GrantId
) -> Decided:
    """Answer ahead for what was just approved. It acts once the approval has, and ends where that comes to nothing."""
    if refusal := may_decide(workspace, command.by) or _not_approved(ask, command, workspace, agent):
        return refusal
    raised, terms = ask.raised, command.terms
    if why := why_never(raised.effect, raised.tier, raised.reasons):
        return Refusal(f"{why} Nothing was granted; the approval stands.", "tier")
    if fault := _terms_fault(terms) or _widened_fault(terms, raised.action.arguments, raised.resource):
        return Refusal(f"{fault} Nothing was granted; the approval stands.", "terms")
    if terms.this_run and run.finished:
        return Refusal("The run has ended, so nothing more can be allowed for it.", "closed")
    given = GrantGiven(
        grant_id=grant_id,
        by=command.by,
        ask_id=raised.ask_id,
        agent=raised.agent,
        revision=raised.revision,
        newest_revision=agent.revision,
        policy_version=raised.policy_version,
        tool=raised.action.tool,
        contract=raised.action.contract,
        arguments=raised.action.arguments,
        title=raised.title,
        resource=raised.resource,
        effect=raised.effect,
        tier=raised.tier,
        answers=questions(raised.reasons),
        until=now + terms.seconds * SECOND,
        uses=terms.uses,
        widened=terms.widened,
        resources=terms.resources,
        run_id=run.run_id if terms.this_run else RunId(""),
    )
    return [Fact(grant_stream(grant_id), given)]


def _not_approved(ask: Ask, command: GrantStanding, workspace: Workspace, agent: Agent) -> Refusal | None:
    raised, ruling = ask.raised, ask.ruling
    spent = ask.state is AskState.CLOSED and ask.how == "spent"
    if raised.kind != "action":
        return Refusal("Only an action can be allowed ahead; this asks something else.", "kind")
    if ruling is None or ruling.kind != "approved" or not (ask.state is AskState.HELD or spent):
        return Refusal("Approve the request first; what was not approved once is not allowed ahead.", "state")
    if command.digest != raised.digest:
        return Refusal("This request changed. Look again.", "changed")
    if ruling.edited is not None:
        sentence = "It was approved with an edit, and the agent proposes its own version again, so nothing was granted."
        return Refusal(sentence, "edited")
    if why := changed_since(raised, workspace, agent):
        return Refusal(f"{why} Nothing was granted.", "changed")
    return None


def _terms_fault(terms: GrantTerms) -> str:
    if not SHORTEST_S <= terms.seconds <= LONGEST_S:
        return f"A grant holds for {SHORTEST_S} seconds to {LONGEST_S // 86_400} days."
    if not 1 <= terms.uses <= MOST_USES:
        return f"A grant is for 1 to {MOST_USES:,} uses."
    return ""


def _widened_fault(terms: GrantTerms, written: str, resource: str) -> str:
    """What is wrong with the limits; what was approved has to keep to them itself."""
    from fnmatch import fnmatchcase

    try:
        arguments = parse_arguments(written)
    except BadArguments as error:
        return f"The arguments cannot be read: {error}"
    names = [one.argument for one in terms.widened]
    if len(set(names)) != len(names):
        return "An argument is widened twice."
    for one in terms.widened:
        if one.argument not in arguments:
            known = ", ".join(sorted(arguments)) or "none"
            return f"There is no argument {one.argument!r}. Those of this action: {known}."
        if fault := _limit_fault(one, arguments[one.argument]):
            return fault
    if terms.resources and not fnmatchcase(resource, terms.resources):
        return f"What was approved is {resource}, which the pattern {terms.resources} does not fit."
    return ""


def _limit_fault(one: Widened, value: Any) -> str:
    numbers = one.least is not None or one.most is not None
    if sum((numbers, bool(one.one_of), bool(one.longest))) != 1:
        return f"{one.argument} needs one limit: least and most, a choice of values, or a longest text."
    if numbers and (one.least is None or one.most is None or one.least > one.most):
        return f"{one.argument} needs a least and a most, in this order."
    if one.longest < 0 or one.longest > LONGEST_TEXT:
        return f"{one.argument} may have 1 to {LONGEST_TEXT:,} characters."
    for choice in one.one_of:
        try:
            exact = canonical(msgspec.json.decode(choice)) == choice
        except (msgspec.DecodeError, BadArguments):
            exact = False
        if not exact:
            return f"{one.argument}: {choice} is not a value as it is written exactly."
    if not within(one, value):
        return f"{one.argument} was approved as {canonical(value)[:60]}, which is outside these limits."
    return ""


def decide_revoke(grant: Grant, command: RevokeGrant) -> Decided:
    """Any operator may revoke, also while approvals are off: it only takes away."""
    if grant.over:
        return Refusal(f"It holds no more already: {grant.over}", "state")
    return ended(grant, Over("revoked", "It was revoked."), command.by)


def decide_end(
    grant: Grant, workspace: Workspace, agent: Agent, ask: Ask | None, command: EndGrant, now: int
) -> Decided:
    """The console saw that it holds no more; refused where it does."""
    over = why_over(grant, workspace, agent, ask, now)
    if over is None and command.contract and command.contract != grant.given.contract:
        over = Over("changed", f"The tool {grant.given.tool} changed since it was given.")
    if over is None and command.run_over and grant.given.run_id:
        over = Over("expired", "The run it was given for is over.")
    if over is None or grant.over:
        return Refusal("It still stands." if over is None else "It is over already.", "state")
    return ended(grant, over)


def ended(grant: Grant, over: Over, by: str = "") -> list[Fact]:
    """The end of a grant, as it is recorded."""
    grant_id = grant.given.grant_id
    return [Fact(grant_stream(grant_id), GrantEnded(grant_id, over.how, over.sentence, by))]


def with_use(decided: list[Fact], grant: Grant, call_id: CallId) -> list[Fact]:
    """The same facts with the use of the grant, where they start the call: one transaction, so that none is free."""
    given, facts, run_id = grant.given, [], None
    for fact in decided:
        event = fact.event
        if isinstance(event, EffectStarted) and event.call_id == call_id and event.attempt == 1:
            run_id = event.run_id
            fact = Fact(fact.stream, msgspec.structs.replace(event, grant_id=given.grant_id))
        facts.append(fact)
    if run_id is None:
        return decided
    use = grant.used + 1
    facts.append(Fact(grant_stream(given.grant_id), GrantUsed(given.grant_id, run_id, call_id, use)))
    if use >= given.uses:
        facts += ended(grant, Over("used up", f"It was used {use} of {given.uses} times."))
    return facts


def not_under(grant_id: GrantId, why: str) -> Refusal:
    """The answer to a start under a grant that does not allow it any more: the action is judged anew."""
    return Refusal(f"The standing grant {number(grant_id)} does not allow it any more: {why}", "changed")
