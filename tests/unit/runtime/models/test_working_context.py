"""A bounded context: never over its budget, calls never without results, what people said last kept whole."""

import json
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ids import AgentName, StepId
from runtime.domain.plan import Plan, PlanStep
from runtime.domain.task import Task
from runtime.models.interface import ModelRequest, PastCall, PastTurn, ToolOffer
from runtime.models.prices import known_window
from runtime.models.providers.conversation import carry
from runtime.models.providers.known import PROVIDERS
from runtime.models.providers.offer import Offer
from runtime.models.windows import UNKNOWN_WINDOW, context_tokens, read_context_tokens
from runtime.models.working_context import BYTES_PER_TOKEN, LEAST_TOKENS, Head, TooSmall, bounded
from runtime.models.workspace_connections import LONGEST_ANSWER
from tests.fixtures.kinds import KINDS
from tests.unit.runtime.models.test_worst_case import no_key, provider
from tests.wire.api_rules import broken_rules
from tests.wire.test_many_turns import MODELS

EXAMPLES = 2_000 if os.environ.get("CONSOLE_LONG") else 60
BLOB = "ab" * 32
TOOL = ToolOffer("files.read", "Read a file", b'{"type":"object","properties":{"path":{"type":"string"}}}')


def made(
    turns: tuple[PastTurn, ...] = (), notes: tuple[str, ...] = (), task: str = "Look it up", tools: int = 1
) -> ModelRequest:
    plan = Plan(1, (PlanStep(StepId("s1"), "Read", "files.read"),), "")
    agent = AgentSpec(AgentName("clerk"), "Clerk")
    return ModelRequest("r1", len(turns) + 1, agent, Task("t", task), plan, turns, notes, (TOOL,) * tools)


def turn(number: int, output: str = '{"text":"x"}', outcome: str = "ok", calls: int = 1, **more: Any) -> PastTurn:
    past = tuple(
        PastCall("s1", "files.read", '{"path":"a"}', outcome, output, "", 0.9, "Needed.", f"{number}.{at + 1}", **more)
        for at in range(calls)
    )
    return PastTurn(number, f"I read, turn {number}.", past)


def body_of(kind: str, request: ModelRequest) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(json.dumps(provider(kind)._act_body(request, Offer(request.tools))))
    return body


def size_of(body: dict[str, Any]) -> int:
    return len(json.dumps(body, ensure_ascii=False).encode())


def test_what_fits_is_given_whole() -> None:
    request = made(tuple(turn(number) for number in range(1, 6)), ("Be quick.",))
    given_now = bounded(request, LEAST_TOKENS, {})
    assert tuple(given_now.past) == tuple(request.past)
    assert given_now.left_out is not None
    assert given_now.left_out.sentence == ""
    assert given_now.left_out.tokens <= LEAST_TOKENS


def test_older_turns_go_in_short_and_the_newest_whole() -> None:
    request = made(tuple(turn(number, json.dumps("y" * 2_000)) for number in range(1, 31)))
    given_now = bounded(request, LEAST_TOKENS, {})
    cut = given_now.left_out
    assert cut is not None
    assert 1 < cut.summarised < 30
    assert [one.turn for one in given_now.past] == list(range(cut.summarised + 1, 31))
    assert "turn 29" not in given_now.earlier
    assert f"turn {cut.summarised}: files.read" in given_now.earlier
    assert "as a summary" in cut.sentence


def test_the_cut_moves_in_strides_so_that_requests_begin_alike() -> None:
    turns = tuple(turn(number, json.dumps("y" * 1_000)) for number in range(1, 41))
    cuts = []
    for count in range(1, 41):
        left_out = bounded(made(turns[:count]), LEAST_TOKENS, {}).left_out
        assert left_out is not None
        cuts.append(left_out.summarised)
    assert cuts == sorted(cuts)
    assert len(set(cuts)) < 10  # not another beginning with each turn


