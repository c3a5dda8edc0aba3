"""Agent files: what is written is read back exactly, and every fault is told with its place."""

import string
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.action import canonical
from runtime.domain.agent_spec import AgentSpec, AskTimes, Limits, ModelRoute, Quota, ToolGrant
from runtime.domain.ids import AgentName
from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec, ValueSpec
from runtime.domain.policy import Policy, Rule, SafetyCheck
from runtime.domain.words import VerdictKind
from runtime.operations.agent_file import read_agent_file, write_agent_file
from runtime.operations.policy_file import read_policy_file, write_policy_file

letters = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.text(string.ascii_letters, min_size=1, max_size=6)
numbers = st.floats(0, 1, allow_nan=False)
counts = st.integers(0, 10**6)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e6, 1e6) | letters,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(letters, inner, max_size=3),
    max_leaves=5,
)
tables = st.dictionaries(letters, json_values, max_size=3)
options = tables.map(canonical) | st.just('{ "b": 1 }')
verdicts = st.sampled_from(VerdictKind)
values = st.builds(ValueSpec, names, letters, letters, letters, st.booleans())
steps = st.builds(StepSpec, names, letters, letters, tables, letters, confidence=st.none() | numbers, say=letters)


def tuples(kind: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(kind, max_size=2).map(tuple)


intents = st.builds(IntentSpec, names, letters, tuples(letters), tuples(values), tuples(steps))
playbooks = st.builds(PlaybookSpec, tuples(intents), numbers, counts, tuples(values))
chains = tuples(letters)
agents = st.builds(
    AgentSpec,
    names.map(AgentName),
    letters,
    letters,
    st.builds(ModelRoute, chains, chains, chains, chains, numbers, counts),
    tuples(st.builds(ToolGrant, names, options, tuples(names))),
    numbers,
    st.builds(Limits, counts, counts, counts, counts, counts),
    tuples(st.builds(Quota, names, letters, letters, st.none() | counts, st.none() | counts, verdicts)),
    st.builds(AskTimes, counts, counts),
    letters,
    counts,
    st.none() | playbooks,
    letters,
)


@settings(max_examples=60, deadline=None)
@given(agents)
def test_what_is_written_is_read_back_exactly(agent: AgentSpec) -> None:
    assert read_agent_file(write_agent_file(agent)) == agent


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_an_agent_or_a_list_of_faults(text: str) -> None:
    found = read_agent_file(text)
    assert isinstance(found, AgentSpec) or (found and all(fault.endswith((".", "?")) for fault in found))


GOOD = """
name = "desk"
role = "support"

[[tools]]
family = "files"

[tools.options]
folder = "products"

[[playbook.intents]]
name = "a"
title = "A"

[[playbook.intents.steps]]
id = "s"
title = "S"
tool = "files.read"
arguments = { path = "x" }
"""


def faults(text: str) -> tuple[str, ...]:
    found = read_agent_file(text)
    assert isinstance(found, tuple)
    return found


def test_a_file_reads_as_it_is_meant() -> None:
    agent = read_agent_file(GOOD)
    assert isinstance(agent, AgentSpec)
    assert agent.tools == (ToolGrant("files", '{"folder":"products"}'),)
    assert agent.playbook is not None
    assert agent.playbook.intents[0].steps[0].arguments == {"path": "x"}
    assert read_agent_file(GOOD.replace("\n", "\r\n")) == agent


def test_a_written_file_is_readable_by_people() -> None:
    spec = read_agent_file(GOOD)
    assert isinstance(spec, AgentSpec)
    text = write_agent_file(spec)
    assert "confidence_threshold" not in text
    assert 'folder = "products"' in text


def test_every_fault_is_listed_with_its_place() -> None:
    broken = (
        GOOD.replace('tool = "files.read"', "tool = 7\nwhenn = 'x'")
        .replace('title = "A"', "")
        .replace('role = "support"', "role = true\nlimits = { turns = 1.5 }")
        .replace('family = "files"', 'family = "files"\nonly = "files.read"')
    )
    found = faults(broken)
    assert len(found) == 6
    for start in (
        "playbook.intents[0].steps[0].tool: a text is expected here, not the number 7",
        "playbook.intents[0].steps[0].whenn: this key is not known. Did you mean when?",
        "playbook.intents[0].title: it is missing",
        "role: a text is expected here, not true",
        "limits.turns: a whole number is expected",
        "tools[0].only: a list is expected",
    ):
        assert any(fault.startswith(start) for fault in found), (start, found)


def test_faults_of_the_notation_have_line_and_column() -> None:
    assert "line 2, column 8" in faults('name = "x"\nrole = \n')[0]


def test_what_has_no_meaning_here_is_refused() -> None:
    quota = GOOD.replace("[[tools]]", '[[quotas]]\nquota_id = "q"\ntools = "t"\nverdict = "maybe"\n[[tools]]', 1)
    assert "quotas[0].verdict: 'maybe' is not one of allow, ask, deny." in faults(quota)
    assert "as text, in quotes" in faults(GOOD.replace('folder = "products"', "folder = 2026-01-01"))[0]
    assert "is not a number" in faults(GOOD.replace('path = "x"', "path = nan"))[0]
    assert faults(GOOD.replace('"desk"', '" "')) == ("name: it is empty.",)
    assert "Not JSON" in faults(GOOD.replace('{ path = "x" }', '"{"'))[0]


def test_a_policy_file_is_read_back_exactly() -> None:
    rule = Rule("r1", VerdictKind.ASK, "desk", "mail.*", note="A person reads it.")
    policy = Policy(
        0, (rule,), (SafetyCheck("c1", "amount_cents > 5000", VerdictKind.ASK, "More than $50.", priority=1),)
    )
    assert read_policy_file(write_policy_file(policy)) == policy
    assert read_policy_file("version = 3") == ("version: it is counted by the console; leave it out.",)
    found = read_policy_file('[[rules]]\nrule_id = "x"\nverdict = "perhaps"\n')
    assert found == ("rules[0].verdict: 'perhaps' is not one of allow, ask, deny.",)
