"""Shelving, handing over, looks and look-alikes: what is refused, in which words, and what is recorded."""

import pytest
from msgspec.structs import replace

from runtime.domain.decide_queue import (
    decide_hand_over,
    decide_pause_for_repeats,
    decide_return,
    decide_see,
    decide_shelve,
    decide_unshelve,
    why_not_each,
)
from runtime.domain.envelope import Fact
from runtime.domain.events.agents import AgentPaused
from runtime.domain.events.ask_care import AskHandedOver, AskReturned, AskSeen, AskShelved
from runtime.domain.events.asks import AskClosed
from runtime.domain.events.runs import NoteLeft
from runtime.domain.ids import AskId
from runtime.domain.queue_commands import HandOver, RuleEach, SeeAsk, ShelveAsk, UnshelveAsk
from runtime.domain.refusals import Refusal
from runtime.domain.repeats import Asked, does_not_take_no
from runtime.domain.run_state import Run
from runtime.domain.words import EffectKind, RunState, Tier
from runtime.domain.workspace_state import evolve_agent
from tests.fixtures.queue_asks import AGENT, HOUR, MINUTE, PEOPLE, WORKSPACE, a_run, an_ask

ASK = AskId("a1")


def ended() -> Run:
    """A run that is over: nobody is told anything any more."""
    return replace(a_run(), state=RunState.FINISHED)


def event_of(decided: list[Fact] | Refusal) -> object:
    assert not isinstance(decided, Refusal), decided.sentence
    (fact,) = decided
    return fact.event


def refused(decided: list[Fact] | Refusal) -> str:
    assert isinstance(decided, Refusal)
    return decided.sentence


def shelve(seconds: int, reason: str = "after lunch", **more: object) -> list[Fact] | Refusal:
    ask = an_ask(**more)  # type: ignore[arg-type]
    return decide_shelve(ask, ended(), 0, WORKSPACE, ShelveAsk(ASK, "anna", reason, seconds), HOUR)


def test_priority_three_is_shelved_for_eight_hours_at_most() -> None:
    assert event_of(shelve(8 * 3600)) == AskShelved(ASK, "anna", "after lunch", 9 * HOUR)
    assert refused(shelve(8 * 3600 + 1)) == "Priority 3 is shelved for 1 min to 8 h."
    assert refused(shelve(30)) == "Priority 3 is shelved for 1 min to 8 h."


def test_the_agent_is_told_before_its_next_step() -> None:
    decided = decide_shelve(an_ask(), a_run(), 0, WORKSPACE, ShelveAsk(ASK, "anna", "after lunch", 3600), HOUR)
    assert not isinstance(decided, Refusal)
    note = decided[1].event
    assert isinstance(note, NoteLeft)
    assert (note.by, note.text.endswith("Reason: after lunch")) == ("anna", True)


def test_priority_two_is_shelved_for_an_hour_at_most_and_priority_one_never() -> None:
    assert event_of(shelve(3600, tier=Tier.WIDE)) == AskShelved(ASK, "anna", "after lunch", 2 * HOUR)
    assert refused(shelve(3601, tier=Tier.WIDE)) == "Priority 2 is shelved for 1 min to 1 h."
    never = "Priority 1 is never shelved: it cannot be undone, or is wanted within 5 min."
    assert refused(shelve(600, tier=Tier.FINAL)) == never
    assert refused(shelve(60, answer_by=HOUR + 4 * MINUTE)) == never


def test_it_returns_at_the_latest_when_it_becomes_urgent() -> None:
    assert event_of(shelve(3600, answer_by=HOUR + 25 * MINUTE)) == AskShelved(
        ASK, "anna", "after lunch", HOUR + 20 * MINUTE
    )


def test_shelving_needs_a_reason_and_has_ten_places() -> None:
    assert refused(shelve(600, " ")).startswith("Shelving needs a reason")
    full = decide_shelve(an_ask(), ended(), 10, WORKSPACE, ShelveAsk(ASK, "anna", "later", 600), HOUR)
    assert refused(full) == "10 requests are shelved already, which is the most. Answer one of them first."


def test_it_returns_by_itself_at_its_time_and_not_before() -> None:
    shelved = replace(an_ask(), shelved_until=2 * HOUR)
    assert isinstance(decide_return(shelved, 2 * HOUR - 1), Refusal)
    assert event_of(decide_return(shelved, 2 * HOUR)) == AskReturned(ASK, "console")
    assert event_of(decide_unshelve(shelved, WORKSPACE, UnshelveAsk(ASK, "ben"))) == AskReturned(ASK, "ben")
    assert isinstance(decide_unshelve(an_ask(), WORKSPACE, UnshelveAsk(ASK, "ben")), Refusal)


