"""A workspace at work for the benchmarks: the program's whole path with a model that answers at once and one tool."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from console.cli.collecting import YOUNG
from runtime.assembly import open_workspace
from runtime.domain.action import canonical
from runtime.domain.agent_spec import AgentSpec, Limits, ToolGrant
from runtime.domain.changes import Done
from runtime.domain.commands import Command, SaveAgent, SaveOperator, SavePolicy, StartRun
from runtime.domain.decision import Decision, PlannedWork, ProposedCall, Usage
from runtime.domain.envelope import Envelope
from runtime.domain.events.runs import RunFinished
from runtime.domain.ids import AgentName, RunId, StepId
from runtime.domain.plan import PlanStep
from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec
from runtime.domain.policy import Policy, Rule
from runtime.domain.settings import Operator
from runtime.domain.task import Task
from runtime.domain.words import DecisionKind, Outcome, VerdictKind
from runtime.domain.workspace_state import Agent
from runtime.engine.surroundings import Surroundings
from runtime.journal.subscriptions import Subscription
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.operations.new_ids import new_run_id
from runtime.workspace_runtime import WorkspaceRuntime
from tests.benchmarks.note_tool import TOOL, NoteFamily

STEPS = 20
SENT_BYTES, RECEIVED_BYTES = 4_000, 1_000
"""Of a small exchange with a provider; those of the first turns of a run are not larger."""
LONGEST_SILENCE_S = 120
GARBAGE_EVERY_S = 0.5
"""As often as the program's window does."""
AGENT = AgentName("bench")
NOTHING = IntentSpec("nothing", "Nothing", ("nothing",), steps=(StepSpec("end", "End", finish="completed"),))
PLAN = PlannedWork((PlanStep(StepId("s1"), "Do it"),), confidence=0.9)
DONE = Decision(DecisionKind.COMPLETE, "Done.")


class AtOnce:
    """The model: it plans, calls the tool ``steps`` times, and says that it is done; every answer comes at once."""

    label = "at once"

    def __init__(self, steps: int, *, exchanges: bool = False) -> None:
        self.steps = steps
        self.exchanges = exchanges
        """Whether it answers with the bodies of a request and an answer, as a provider does; they are kept as blobs."""

    async def model_for(self, route: str, agent: Agent, spec: AgentSpec) -> Model:
        return self

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        return Answered(PLAN, Usage(), b"", b"")

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        if request.turn > self.steps:
            return Answered(DONE, Usage(), b"", b"")
        arguments = canonical({"note": f"{request.run_id} step {request.turn}"})
        call = ProposedCall(TOOL, arguments, 0.9, "because", StepId("s1"))
        decision = Decision(DecisionKind.ACT, confidence=0.9, calls=(call,))
        if not self.exchanges:
            return Answered(decision, Usage(), b"", b"")
        sent, received = (arguments.encode().ljust(size, b" ") for size in (SENT_BYTES, RECEIVED_BYTES))
        return Answered(decision, Usage(), sent, received)


@asynccontextmanager
async def at_work(
    folder: Path, *, steps: int = STEPS, at_once: int = 1, threaded: bool = False, exchanges: bool = False
) -> AsyncIterator[WorkspaceRuntime]:
    """An open workspace whose policy allows everything; a mistake of the program ends the benchmark."""
    mistakes: list[BaseException] = []
    around = Surroundings(
        models=AtOnce(steps, exchanges=exchanges).model_for, families=(NoteFamily(threaded=threaded),)
    )
    runtime = await open_workspace(folder, on_crash=lambda error, doing: mistakes.append(error), around=around)
    try:
        if not await runtime.history.agents():
            await furnish(runtime, steps, at_once)
        async with _garbage_rounds():
            yield runtime
    finally:
        await runtime.close()
    if mistakes:
        raise mistakes[0]


@asynccontextmanager
async def _garbage_rounds() -> AsyncIterator[None]:
    """Collects garbage as the program does (console/garbage): what lives at the start never, the rest in rounds."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, *before[1:])
    gc.collect()
    gc.freeze()
    gc.disable()
    rounds = asyncio.create_task(_collect_in_rounds())
    try:
        yield
    finally:
        rounds.cancel()
        gc.unfreeze()
        gc.set_threshold(*before)
        gc.enable()


async def _collect_in_rounds() -> None:
    while True:
        await asyncio.sleep(GARBAGE_EVERY_S)
        due = [
            g for g, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > limit
        ]
        if due:
            gc.collect(due[-1])


async def furnish(runtime: WorkspaceRuntime, steps: int, at_once: int) -> None:
    """One operator, one agent, and the rule that allows everything."""
    await do(runtime, SaveOperator(Operator("anna", "Anna"), "anna"))
    limits = Limits(turns=steps + 1, effects=steps, seconds=36_000)
    grants, playbook = (ToolGrant("bench"),), PlaybookSpec((NOTHING,))
    spec = AgentSpec(AGENT, "Bench", tools=grants, limits=limits, at_once=at_once, playbook=playbook)
    await do(runtime, SaveAgent(spec, "anna"))
    version = (await runtime.history.policy()).version
    await do(runtime, SavePolicy(Policy(0, (Rule("all", VerdictKind.ALLOW),)), "anna", version))


async def do(runtime: WorkspaceRuntime, command: Command) -> None:
    """A command that must be accepted."""
    answer = await runtime.perform(command)
    if not isinstance(answer, Done):
        raise RuntimeError(f"Refused: {answer}")


async def run_together(runtime: WorkspaceRuntime, runs: int) -> float:
    """Start so many runs at the same moment; seconds until the last one is recorded as finished."""
    feed = runtime.watch()
    started = time.perf_counter()
    commands = [StartRun(new_run_id(), AGENT, Task(f"Task {n}", "Do it", trusted=True), "anna") for n in range(runs)]
    waiting: set[RunId] = {command.run_id for command in commands}
    try:
        async with asyncio.TaskGroup() as group:
            for command in commands:
                group.create_task(do(runtime, command))
            while waiting:
                for envelope in await _next(feed, len(waiting)):
                    if isinstance(envelope.event, RunFinished):
                        waiting.discard(envelope.event.run_id)
                        if envelope.event.outcome is not Outcome.COMPLETED:
                            raise RuntimeError(f"A run ended otherwise than it should: {envelope.event}")
                if feed.missed:
                    states = runtime._own.engine.states
                    waiting = {run_id for run_id in waiting if (run := states.run(run_id)) and not run.finished}
        return time.perf_counter() - started
    finally:
        feed.close()


async def _next(feed: Subscription, waiting: int) -> Sequence[Envelope]:
    """What became durable; silence is a mistake of the program and ends the benchmark."""
    try:
        async with asyncio.timeout(LONGEST_SILENCE_S):
            return await anext(feed)
    except TimeoutError as error:
        raise RuntimeError(f"Nothing happened for {LONGEST_SILENCE_S} s; {waiting} runs are not over.") from error