def test_a_large_output_goes_by_its_first_lines_and_says_how_to_read_on() -> None:
    head = Head("first line\nsecond line\nthe third is c", 90_000)
    request = made((turn(1, "Read 90,000 characters", blob=BLOB),))
    given_now = bounded(request, 50_000, {BLOB: head})
    output = given_now.past[0].calls[0].output
    assert output.startswith("first line\nsecond line\n[")
    assert "of 90,000 characters. Read on with outputs.read, call '1.1', from 22" in output
    assert given_now.left_out is not None
    assert given_now.left_out.sentence == "1 large output by its beginning"


def test_the_newest_turn_alone_too_large_is_shortened_not_split() -> None:
    request = made((turn(1, json.dumps("z" * 15_000), calls=4),))
    given_now = bounded(request, LEAST_TOKENS, {})
    [only] = given_now.past
    assert len(only.calls) == 4
    assert all("Read on with outputs.read" in call.output for call in only.calls)


@pytest.mark.parametrize("calls", [20, 42, 200])
def test_a_newest_turn_with_many_calls_is_told_as_far_as_it_fits_and_never_lost(calls: int) -> None:
    output = json.dumps("z" * 3_000)
    given_now = bounded(made((turn(1), turn(2, output, calls=calls))), LEAST_TOKENS, {})
    cut = given_now.left_out
    assert cut is not None
    assert cut.tokens <= LEAST_TOKENS
    match calls:
        case 20:
            [only] = given_now.past
            assert len(only.calls) == calls
        case 42:
            assert given_now.earlier.count("turn 2: files.read") == calls
        case _:
            assert "turn 2: 200 calls, too many to be told one by one: files.read 200 ok." in given_now.earlier
            assert "Calls 2.1 to 2.200." in given_now.earlier


def test_a_long_task_is_cut_and_says_so() -> None:
    given_now = bounded(made(task="word " * 50_000), LEAST_TOKENS, {})
    assert given_now.left_out is not None
    assert given_now.left_out.task_characters > 200_000
    assert "characters of the task not at all" in given_now.left_out.sentence


def test_what_cannot_be_left_out_and_does_not_fit_is_told() -> None:
    with pytest.raises(TooSmall, match="Set a larger one"):
        bounded(made(notes=("n" * 40_000,)), LEAST_TOKENS, {})
    with pytest.raises(TooSmall):
        bounded(made(tools=60), LEAST_TOKENS, {})


TEXTS = ("", "short", 'é"\\\n漢😀{} ', "plain words and more of them ")
LENGTHS = (1, 1, 30, 600)
"""How often a text is repeated: up to what an output is at most before it becomes a blob."""
texts = st.tuples(st.sampled_from(range(len(TEXTS))), st.sampled_from(range(len(LENGTHS))))
one_call = st.tuples(st.sampled_from(["ok", "ok", "failed", "rejected", "denied", "", "unknown"]), texts, st.booleans())
histories = st.lists(st.tuples(texts, st.lists(one_call, max_size=4), st.booleans()), max_size=20)
History = list[tuple[tuple[int, int], list[tuple[str, tuple[int, int], bool]], bool]]


def written(text: tuple[int, int]) -> str:
    return TEXTS[text[0]] * LENGTHS[text[1]]


def turns_of(history: History, *, signed: bool = True) -> tuple[PastTurn, ...]:
    found = []
    for number, (said, calls, carries) in enumerate(history, 1):
        past = tuple(
            PastCall(
                "s1",
                "gone.tool" if large else "files.read",
                json.dumps({"path": written(output)[:300]}),
                outcome,
                written(output),
                "no-such-file" if outcome == "failed" else "",
                0.5,
                written(said)[:200],
                f"{number}.{at}",
                BLOB if large and outcome == "ok" else "",
            )
            for at, (outcome, output, large) in enumerate(calls, 1)
        )
        items = carry("x/a-model", [{"type": "reasoning", "text": written(said)}]) if signed and carries else b""
        found.append(PastTurn(number, written(said)[:1_000], past, items if not calls else b""))
    return tuple(found)


