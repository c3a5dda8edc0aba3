"""A critical decision is asked for several times; without agreement on tool and arguments a person is asked."""

from fnmatch import fnmatchcase

from runtime.domain.action import BadArguments, canonical, parse_arguments
from runtime.domain.agent_spec import Vote
from runtime.domain.breaker import left_alone
from runtime.domain.decision import Decision, ProposedCall
from runtime.domain.loop_commands import RecordSpent
from runtime.domain.routing_commands import RecordVote
from runtime.domain.run_state import Run
from runtime.domain.verdict import Reason, Verdict, combine
from runtime.domain.words import EffectKind, VerdictKind
from runtime.engine.asking import Asked, NoAnswer, Question, ask_one
from runtime.engine.budgeting import NotAsked
from runtime.engine.parts import Parts
from runtime.engine.routing import set_aside, sure_of_decision
from runtime.models.prices import is_free
from runtime.models.providers.routes import connection_name
from runtime.tools.contract import Tool
from runtime.tools.stopping import Cut

Wanted = tuple[tuple[str, str], ...]
"""Tool and canonical arguments of each critical call, in order."""


def is_critical(vote: Vote, name: str, tool: Tool | None) -> bool:
    """Whether agreement is needed before this tool is called."""
    if vote.times < 2 or tool is None:
        return False
    final = vote.irreversible and tool.contract.effect is EffectKind.IRREVERSIBLE
    return final or any(fnmatchcase(name, pattern) for pattern in vote.tools)


async def put_to_vote(question: Question[Decision], asked: Asked[Decision]) -> bool:
    """Ask the same model again as often as the agent's setting says and record what came of it.

    Where the program ends in the middle, the vote is held anew: what is kept of an answer is without secrets, and may
    not be to the letter what it proposed. What was paid stays counted.

    False = the run was stopped meanwhile, and the answer is not acted on; its cost is recorded.
    """
    parts, run = question.parts, question.run
    vote, tools = parts.spec_of(run).vote, parts.tools_of(run)
    if is_free(asked.route):  # it proposes the same each time
        return True
    if not any(is_critical(vote, call.tool, tools.get(call.tool)) for call in asked.answer.value.calls):
        return True
    first = _wanted(vote, tools, asked.answer.value)
    proposals, same, missing = [_told(first, asked.answer.value)], True, ""
    for ballot in range(1, vote.times):
        try:
            other = await _one_more(question, asked.route, ballot)
        except Cut:
            await _pay(parts, question, asked)
            return False
        if isinstance(other, str):
            missing = other
            break
        wanted = _wanted(vote, tools, other)
        proposals.append(_told(wanted, other))
        same = same and wanted == first
    agreed = same and not missing
    sentence = _outcome(vote.times, proposals, same, missing)
    command = RecordVote(
        run.run_id, len(run.turns) + 1, asked.model.label, vote.times, agreed, tuple(proposals), sentence
    )
    await parts.record(command)
    return True


async def _one_more(question: Question[Decision], route: str, ballot: int) -> Decision | str:
    """One more answer, or why there is none."""
    parts = question.parts
    again = Question(parts, question.run, question.role, question.at_work, question.ask, ballot)
    name = connection_name(route)
    if name and not await parts.connections.let_through(parts, name, question.at_work):
        return f"{left_alone(name)}."
    try:
        other = await ask_one(again, route)
    except NotAsked as stopped:
        return str(stopped)
    if isinstance(other, NoAnswer):
        return other.fault.sentence
    value = other.answer.value
    await set_aside(again, other, sure_of_decision(value), f"Asked once more for a vote, {other.route} answered.")
    if other.route != route:
        return f"At a cap {other.route} answered in the place of {route}; a vote asks one model."
    return value


async def _pay(parts: Parts, question: Question[Decision], asked: Asked[Decision]) -> None:
    """The first answer was paid for although nothing comes of it."""
    if asked.spent is not None:
        sentence = "It was stopped while its decision was put to a vote."
        command = RecordSpent(question.run.run_id, asked.route, sentence, asked.answer.usage, asked.spent)
        await parts.record(command)


def _wanted(vote: Vote, tools: dict[str, Tool], decision: Decision) -> Wanted:
    critical = (call for call in decision.calls if is_critical(vote, call.tool, tools.get(call.tool)))
    return tuple((call.tool, _canonical(call)) for call in critical)


def _canonical(call: ProposedCall) -> str:
    try:
        return canonical(parse_arguments(call.arguments))
    except BadArguments:
        return call.arguments


def _told(wanted: Wanted, decision: Decision) -> str:
    if wanted:
        return "; ".join(f"{tool} {arguments}" for tool, arguments in wanted)
    others = ", ".join(call.tool for call in decision.calls)
    words = others or decision.text or decision.reason
    return f"no such action, but {decision.kind!s}: {words}"[:500]


def _outcome(times: int, proposals: list[str], same: bool, missing: str) -> str:
    if same and not missing:
        return f"Asked {times} times, it proposed the same each time."
    counted: dict[str, int] = {}
    for proposal in proposals:
        counted[proposal] = counted.get(proposal, 0) + 1
    each = " | ".join(f"{count} of {times}: {proposal}" for proposal, count in counted.items())
    lacking = f" The vote was not completed: {missing}" if missing else ""
    head = "Asked several times, it did not propose the same each time" if not same else "Not every answer came"
    return f"{head}. {each}.{lacking}"


def with_dispute(verdict: Verdict, dispute: str) -> Verdict:
    """At least ask: a vote about it came to no agreement."""
    reason = Reason("vote", VerdictKind.ASK, dispute)
    return combine((*verdict.reasons, reason), verdict.tier)


def verdict_after_vote(parts: Parts, run: Run, turn: int, verdict: Verdict) -> Verdict:
    """The gate's verdict, and what a vote in that turn adds to it, however often it is judged."""
    dispute = (parts.states.run(run.run_id) or run).disputed.get(turn, "")
    return with_dispute(verdict, dispute) if dispute else verdict
