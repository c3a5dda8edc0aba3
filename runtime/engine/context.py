"""What a model is given: the task, the plan, what was done and what came of it, what people said, the tools."""

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.run_state import Call, Run
from runtime.engine.reviewing import replan_words
from runtime.models.interface import ModelRequest, PastCall, PastTurn, ToolOffer
from runtime.tools.contract import Tool


def request_for(run: Run, spec: AgentSpec, tools: dict[str, Tool], carried: Mapping[int, bytes]) -> ModelRequest:
    """The request for the next plan or turn of a run. ``carried``: by turn, what its model must be given back."""
    return ModelRequest(
        run_id=run.run_id,
        turn=len(run.turns) + 1,
        agent=spec,
        task=run.task,
        plan=run.plan,
        past=Past(run, carried),
        notes=run.notes,
        tools=tuple(ToolOffer(name, tool.contract.purpose, tool.contract.schema_text) for name, tool in tools.items()),
        planning_confidence=run.planning_confidence,
        intent=run.intent,
        replan=replan_words(run, spec),
    )


class Past(Sequence[PastTurn]):
    """The earlier turns of a run, made when the model first reads them: many know what they do without."""

    __slots__ = ("_carried", "_run", "_turns")

    def __init__(self, run: Run, carried: Mapping[int, bytes]) -> None:
        self._run, self._carried = run, carried
        self._turns: tuple[PastTurn, ...] | None = None

    @property
    def turns(self) -> tuple[PastTurn, ...]:
        """All of them, oldest first."""
        if self._turns is None:
            self._turns = _past(self._run, self._carried)
        return self._turns

    def __len__(self) -> int:
        return len(self._run.turns)

    @overload
    def __getitem__(self, at: int) -> PastTurn: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[PastTurn, ...]: ...
    def __getitem__(self, at: int | slice) -> PastTurn | tuple[PastTurn, ...]:
        return self.turns[at]

    def __iter__(self) -> Iterator[PastTurn]:
        return iter(self.turns)


def _past(run: Run, carried: Mapping[int, bytes]) -> tuple[PastTurn, ...]:
    calls: list[list[PastCall]] = [[] for _ in run.turns]
    for call in run.calls:
        calls[call.turn - 1].append(_past_call(call))
    return tuple(
        PastTurn(turn, decision.text, tuple(made), carried.get(turn, b""))
        for turn, (decision, made) in enumerate(zip(run.turns, calls, strict=True), 1)
    )


def _past_call(call: Call) -> PastCall:
    outcome = call.refused or (str(call.outcome) if call.outcome else "")
    output = call.output if call.output else call.summary
    return PastCall(
        call.step_id,
        call.action.tool,
        call.action.arguments,
        outcome,
        output,
        call.failure,
        call.confidence,
        call.reason,
        call.call_id,
        call.output_blob if not call.output else "",
    )
