"""A standing grant: a person's answer to one request, given ahead for further actions that are exactly like it.

It stores the whole condition (agent, revision, tool and contract, resource, every argument), its expiry and its count
(SAFETY, Approvals). Pure data and pure questions; ``runtime.gate.standing`` asks them for every proposed action.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from runtime.domain.action import Action, BadArguments, canonical, parse_arguments
from runtime.domain.ask_state import Ask
from runtime.domain.events.grants import GrantEnded, GrantEvent, GrantGiven, GrantUsed, Widened
from runtime.domain.ids import AgentName, GrantId, RunId
from runtime.domain.verdict import Reason
from runtime.domain.words import AskState, EffectKind, Tier, VerdictKind
from runtime.domain.workspace_state import Agent, Workspace

ANSWERABLE = ("permission", "safety", "confidence", "plan")
"""Questions of these checks can be answered ahead. What cannot be undone, limits, quotas and votes always ask."""
_SAME_WORDS = ("permission", "safety")
"""Their sentences say nothing about the one action, so another sentence is another question."""


class Grant(msgspec.Struct, frozen=True):
    """One grant as the fold of its events. ``over`` is why it holds no more, in a sentence; empty while it stands."""

    given: GrantGiven
    at: int
    """When it was given, µs UTC."""
    used: int = 0
    over: str = ""

    @property
    def left(self) -> int:
        """How often it can still be used."""
        return max(0, self.given.uses - self.used)


class Over(msgspec.Struct, frozen=True):
    """Why a grant ends. ``how``: revoked | expired | used up | changed | taken back | over."""

    how: str
    sentence: str


class Wanted(msgspec.Struct, frozen=True):
    """An action that is held against a grant. ``resources``: everything it touches that is known here."""

    agent: AgentName
    revision: int
    run_id: RunId
    action: Action
    resources: tuple[str, ...]
    effect: EffectKind


def start(event: GrantGiven, at: int) -> Grant:
    """The state after the first event."""
    return Grant(event, at)


def evolve(grant: Grant, event: GrantEvent) -> Grant:
    """The state after one more event."""
    match event:
        case GrantGiven():
            return grant
        case GrantUsed():
            return msgspec.structs.replace(grant, used=grant.used + 1)
        case GrantEnded(sentence=sentence):
            return msgspec.structs.replace(grant, over=sentence)


def why_over(grant: Grant, workspace: Workspace, agent: Agent, ask: Ask | None, now: int) -> Over | None:
    """Why it holds no more at ``now`` (µs UTC), or None. ``ask``: the request it was given with, if known."""
    given = grant.given
    if grant.over:
        return Over("over", grant.over)
    if workspace.chain_broken:
        return Over("changed", "The journal was found changed; approvals are off, and grants with them.")
    operator = workspace.operators.get(given.by)
    if operator is None or not operator.active:
        return Over("changed", f"{given.by}, who gave it, decides nothing here any more.")
    if workspace.policy.version != given.policy_version:
        return Over("changed", "The rules changed since it was given.")
    if agent.removed:
        return Over("changed", f"{agent.name} was removed since it was given.")
    if agent.revision != given.newest_revision:
        return Over("changed", f"Revision {agent.revision} of {agent.name} was saved since it was given.")
    if grant.used >= given.uses:
        return Over("used up", f"It was used {grant.used} of {given.uses} times.")
    if not grant.at <= now < given.until:
        return Over("expired", "Its time is over.")
    return _why_its_ask_ends_it(ask)


def _why_its_ask_ends_it(ask: Ask | None) -> Over | None:
    if ask is None or ask.state is AskState.HELD or (ask.state is AskState.CLOSED and ask.how == "spent"):
        return None
    if ask.state is AskState.WAITING:
        return Over("taken back", "The approval it was given with was taken back.")
    return Over("changed", f"The approval it was given with came to nothing: {ask.closed_sentence}")


def begun(ask: Ask | None) -> bool:
    """Whether the approval it was given with has acted: until then both can be taken back, and neither acts."""
    return ask is None or (ask.state is AskState.CLOSED and ask.how == "spent")


def fits(grant: Grant, wanted: Wanted) -> bool:
    """Whether the action is what was granted: every part of the condition, byte for byte unless it was widened."""
    given, action = grant.given, wanted.action
    return (
        given.agent == wanted.agent
        and given.revision == wanted.revision
        and given.run_id in ("", wanted.run_id)
        and given.tool == action.tool
        and given.contract == action.contract
        and given.effect is wanted.effect
        and wanted.effect is not EffectKind.IRREVERSIBLE
        and _resources_fit(given, wanted.resources)
        and _arguments_fit(given, action.arguments)
    )


def _resources_fit(given: GrantGiven, resources: Sequence[str]) -> bool:
    """Where nothing varies, what else it touches follows from the same arguments; else all of it has to fit."""
    exact = not given.widened and not given.resources
    touched = resources[:1] if exact else resources
    if given.resources:
        return all(fnmatchcase(resource, given.resources) for resource in touched)
    return all(resource == given.resource for resource in touched)


def _arguments_fit(given: GrantGiven, arguments: str) -> bool:
    if arguments == given.arguments:
        return True
    if not given.widened:
        return False
    try:
        then, now = parse_arguments(given.arguments), parse_arguments(arguments)
    except BadArguments:
        return False
    varies = {one.argument: one for one in given.widened}
    return then.keys() == now.keys() and all(
        within(varies[name], now[name]) if name in varies else _same(then[name], now[name]) for name in then
    )


def _same(then: Any, now: Any) -> bool:
    """As the exact written form compares them: 1 is not true, 10 is 10.0."""
    try:
        return canonical(then) == canonical(now)
    except BadArguments:
        return False


def within(limit: Widened, value: Any) -> bool:
    """Whether a value keeps to the limits of one widened argument; a value of another kind does not."""
    if limit.one_of:
        try:
            return canonical(value) in limit.one_of
        except BadArguments:
            return False
    if limit.longest:
        return isinstance(value, str) and len(value) <= limit.longest
    if limit.least is None or limit.most is None or isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return limit.least <= value <= limit.most


def answers(grant: Grant, reason: Reason) -> bool:
    """Whether this very question was asked when the grant was given; a new one is put to a person."""
    if reason.check not in ANSWERABLE:
        return False
    return any(
        asked.check == reason.check
        and asked.rule == reason.rule
        and (reason.check not in _SAME_WORDS or asked.sentence == reason.sentence)
        for asked in grant.given.answers
    )


def questions(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons for which a person is asked."""
    return tuple(reason for reason in reasons if reason.verdict is VerdictKind.ASK)


def why_never(effect: EffectKind, tier: Tier, reasons: Sequence[Reason]) -> str:
    """Why a request like this cannot be answered ahead, in a sentence; empty where it can."""
    if effect is EffectKind.IRREVERSIBLE:
        return "What cannot be undone is asked every time."
    if tier >= Tier.FINAL:
        return "What is treated as final is asked every time."
    for reason in questions(reasons):
        if reason.check not in ANSWERABLE:
            return f"This is asked every time: {reason.sentence}"
    return ""


def number(grant_id: GrantId) -> str:
    """How a grant is named in sentences: the end of its id."""
    return grant_id[-6:]