def test_handing_over_names_somebody_who_decides_here() -> None:
    assert event_of(decide_hand_over(an_ask(), WORKSPACE, HandOver(ASK, "anna", "ben", " yours? "))) == AskHandedOver(
        ASK, "anna", "ben", "yours?"
    )
    assert isinstance(decide_hand_over(an_ask(), WORKSPACE, HandOver(ASK, "anna", "gone")), Refusal)
    assert isinstance(decide_hand_over(an_ask(), WORKSPACE, HandOver(ASK, "", "ben")), Refusal)
    held = replace(an_ask(), holder="ben")
    assert refused(decide_hand_over(held, WORKSPACE, HandOver(ASK, "anna", "ben"))) == "Ben holds it already."
    assert event_of(decide_hand_over(held, WORKSPACE, HandOver(ASK, "anna", ""))) == AskHandedOver(ASK, "anna", "")


def test_only_the_first_look_is_recorded_also_while_approvals_are_off() -> None:
    broken = replace(WORKSPACE, chain_broken="Entry 3 was changed.")
    assert event_of(decide_see(an_ask(), broken, SeeAsk(ASK, "anna"))) == AskSeen(ASK, "anna")
    assert decide_see(replace(an_ask(), seen_at=1), WORKSPACE, SeeAsk(ASK, "ben")) == []
    assert isinstance(decide_see(an_ask(), WORKSPACE, SeeAsk(ASK, "gone")), Refusal)


def each(*names: str, ruling: str = "approve", reason: str = "") -> RuleEach:
    return RuleEach(tuple((AskId(name), f"digest of {name}") for name in names), "anna", ruling, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"tool": "files.move"}, "They are not alike"),
        ({"rule": "other"}, "They are not alike"),
        ({"effect": EffectKind.IRREVERSIBLE}, "What cannot be restored exactly"),
        ({"effect": EffectKind.COMPENSABLE}, "What cannot be restored exactly"),
        ({"tier": Tier.FINAL}, "What is urgent is decided one by one."),
        ({"answer_by": HOUR + 4 * MINUTE}, "What is urgent is decided one by one."),
    ],
)
def test_only_look_alikes_that_can_be_restored_and_are_not_urgent_stand_in_a_group(
    other: dict[str, object], why: str
) -> None:
    assert why_not_each([an_ask("a1"), an_ask("a2")], each("a1", "a2"), HOUR) is None
    found = why_not_each([an_ask("a1"), an_ask("a2", **other)], each("a1", "a2"), HOUR)  # type: ignore[arg-type]
    assert found is not None
    assert found.sentence.startswith(why)


def test_a_group_has_at_most_ten_and_nothing_twice() -> None:
    many = [an_ask(f"a{at}") for at in range(11)]
    assert why_not_each(many[:10], each(*(f"a{at}" for at in range(10))), HOUR) is None
    assert why_not_each(many, each(*(f"a{at}" for at in range(11))), HOUR) is not None
    assert why_not_each([many[0], many[0]], each("a0", "a0"), HOUR) is not None
    assert why_not_each([], each(), HOUR) is not None


def test_repeats_of_the_very_same_may_be_rejected_together_whatever_they_are() -> None:
    final = [an_ask(name, tier=Tier.FINAL, effect=EffectKind.IRREVERSIBLE) for name in ("a1", "a2")]
    assert why_not_each(final, each("a1", "a2", ruling="reject", reason="no"), HOUR) is None
    assert why_not_each(final, each("a1", "a2"), HOUR) is not None
    other = [final[0], an_ask("a2", tier=Tier.FINAL, effect=EffectKind.IRREVERSIBLE, content="y")]
    assert why_not_each(other, each("a1", "a2", ruling="reject", reason="no"), HOUR) is not None
    assert why_not_each(final, each("a1", "a2", ruling="reject"), HOUR) is not None


def test_the_third_time_after_a_no_pauses_the_agent_and_says_why() -> None:
    no, again = Asked("a1", "k", MINUTE, rejected=True), Asked("a2", "k", 2 * MINUTE)
    assert not does_not_take_no([no, again], "k", 2 * MINUTE)
    assert does_not_take_no([no, again, Asked("a3", "k", 3 * MINUTE)], "k", 3 * MINUTE)
    assert not does_not_take_no([no, again, Asked("a3", "k", 11 * MINUTE)], "k", 11 * MINUTE)  # the first is too old
    never = [replace(no, rejected=False), again, Asked("a3", "k", 3 * MINUTE)]
    assert not does_not_take_no(never, "k", 3 * MINUTE)
    paused = event_of(decide_pause_for_repeats(an_ask(), AGENT))
    assert isinstance(paused, AgentPaused)
    assert "3 times within 10 min" in paused.why
    assert isinstance(decide_pause_for_repeats(an_ask(), evolve_agent(AGENT, paused, 1)), Refusal)


def test_what_is_over_is_neither_shelved_nor_handed_over() -> None:
    from runtime.domain import ask_state

    over = ask_state.evolve(an_ask(), AskClosed(ASK, "spent", "Done."), HOUR)
    assert isinstance(decide_shelve(over, ended(), 0, WORKSPACE, ShelveAsk(ASK, "anna", "later", 600), HOUR), Refusal)
    assert isinstance(decide_hand_over(over, WORKSPACE, HandOver(ASK, "anna", "ben")), Refusal)
    assert decide_see(over, WORKSPACE, SeeAsk(ASK, "anna")) == []
    assert PEOPLE["anna"].active
