"""Every event has plain words, whatever is in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.events import EVENT_TYPES, Event
from runtime.domain.events.asks import AskApproved, AskClosed
from runtime.domain.events.effects import EffectFinished, EffectStarted
from runtime.domain.events.rollbacks import RollbackFinished
from runtime.domain.events.runs import RunQueued
from runtime.domain.ids import AgentName, AskId, CallId, RollbackId, RunId
from runtime.domain.task import Task
from runtime.domain.words import CallOutcome
from runtime.projections.sentences import event_words, sentence, told
from runtime.projections.telling import About, first_line, plain_name
from tests.fixtures.any_events import any_of

MARKS = {
    *("message", "call", "done", "failed", "warning", "ask", "approved", "rejected", "expired", "checkpoint", "paused"),
    *("resumed", "note", "undone", "conflict", "finished", "escalated", "plan", "denied"),
}
RUN, CALL = RunId("r"), CallId("1.1")


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: str(kind.__name__))
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_every_event_is_told(kind: type[Event], data: st.DataObject) -> None:
    said = told(data.draw(any_of(kind)), About(title="Refund", tool="shop.refund"), "operator:anna")
    assert said.words
    assert said.words[0].isupper()
    assert said.mark in MARKS
    assert said.sentence.strip()
    assert len(said.words) <= 60


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (AskApproved(AskId("a"), "anna", "d", 0, 10), "Approved"),
        (EffectStarted(RUN, CALL, "k", 1, 1), "Tool call started"),
        (EffectStarted(RUN, CALL, "k", 2, 1), "Tool call, attempt 2"),
        (EffectFinished(RUN, CALL, CallOutcome.OK, "ok"), "Tool call finished"),
        (EffectFinished(RUN, CALL, CallOutcome.FAILED, "no", again=True), "Tool call failed, trying again"),
        (EffectFinished(RUN, CALL, CallOutcome.UNKNOWN, "?"), "Tool call, outcome not known"),
        (RollbackFinished(RUN, RollbackId("b"), 4, 1), "Rolled back"),
    ],
)
def test_words(event: Event, words: str) -> None:
    assert event_words(event) == words


def test_expiry_is_told_apart_from_a_rejection() -> None:
    expired, rejected = (AskClosed(AskId("a"), how, "", seen=False) for how in ("expired", "rejected"))
    assert event_words(expired) == "Expired unseen, nobody answered in time"
    assert event_words(AskClosed(AskId("a"), "expired", "")) == "Expired seen, nobody answered in time"
    assert event_words(rejected) == "Rejected, agent told"
    assert (told(expired).mark, told(rejected).mark) == ("expired", "rejected")


def test_a_run_says_who_asked_or_where_it_came_from() -> None:
    task = Task("Refund for the lamp", "It broke.")
    assert sentence(RunQueued(RUN, AgentName("refunds"), 1, task, "trigger:inbox")) == (
        "From the inbox, for refunds: Refund for the lamp."
    )
    assert sentence(RunQueued(RUN, AgentName("refunds"), 1, task, "anna")) == (
        "anna asked refunds for: Refund for the lamp."
    )


def test_names_numbers_and_long_lines() -> None:
    assert sentence(RollbackFinished(RUN, RollbackId("b"), 1, 2)) == "Rolled back: 1 step undone, 2 left."
    assert [plain_name(by) for by in ("operator:anna", "agent:a@b@3", "console", "")] == [
        "anna",
        "a@b",
        "console",
        "nobody",
    ]
    assert first_line("\n\n  one two  \nthree") == "one two"
    assert first_line("word " * 60, 20) == "word word word…"
