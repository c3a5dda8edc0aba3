"""The runner lets nothing escape: whatever a tool does, the caller gets a value that says what is known."""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel, ConfigDict

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import CallOutcome, EffectKind, Idempotency, Tier
from runtime.tools.contract import (
    Appraisal,
    Failure,
    Happened,
    Preview,
    PreviewKind,
    Probe,
    ToolContext,
    ToolContract,
    ToolFailed,
    ToolResult,
)
from runtime.tools.runner import Runner
from runtime.tools.sentences import ContractBroken
from runtime.tools.stopping import STOPPED_FAILURE, stop_if_asked

KEY = "a" * 64


class Point(BaseModel):
    model_config = ConfigDict(extra="forbid")
    x: int = 0
    note: str = ""


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    value: int


class NoBlobs:
    def put(self, content: bytes) -> str:
        raise AssertionError("not used here")

    def get(self, digest: str) -> bytes:
        raise AssertionError("not used here")


class OneTool:
    """A tool whose every method does what the test says."""

    def __init__(self, do: Callable[[BaseModel, ToolContext], Any], effect: EffectKind, limit_s: float = 30) -> None:
        self._do = do
        self.contract = ToolContract(
            name="test.one",
            version=1,
            purpose="Does what the test says.",
            input=Point,
            output=Answer,
            failures=(Failure("late", "It is too late.", passing=True), STOPPED_FAILURE),
            effect=effect,
            scope="nothing",
            idempotency=Idempotency.QUERYABLE,
            time_limit_s=limit_s,
            undo="Nothing to undo.",
        )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        self._do(arguments, context)
        return Appraisal("One", "one", "nothing", Tier.NOTHING)

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        self._do(arguments, context)
        return Preview(PreviewKind.TEXT, "One")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        return cast(ToolResult, self._do(arguments, context))

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        return Probe(Happened.YES, "It did.", cast(ToolResult, self._do(arguments, context)))

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        return cast(UndoForecast, self._do(Point(), context))

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        return cast(tuple[UndoOutcome, str], self._do(Point(), context))


def good(arguments: BaseModel, context: ToolContext) -> ToolResult:
    return ToolResult(Answer(value=cast(Point, arguments).x), "Done.")


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path, NoBlobs(), lambda account: None)


async def run(runner: Runner, tool: OneTool, text: str = '{"x":1}') -> Any:
    return await runner.run(tool, text, KEY, threading.Event())


