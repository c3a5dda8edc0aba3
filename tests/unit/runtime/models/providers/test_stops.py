"""Every way an answer can stop has its consequence, and none of them lets a call run that should not."""

import json
from typing import get_args

import pytest

from runtime.domain.words import DecisionKind
from runtime.models.interface import ToolOffer
from runtime.models.providers.answer import Answer, StreamedFault, Unreadable, Wanted
from runtime.models.providers.deciding import EmptyAnswer, decision_from
from runtime.models.providers.offer import Offer
from runtime.models.providers.stops import CONSEQUENCES, Ending, ending_of
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, KINDS, OPENAI, STOPS
from tests.wire.replaying import request_with

TOOLS = [("files.write", {"type": "object", "properties": {"path": {"type": "string"}}})]
OFFER = Offer([ToolOffer(name, "", json.dumps(schema).encode()) for name, schema in TOOLS])
REQUEST = request_with([(name, dict(schema)) for name, schema in TOOLS])
CALL = Wanted("c1", "files_write", '{"path":"a","confidence":0.9,"reason":"because"}')
ALL = [(kind, stop) for kind, stops in STOPS.items() for stop in stops]


def test_every_ending_has_a_consequence() -> None:
    assert set(CONSEQUENCES) == set(Ending)
    assert [ending for ending, one in CONSEQUENCES.items() if one.calls_run] == [Ending.WHOLE]
    assert all(one.sentence.endswith(".") for ending, one in CONSEQUENCES.items() if ending is not Ending.WHOLE)


def test_every_stop_the_installed_sdks_know_is_in_the_table() -> None:
    from anthropic.types import StopReason
    from openai.types.chat.chat_completion import Choice
    from openai.types.responses.response import IncompleteDetails

    assert set(get_args(StopReason)) <= set(STOPS[ANTHROPIC])
    finish = Choice.model_fields["finish_reason"].annotation
    assert set(get_args(finish)) <= set(STOPS[COMPATIBLE])
    reasons = get_args(get_args(IncompleteDetails.model_fields["reason"].annotation)[0])
    assert set(reasons) <= set(STOPS[OPENAI])


WHOLE = {
    ANTHROPIC: {"end_turn", "tool_use", "stop_sequence"},
    OPENAI: {"completed"},
    COMPATIBLE: {"stop", "tool_calls", "function_call", "eos", "eos_token", "end_turn", "stop_sequence", "tool_use"},
}
"""The words after which calls may run, as each API's documentation and those of servers like it say."""


def test_calls_may_run_after_these_words_alone() -> None:
    told = {kind: {stop for stop, ending in stops.items() if ending is Ending.WHOLE} for kind, stops in STOPS.items()}
    assert told == WHOLE
    cut = {STOPS[ANTHROPIC]["max_tokens"], STOPS[OPENAI]["max_output_tokens"], STOPS[COMPATIBLE]["length"]}
    assert cut == {Ending.CUT}
    assert STOPS[ANTHROPIC]["pause_turn"] is Ending.PAUSED


@pytest.mark.parametrize(("kind", "stop"), [*ALL, *((kind, "something_new") for kind in KINDS)])
def test_calls_run_only_where_the_table_says_so(kind: str, stop: str) -> None:
    answer = Answer(stop, "I write.", calls=(CALL,))
    ending = ending_of(STOPS[kind], stop)
    if ending is Ending.BROKEN:
        with pytest.raises(StreamedFault):
            decision_from(answer, OFFER, REQUEST, STOPS[kind])
        return
    decision = decision_from(answer, OFFER, REQUEST, STOPS[kind])
    if ending is Ending.WHOLE:
        assert [(call.tool, call.arguments) for call in decision.calls] == [("files.write", '{"path":"a"}')]
        assert (decision.kind, decision.confidence) == (DecisionKind.ACT, 0.9)
        return
    assert decision.calls == ()
    if ending is Ending.PAUSED:
        assert decision.kind is DecisionKind.ACT  # without calls: the run's next turn asks again
        return
    assert decision.kind is DecisionKind.ESCALATE
    assert CONSEQUENCES[ending].sentence in decision.text
    assert "I write." in decision.text
    if ending is Ending.STRANGE:
        assert stop in decision.text


