"""The ready agents as a person meets them: saved as they come, honest without a key, and at work with a model."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.commands import StartRun
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.ids import AgentName, RunId
from runtime.domain.policy import Rule
from runtime.domain.task import Task
from runtime.domain.words import CallStatus, Outcome, RunState, VerdictKind
from runtime.domain.workspace_state import Agent
from runtime.engine.surroundings import Surroundings
from runtime.engine.taught_models import TaughtModels
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.scripted import ScriptedModel
from runtime.operations.agent_file import read_agent_file
from runtime.operations.new_ids import new_run_id
from runtime.tools import sandbox
from runtime.tools.contract import PreviewKind
from storage.blobs import BlobStore
from tests.fixtures.room import PLAN, Room, act, done, furnished
from tests.fixtures.tool_cases.repository_cases import as_person, repository, state

AGENTS = Path(__file__).resolve().parents[2] / "resources" / "agents"
ALLOW_ALL = Rule("all", VerdictKind.ALLOW)
pytestmark = pytest.mark.may_block("the tests themselves look at files and call git")
Step = Callable[[list[Any]], Decision]


def agent(name: str) -> AgentSpec:
    """As it comes with the program."""
    found = read_agent_file((AGENTS / f"{name}.toml").read_text("utf-8"))
    assert isinstance(found, AgentSpec), found
    return found


class Reader:
    """A model whose steps see what the tools answered so far."""

    label = "scripted"

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = list(steps)

    async def model_for(self, route: str, agent: Agent, spec: AgentSpec) -> Model:
        return self

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        return await ScriptedModel([PLAN]).plan(request, on_text)

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        outputs = [json.loads(call.output) for turn in request.past for call in turn.calls if call.outcome == "ok"]
        return await ScriptedModel([self._steps[len(request.past)](outputs)]).act(request, on_text)


async def start(room: Room, name: str) -> RunId:
    """Give it a task."""
    run_id = new_run_id()
    await room.do(StartRun(run_id, AgentName(name), Task("A task", "A task", trusted=True), "anna"))
    return run_id


@pytest.mark.parametrize("name", sorted(path.stem for path in AGENTS.glob("*.toml")))
async def test_it_is_saved_as_it_comes_and_says_without_a_key_what_is_missing(name: str, tmp_path: Path) -> None:
    models = TaughtModels(BlobStore(tmp_path / "blobs")).model_for
    spec = agent(name)
    async with furnished(tmp_path, spec=spec, around=Surroundings(models=models)) as room:
        assert room.own.registry.faults(spec) == []
        run_id = await start(room, name)
        await room.until(lambda: room.run(run_id).state is RunState.WAITING)
        assert "There is no key for anthropic. Put one into the settings." in room.run(run_id).waiting_for


async def test_research_marks_what_has_no_source_and_searches_no_further_than_its_quota(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "returns.md").write_text("# Returns\nMugs are taken back within 30 days.\n")
    spec = agent("research")
    spec = msgspec.structs.replace(spec, quotas=(msgspec.structs.replace(spec.quotas[0], per_run=1),))
    claims = [
        {"text": "Mugs come back for 30 days.", "sources": [{"id": "returns.md", "quote": "within 30 days"}]},
        {"text": "Lamps too.", "sources": [{"id": "lamps.md"}]},
        {"text": "Everybody knows that."},
    ]
    steps: list[Step] = [
        lambda outputs: act(("documents.search", {"query": "mugs back"})),
        lambda outputs: act(("documents.search", {"query": "lamps"})),
        lambda outputs: act(("documents.answer", {"claims": claims})),
        lambda outputs: done(outputs[-1]["text"]),
    ]
    model = Reader(steps).model_for
    async with furnished(tmp_path, ALLOW_ALL, spec=spec, around=Surroundings(models=model)) as room:
        run = await room.finished(await start(room, "research"))
        assert [call.status for call in run.calls] == [CallStatus.ENDED, CallStatus.REFUSED, CallStatus.ENDED]
        assert run.outcome is Outcome.COMPLETED
        assert "Mugs come back for 30 days. [returns.md]" in run.summary
        assert "Lamps too. [lamps.md; unknown document: lamps.md]" in run.summary
        assert "Everybody knows that. [no source]" in run.summary


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("research", "Not so: The answer was handed in claim by claim, with documents or marked as without a source."),
        ("code-maintenance", "Not so: The tests were run, and passed the last time."),
    ],
)
async def test_its_own_word_that_it_is_done_is_not_enough(name: str, missing: str, tmp_path: Path) -> None:
    for folder in ("documents", "repository"):
        (tmp_path / folder).mkdir()
    model = Reader([lambda outputs: done("All is as it should be.")]).model_for
    async with furnished(tmp_path, ALLOW_ALL, spec=agent(name), around=Surroundings(models=model)) as room:
        run = await room.finished(await start(room, name))
        assert run.outcome is Outcome.ESCALATED
        assert missing in run.summary


@pytest.mark.skipif(bool(sandbox.unavailable()), reason=sandbox.unavailable())
async def test_maintenance_mends_tests_proposes_and_is_rolled_back(tmp_path: Path) -> None:
    repository(tmp_path)
    (tmp_path / "shop-code").rename(tmp_path / "repository")
    (tmp_path / "shop-code").symlink_to("repository")  # for ``state``
    spec = agent("code-maintenance")
    options = {**json.loads(spec.tools[0].options), "tests": [{"name": "all", "command": ["python3", "check.py"]}]}
    spec = msgspec.structs.replace(spec, tools=(msgspec.structs.replace(spec.tools[0], options=json.dumps(options)),))
    before = state(tmp_path)

    def in_copy(outputs: list[Any], verb: str, **arguments: Any) -> Decision:
        return act((f"repository.{verb}", {"working_copy": outputs[0]["working_copy"], **arguments}))

    def propose(outputs: list[Any]) -> Decision:
        assert outputs[2]["passed"]
        return in_copy(outputs, "apply", changes=outputs[3]["changes"], branch="rate", message="Mend the rate")

    steps: list[Step] = [
        lambda outputs: act(("repository.copy", {})),
        lambda outputs: in_copy(outputs, "edit", path="price.py", find="118", replace="119"),
        lambda outputs: in_copy(outputs, "test", name="all"),
        lambda outputs: in_copy(outputs, "diff"),
        propose,
        lambda outputs: done(outputs[-1]["commit"]),
    ]
    model = Reader(steps).model_for
    async with furnished(tmp_path, ALLOW_ALL, spec=spec, around=Surroundings(models=model)) as room:
        run_id = await start(room, "code-maintenance")
        ask = await room.asked(run_id)
        assert (ask.raised.action.tool, state(tmp_path)[0], state(tmp_path)[3]) == (  # type: ignore[index]
            "repository.apply",
            before[0],  # type: ignore[index]
            before[3],  # type: ignore[index]
        )
        tool = room.own.registry.tools_for(spec)["repository.apply"]
        shown = await room.own.engine.runner.preview(tool, ask.raised.action.arguments)
        assert shown.kind is PreviewKind.DIFF
        assert "-    return net * 118 // 100\n+    return net * 119 // 100\n" in shown.body
        await room.approve(ask)
        run = await room.finished(run_id)
        assert run.outcome is Outcome.COMPLETED, run.summary
        assert as_person(tmp_path / "repository", "show", "agent/rate:price.py").endswith("119 // 100")
        await room.roll_back(run_id)
        assert state(tmp_path) == before
