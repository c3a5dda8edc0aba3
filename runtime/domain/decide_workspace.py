"""Decisions about agents, rules, settings, people and pausing everything."""

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ask_state import Ask
from runtime.domain.commands import (
    PauseAgent,
    PauseAll,
    RemoveAgent,
    ResumeAgent,
    ResumeAll,
    SaveAgent,
    SaveOperator,
    SavePolicy,
    SaveSettings,
    TeachExamples,
)
from runtime.domain.decide_run import Decided, moved_deadlines
from runtime.domain.envelope import Fact
from runtime.domain.events.agents import AgentPaused, AgentRemoved, AgentResumed, AgentSaved, ExamplesTaught
from runtime.domain.events.workspace import (
    EverythingPaused,
    EverythingResumed,
    OperatorSaved,
    PolicySaved,
    SettingsSaved,
)
from runtime.domain.ids import OPERATORS_STREAM, POLICY_STREAM, RUNTIME, WORKSPACE_STREAM, AgentName, agent_stream
from runtime.domain.policy import Policy, rules_for_new_agent
from runtime.domain.refusals import Refusal
from runtime.domain.workspace_state import Agent, Workspace

NAME_CHARACTERS = set("abcdefghijklmnopqrstuvwxyz0123456789-")


def no_such_agent(name: AgentName) -> Refusal:
    """The answer to a command about an agent that is not there."""
    return Refusal(f"There is no agent {name}. `agents list` and Settings show those that exist.", "unknown")


def decide_save_agent(agent: Agent, workspace: Workspace, command: SaveAgent, faults: tuple[str, ...]) -> Decided:
    """A new revision; a new agent gets rules that let it read and ask for the rest."""
    spec: AgentSpec = command.spec
    found = list(faults)
    if not spec.name or not set(spec.name) <= NAME_CHARACTERS or len(spec.name) > 60:
        found.insert(0, "name: use 1 to 60 of a-z, 0-9 and -.")
    if found:
        listed = "; ".join(found)
        return Refusal(f"The agent was not saved. {listed}", "invalid")
    expected = command.expected_revision
    if expected is not None and expected != agent.revision:
        return Refusal(f"Somebody saved revision {agent.revision} meanwhile; open it again.", "moved-on")
    if agent.revision and agent.spec == spec and not agent.removed:
        return Refusal("Nothing was changed, so no new revision was saved.", "same")
    saved = AgentSaved(spec.name, agent.revision + 1, spec, command.note)
    decided = [Fact(agent_stream(spec.name), saved)]
    named = any(rule.agents == spec.name for rule in workspace.policy.rules)
    if agent.revision == 0 and not named:
        policy = workspace.policy
        rules = (*policy.rules, *rules_for_new_agent(spec.name))
        widened = Policy(policy.version + 1, rules, policy.checks)
        decided.append(Fact(POLICY_STREAM, PolicySaved(widened, f"First rules of {spec.name}")))
    return decided


def decide_remove_agent(agent: Agent, at_work: int, command: RemoveAgent) -> Decided:
    """It starts no more runs."""
    if not agent.revision or agent.removed:
        return no_such_agent(command.name)
    if at_work:
        return Refusal(f"{at_work} of its runs are not finished; stop them first.", "state")
    return [Fact(agent_stream(command.name), AgentRemoved(command.name))]


def decide_pause_agent(agent: Agent, command: PauseAgent) -> Decided:
    """None of its runs takes a new step."""
    if not agent.revision:
        return no_such_agent(command.name)
    if agent.paused_by:
        return Refusal(f"{command.name} is already paused.", "state")
    return [Fact(agent_stream(command.name), AgentPaused(command.name, command.by))]


def decide_resume_agent(agent: Agent, asks: tuple[Ask, ...], command: ResumeAgent, now: int) -> Decided:
    """It works again; deadlines of its asks stood still."""
    if not agent.revision:
        return no_such_agent(command.name)
    if not agent.paused_by:
        return Refusal(f"{command.name} is not paused.", "state")
    resumed = Fact(agent_stream(command.name), AgentResumed(command.name, command.by))
    return [resumed, *moved_deadlines(asks, now - agent.paused_at)]


def decide_pause_all(workspace: Workspace, command: PauseAll) -> Decided:
    """No agent takes a new step."""
    if workspace.paused_by:
        return Refusal("Everything is already paused.", "state")
    return [Fact(WORKSPACE_STREAM, EverythingPaused(command.by))]


def decide_resume_all(workspace: Workspace, asks: tuple[Ask, ...], command: ResumeAll, now: int) -> Decided:
    """Agents work again; deadlines stood still."""
    if not workspace.paused_by:
        return Refusal("Not everything is paused; agents can be resumed one by one.", "state")
    resumed = Fact(WORKSPACE_STREAM, EverythingResumed(command.by))
    return [resumed, *moved_deadlines(asks, now - workspace.paused_at)]


def decide_teach(agent: Agent, command: TeachExamples, blob: str) -> Decided:
    """Labelled messages become examples at once; many of them are kept as a blob."""
    if not agent.revision:
        return no_such_agent(command.name)
    if not command.examples:
        return Refusal("There were no examples to learn.", "empty")
    inline = () if blob else command.examples
    taught = ExamplesTaught(command.name, len(command.examples), inline, blob, command.source)
    return [Fact(agent_stream(command.name), taught)]


def decide_save_policy(workspace: Workspace, command: SavePolicy, faults: tuple[str, ...]) -> Decided:
    """The whole policy with its next version."""
    current = workspace.policy.version
    if command.expected_version != current:
        return Refusal(f"Somebody saved the rules meanwhile (version {current}); open them again.", "moved-on")
    ids = [rule.rule_id for rule in command.policy.rules] + [check.check_id for check in command.policy.checks]
    found = list(faults)
    for name in sorted({name for name in ids if ids.count(name) > 1 or not name}):
        found.append(f"the id {name!r} is empty or used twice")
    if found:
        return Refusal(f"The rules were not saved; the old ones hold. {'; '.join(found)}", "invalid")
    policy = Policy(current + 1, command.policy.rules, command.policy.checks)
    return [Fact(POLICY_STREAM, PolicySaved(policy, command.note))]


def decide_save_settings(workspace: Workspace, command: SaveSettings) -> Decided:
    """The whole settings."""
    settings = command.settings
    if not 0 <= settings.hold_seconds <= 60:
        return Refusal("The hold is 0 to 60 seconds; the old setting stays.", "invalid")
    if settings.day_cap_micros < 0 or not settings.title.strip():
        return Refusal("The title must not be empty and the cap not negative; the old settings stay.", "invalid")
    if settings == workspace.settings:
        return Refusal("Nothing was changed.", "same")
    return [Fact(WORKSPACE_STREAM, SettingsSaved(settings))]


def decide_save_operator(workspace: Workspace, command: SaveOperator) -> Decided:
    """Add or change a person; one active person always stays."""
    operator = command.operator
    if not operator.operator_id or not set(operator.operator_id) <= NAME_CHARACTERS or not operator.name.strip():
        return Refusal("An operator needs a name, and a short id of a-z, 0-9 and -.", "invalid")
    if operator.operator_id == RUNTIME:
        return Refusal(f"{RUNTIME} is the program's own name in the journal; choose another id.", "invalid")
    others = [one for one in workspace.operators.values() if one.operator_id != operator.operator_id and one.active]
    if not operator.active and not others:
        return Refusal("The last active operator stays; add another one first.", "last")
    return [Fact(OPERATORS_STREAM, OperatorSaved(operator))]
