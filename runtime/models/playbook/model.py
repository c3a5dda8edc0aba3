"""The playbook as a model: reads the task by its examples, plans the intent's steps and takes them one by one."""

import asyncio
import threading
from collections.abc import Callable, Sequence

from runtime.domain.action import canonical
from runtime.domain.agent_spec import PLAYBOOK_LABEL, AgentSpec
from runtime.domain.decision import Decision, PlannedWork, Usage
from runtime.domain.playbook_spec import PlaybookSpec
from runtime.models.examples import ExampleIndex
from runtime.models.interface import Answered, FaultKind, ModelFault, ModelRequest
from runtime.models.playbook.acting import next_decision
from runtime.models.playbook.planning import intent_named, plan_for, values_for
from runtime.models.playbook.reading import Reading, read_task


def labelled(playbook: PlaybookSpec) -> list[tuple[str, str]]:
    """The examples of a playbook as (text, intent)."""
    return [(example, intent.name) for intent in playbook.intents for example in intent.examples]


class PlaybookModel:
    """Deterministic, costs nothing, needs no network. One per agent revision; examples taught later are added."""

    def __init__(self, agent: AgentSpec, taught: Sequence[tuple[str, str]] = ()) -> None:
        self._playbook = agent.playbook
        self._name = agent.name
        self._taught = tuple(taught)
        self._index: ExampleIndex | None = None
        self._building = threading.Lock()

    @property
    def label(self) -> str:
        """How it is named on screen."""
        return PLAYBOOK_LABEL

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        """Classify, take the values, lay out the steps. Raises ModelFault."""
        playbook = self._needed()
        on_text(f"Reading {len(request.task.text):,} characters.\n")
        index = await asyncio.to_thread(self._examples, playbook)
        reading = await asyncio.to_thread(read_task, request.task, index)
        if request.intent and request.plan is None and request.planning_confidence is not None:
            told = f"a model was asked and said {request.intent}; the examples alone were not sure"
            reading = Reading(request.intent, request.planning_confidence, told)
        on_text(f"{reading.reason[:1].upper()}{reading.reason[1:]}.\n")
        intent = intent_named(playbook, reading.intent)
        if intent is not None:
            found = await asyncio.to_thread(values_for, playbook, intent, request.task)
            on_text("".join(f"Found {name.replace('_', ' ')}: {value}\n" for name, value in found.items()))
        work = await asyncio.to_thread(plan_for, playbook, reading, request.task)
        exchange = {"intent": reading.intent, "reason": reading.reason, "second": reading.second}
        return Answered(work, Usage(), self._sent(request), canonical(exchange).encode())

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        """The next step, from the steps and what became of the earlier ones. Raises ModelFault."""
        playbook = self._needed()
        decision = await asyncio.to_thread(next_decision, playbook, request)
        on_text(f"{decision.text}\n")
        if decision.reason and decision.reason != decision.text:
            on_text(f"{decision.reason}\n")
        received = {"kind": str(decision.kind), "text": decision.text, "calls": [call.tool for call in decision.calls]}
        return Answered(decision, Usage(), self._sent(request), canonical(received).encode())

    def _needed(self) -> PlaybookSpec:
        if self._playbook is None:
            sentence = f"The agent {self._name} names the playbook as its model but has none; add one in its file."
            raise ModelFault(FaultKind.FINAL, sentence)
        return self._playbook

    def _examples(self, playbook: PlaybookSpec) -> ExampleIndex:
        """Built when first needed, in a worker thread."""
        with self._building:
            if self._index is None:
                self._index = ExampleIndex([*labelled(playbook), *self._taught], playbook.neighbours)
            return self._index

    def _sent(self, request: ModelRequest) -> bytes:
        return canonical({"run": request.run_id, "turn": request.turn, "intent": request.intent}).encode()