def within(request: ModelRequest, budget: int) -> ModelRequest | None:
    """The request; None where a person's answer, which is never cut, leaves no room, and only there."""
    try:
        return bounded(request, budget, {BLOB: Head("head\n" * 400, 70_000)})
    except TooSmall:
        said = [len(call.output) for one in request.past for call in one.calls if call.outcome == "rejected"]
        assert max(said, default=0) * 3 > budget, "nothing that may not be cut is so long"
        return None


def test_the_newest_turn_is_never_left_out_while_older_ones_are_told() -> None:
    """A person's answer of 17,400 characters does not fit; to tell only what was before it would mislead."""
    history = [((0, 0), [("ok", (0, 0), False)], False), ((0, 0), [("rejected", (3, 3), False)], False)]
    with pytest.raises(TooSmall):
        bounded(made(turns_of(history)), LEAST_TOKENS, {})


@pytest.mark.parametrize("kind", KINDS)
@given(
    history=histories,
    people=st.lists(texts, max_size=6),
    about=texts,
    budget=st.integers(9_000, 40_000),
)
@settings(max_examples=EXAMPLES)
def test_never_over_budget_nothing_split_and_people_heard(
    kind: str, history: History, people: list[tuple[int, int]], about: tuple[int, int], budget: int
) -> None:
    turns, notes, task = turns_of(history), [written(note)[:3_000] for note in people], written(about)
    request = made(turns, tuple(notes), task)
    given_now = within(request, budget)
    if given_now is None:
        return
    body = body_of(kind, given_now)
    assert size_of(body) <= budget * BYTES_PER_TOKEN
    cut = given_now.left_out
    assert cut is not None
    assert cut.tokens <= budget
    assert [one.turn for one in given_now.past] == [one.turn for one in turns[cut.summarised :]]
    for kept, before in zip(given_now.past, turns[cut.summarised :], strict=True):
        assert [call.call_id for call in kept.calls] == [call.call_id for call in before.calls]
    assert not turns or given_now.past or f"turn {turns[-1].turn}:" in given_now.earlier
    if notes:
        assert given_now.notes[-1] == notes[-1]
    newest = next((call for one in reversed(turns) for call in one.calls if call.outcome == "rejected"), None)
    if newest is not None and len(newest.output) < 1_000:
        told = given_now.earlier + "".join(call.output for one in given_now.past for call in one.calls)
        assert newest.output in told
    assert bounded(request, budget, {BLOB: Head("head\n" * 400, 70_000)}) == given_now


@pytest.mark.parametrize("kind", KINDS)
@given(history=histories, budget=st.integers(9_000, 20_000))
@settings(max_examples=EXAMPLES)
def test_what_is_given_holds_the_rules_of_each_api(kind: str, history: History, budget: int) -> None:
    given_now = within(made(turns_of(history, signed=False)), budget)
    if given_now is None:
        return
    model = PROVIDERS[kind](provider(kind)._connection, MODELS[kind], no_key, f"{kind}/m")
    body = json.loads(json.dumps(model._act_body(given_now, Offer(given_now.tools))))
    assert broken_rules(kind, body) == []


@pytest.mark.parametrize("route", ["anthropic/claude-opus-4-8", "compatible:lab/some-model"])
def test_a_longer_answer_leaves_less_room_for_what_is_read(route: str) -> None:
    usual, longer = read_context_tokens(route), read_context_tokens(route, LONGEST_ANSWER)
    assert LEAST_TOKENS <= longer < usual
    assert (context_tokens(route, 0), context_tokens(route, 0, LONGEST_ANSWER)) == (usual, longer)
    window = known_window(route) or UNKNOWN_WINDOW
    assert longer + min(LONGEST_ANSWER, window // 2) <= window