def test_arguments_become_the_canonical_text_of_what_is_executed(runner: Runner) -> None:
    tool = OneTool(good, EffectKind.READ)
    checked = runner.check(tool, '{ "note":"é", "x": 1.0 }')
    assert checked.arguments == '{"note":"é","x":1}'
    assert checked.model == Point(x=1, note="é")
    assert runner.check(tool, "{}").arguments == "{}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"y":1}', "y: there is no such name. Known here: x, note."),
        ('{"x":"1"}', "x: input should be a valid integer."),
        ('{"x":1,"x":2}', "given twice"),
        ("[]", "one JSON object"),
        ('{"x":9007199254740993}', "2^53"),
        ('{"note":"\\ud800"}', "no exact written form"),
        ('{"x":NaN}', "not a number JSON knows"),
    ],
)
def test_arguments_outside_the_contract_are_refused_with_their_place(runner: Runner, text: str, said: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        runner.check(OneTool(good, EffectKind.READ), text)
    assert said in str(caught.value)


async def test_a_result_is_canonical_json(runner: Runner) -> None:
    ran = await run(runner, OneTool(good, EffectKind.READ))
    assert (ran.outcome, ran.output, ran.summary) == (CallOutcome.OK, '{"value":1}', "Done.")


async def test_other_writing_than_the_judged_text_is_not_executed(runner: Runner) -> None:
    called: list[BaseModel] = []
    tool = OneTool(lambda arguments, context: called.append(arguments), EffectKind.REVERSIBLE)
    for text in ('{"x": 1}', '{"x":1.0}', '{"x":1,"y":2}'):
        ran = await run(runner, tool, text)
        assert (ran.outcome, ran.failure) == (CallOutcome.FAILED, "contract")
    assert called == []


@pytest.mark.parametrize(
    ("effect", "outcome"),
    [(EffectKind.READ, CallOutcome.FAILED), (EffectKind.REVERSIBLE, CallOutcome.UNKNOWN)],
)
class TestUnsureEnds:
    async def test_a_tool_that_raises(self, runner: Runner, effect: EffectKind, outcome: CallOutcome) -> None:
        ran = await run(runner, OneTool(lambda a, c: 1 / 0, effect))
        assert (ran.outcome, ran.failure) == (outcome, "crashed")
        assert "ZeroDivisionError" in ran.crash
        assert ("known" in ran.summary) is (outcome is CallOutcome.UNKNOWN)

    async def test_a_tool_that_ends_the_program(self, runner: Runner, effect: EffectKind, outcome: CallOutcome) -> None:
        def leave(arguments: BaseModel, context: ToolContext) -> None:
            raise SystemExit(3)

        assert (await run(runner, OneTool(leave, effect))).outcome is outcome

    @pytest.mark.parametrize(
        "answer", [None, ToolResult(Point(), "x"), ToolResult(Answer.model_construct(value="1"), "x")]
    )
    async def test_an_answer_outside_the_contract(
        self, runner: Runner, effect: EffectKind, outcome: CallOutcome, answer: Any
    ) -> None:
        ran = await run(runner, OneTool(lambda a, c: answer, effect))
        assert (ran.outcome, ran.failure) == (outcome, "outside-contract")

    async def test_a_tool_that_hangs(self, runner: Runner, effect: EffectKind, outcome: CallOutcome) -> None:
        release = threading.Event()
        ran = await run(runner, OneTool(lambda a, c: release.wait(), effect, limit_s=0.01))
        assert (ran.outcome, ran.failure) == (outcome, "time-limit")
        assert "left behind" in ran.summary
        assert runner.abandoned == (f"test.one {KEY[:8]}",)
        release.set()


async def test_a_hung_tool_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    runner = Runner(tmp_path, NoBlobs(), lambda account: None, at_once=1)
    release = threading.Event()
    await run(runner, OneTool(lambda a, c: release.wait(), EffectKind.READ, limit_s=0.01))
    assert (await run(runner, OneTool(good, EffectKind.READ))).outcome is CallOutcome.OK
    release.set()


async def test_a_declared_failure_keeps_its_words_and_says_whether_it_passes(runner: Runner) -> None:
    def fail(arguments: BaseModel, context: ToolContext) -> None:
        raise ToolFailed("late", "The office is closed.")

    ran = await run(runner, OneTool(fail, EffectKind.REVERSIBLE))
    assert (ran.outcome, ran.failure, ran.passing) == (CallOutcome.FAILED, "late", True)
    assert json.loads(ran.output) == {"failure": "late", "sentence": "The office is closed."}


async def test_an_uncertain_failure_is_unknown_and_keeps_the_undo_record(runner: Runner) -> None:
    def fail(arguments: BaseModel, context: ToolContext) -> None:
        context.remember(UndoRecord('{"was":1}'))
        raise ToolFailed("late", "The line broke.", uncertain=True)

    ran = await run(runner, OneTool(fail, EffectKind.REVERSIBLE))
    assert (ran.outcome, ran.undo) == (CallOutcome.UNKNOWN, UndoRecord('{"was":1}'))
    assert await asyncio.to_thread(runner.memo.recall, KEY) == UndoRecord('{"was":1}')


async def test_a_tool_that_sees_the_stop_is_cancelled(runner: Runner) -> None:
    stopped = threading.Event()
    stopped.set()
    ran = await runner.run(OneTool(lambda a, c: stop_if_asked(c), EffectKind.REVERSIBLE), "{}", KEY, stopped)
    assert ran.outcome is CallOutcome.CANCELLED


async def test_a_tool_that_ignores_the_stop_is_left_behind(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.tools.workers.STOP_GRACE_S", 0.01)
    stopped, release = threading.Event(), threading.Event()
    stopped.set()
    ran = await runner.run(OneTool(lambda a, c: release.wait(), EffectKind.READ), "{}", KEY, stopped)
    assert ran.outcome is CallOutcome.CANCELLED
    ran = await runner.run(OneTool(lambda a, c: release.wait(), EffectKind.IRREVERSIBLE), "{}", KEY, stopped)
    assert ran.outcome is CallOutcome.UNKNOWN
    release.set()


async def test_looking_never_raises_anything_but_a_sentence(runner: Runner) -> None:
    tool = OneTool(lambda a, c: 1 / 0, EffectKind.REVERSIBLE)
    for look in (runner.appraise, runner.preview):
        with pytest.raises(ToolFailed, match="broken"):
            await look(tool, "{}")
    assert (await runner.probe(tool, "{}", KEY)).happened is Happened.UNKNOWN
    assert (await runner.forecast_undo(tool, UndoRecord("{}"))).outcome is UndoOutcome.FAILED
    assert (await runner.undo(tool, UndoRecord("{}")))[0] is UndoOutcome.UNKNOWN


@pytest.mark.parametrize("answer", [None, 5, ("x", "y")], ids=str)
async def test_a_look_that_answers_nonsense_is_told_as_broken(runner: Runner, answer: Any) -> None:
    tool = OneTool(lambda a, c: answer, EffectKind.REVERSIBLE)
    tool.probe = tool.run  # type: ignore[method-assign, assignment]
    assert (await runner.probe(tool, "{}", KEY)).happened is Happened.UNKNOWN
    assert (await runner.forecast_undo(tool, UndoRecord("{}"))).outcome is UndoOutcome.FAILED
    assert (await runner.undo(tool, UndoRecord("{}")))[0] is UndoOutcome.UNKNOWN
    assert (await run(runner, tool)).outcome is CallOutcome.UNKNOWN
    undo = OneTool(lambda a, c: ToolResult(Answer(value=1), "Done.", answer), EffectKind.REVERSIBLE)
    assert (await run(runner, undo)).outcome is (CallOutcome.OK if answer is None else CallOutcome.UNKNOWN)


async def test_an_answer_without_measure_is_no_answer_and_a_long_sentence_is_cut(runner: Runner) -> None:
    class Text(BaseModel):
        value: list[str]

    def long(arguments: BaseModel, context: ToolContext) -> ToolResult:
        return ToolResult(Text(value=["x" * 8_000_001] * 2), "Done.")

    tool = OneTool(long, EffectKind.READ)
    tool.contract = replace(tool.contract, output=Text)
    ran = await run(runner, tool)
    assert (ran.outcome, "16,000,002 letters, and at most 16,000,000" in ran.summary) == (CallOutcome.FAILED, True)
    talkative = OneTool(lambda a, c: ToolResult(Answer(value=1), "s" * 5_000), EffectKind.READ)
    assert len((await run(runner, talkative)).summary) == 4_000


async def test_a_probe_returns_what_the_call_would_have(runner: Runner) -> None:
    found = await runner.probe(OneTool(good, EffectKind.REVERSIBLE), '{"x":4}', KEY)
    assert found.happened is Happened.YES
    assert found.ran is not None
    assert found.ran.output == '{"value":4}'