def chosen(*calls: Wanted, text: str = "") -> Answer:
    return Answer("tool_use", text, calls=calls)


def decided(answer: Answer) -> object:
    return decision_from(answer, OFFER, REQUEST, STOPS[ANTHROPIC])


def test_words_of_refusal_are_a_refusal_whatever_the_stop() -> None:
    decision = decision_from(Answer("stop", refusal="I cannot."), OFFER, REQUEST, STOPS[COMPATIBLE])
    assert decision.kind is DecisionKind.ESCALATE
    assert decision.text.endswith("I cannot.")


def test_two_calls_with_one_id_are_refused() -> None:
    with pytest.raises(Unreadable, match="same id"):
        decided(chosen(CALL, CALL))


def test_calls_without_ids_are_taken_as_they_come() -> None:
    anonymous = Wanted("", CALL.name, CALL.arguments)
    decision = decision_from(chosen(anonymous, anonymous), OFFER, REQUEST, STOPS[ANTHROPIC])
    assert len(decision.calls) == 2


def test_a_call_without_a_name_is_refused() -> None:
    with pytest.raises(Unreadable, match="no tool"):
        decided(chosen(Wanted("c1", "", "{}")))


def test_an_answer_with_very_many_calls_is_refused() -> None:
    with pytest.raises(Unreadable, match="100 calls"):
        decided(chosen(*(Wanted(f"c{n}", "files_write", "{}") for n in range(100))))


def test_an_unknown_tool_goes_to_the_gate_under_its_own_name() -> None:
    decision = decision_from(chosen(Wanted("c1", "rm -rf", "{}")), OFFER, REQUEST, STOPS[ANTHROPIC])
    assert decision.calls[0].tool == "rm -rf"
    assert decision.confidence is None


def test_one_call_without_confidence_leaves_the_whole_decision_without() -> None:
    other = Wanted("c2", "files_write", '{"path":"b"}')
    decision = decision_from(chosen(CALL, other), OFFER, REQUEST, STOPS[ANTHROPIC])
    assert [call.confidence for call in decision.calls] == [0.9, None]
    assert decision.confidence is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("end_with_result", DecisionKind.COMPLETE),
        ("end_with_person", DecisionKind.ESCALATE),
        ("wait_to_be_told", DecisionKind.WAIT),
    ],
)
def test_a_turn_ends_in_the_way_it_says(name: str, kind: DecisionKind) -> None:
    ended = Wanted("c1", name, '{"text":"So it is.","confidence":0.8,"reason":"Seen."}')
    decision = decision_from(chosen(ended), OFFER, REQUEST, STOPS[ANTHROPIC])
    assert (decision.kind, decision.text, decision.confidence, decision.reason) == (kind, "So it is.", 0.8, "Seen.")


def test_an_end_beside_calls_is_passed_over_until_their_results_were_seen() -> None:
    ended = Wanted("c2", "end_with_result", '{"text":"Done."}')
    decision = decision_from(chosen(CALL, ended), OFFER, REQUEST, STOPS[ANTHROPIC])
    assert decision.kind is DecisionKind.ACT
    assert [call.tool for call in decision.calls] == ["files.write"]


def test_of_two_ends_the_person_is_chosen() -> None:
    done = Wanted("c1", "end_with_result", '{"text":"Done."}')
    person = Wanted("c2", "end_with_person", '{"text":"Look at it."}')
    assert decision_from(chosen(done, person), OFFER, REQUEST, STOPS[ANTHROPIC]).kind is DecisionKind.ESCALATE


def test_an_end_that_says_nothing_is_refused() -> None:
    with pytest.raises(Unreadable, match="does not say anything"):
        decided(chosen(Wanted("c1", "end_with_result", "{")))


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_at_all_is_no_answer(text: str) -> None:
    with pytest.raises(EmptyAnswer):
        decided(Answer("end_turn", text))
