"""Who is called when: priority 1 at once and twice again, 2 gathered and silent, 3 never; nobody who wants quiet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as replace_struct

from console.attention.facts import Answer, Facts, Kind, WaitingAsk, held_by_another
from console.attention.rules import SECOND, Told, attend
from runtime.projections.rows import PersonState

MINUTE = 60 * SECOND
START = 1_000 * MINUTE
GATHER = 5 * MINUTE


class Hours:
    """A person at work: what they are told as time passes."""

    def __init__(self) -> None:
        self.told, self.now = Told(), START

    def look(self, after: int = 0, /, **facts: Any) -> Answer:
        self.now += after
        self.told, answer = attend(self.told, Facts(self.now, **facts))
        return answer


def urgent(name: str = "a", minutes: int = 4) -> WaitingAsk:
    return WaitingAsk(name, 1, START + minutes * MINUTE, agent="refunds", final=True)


def soon(name: str = "b", agent: str = "refunds") -> WaitingAsk:
    return WaitingAsk(name, 2, START + 20 * MINUTE, agent=agent)


def test_priority_1_calls_at_once_stays_and_calls_again_at_50_and_80_percent() -> None:
    hours = Hours()
    asks = (urgent(minutes=10),)
    [call] = hours.look(asks=asks, window_in_front=True).calls
    assert (call.kind, call.critical, call.sound, call.again) == (Kind.URGENT, True, True, 0)
    assert hours.look(4 * MINUTE, asks=asks).calls == ()
    [half] = hours.look(MINUTE, asks=asks).calls
    assert (half.again, half.key, half.sound) == (50, call.key, True)
    assert hours.look(SECOND, asks=asks).calls == ()
    [late] = hours.look(3 * MINUTE, asks=asks).calls
    assert late.again == 80
    assert hours.look(5 * MINUTE, asks=asks).calls == ()
    assert hours.look(SECOND).withdrawn == (call.key,)


def test_two_shares_that_passed_unseen_are_one_call() -> None:
    hours = Hours()
    hours.look(asks=(urgent(minutes=10),))
    [call] = hours.look(9 * MINUTE, asks=(urgent(minutes=10),)).calls
    assert call.again == 80


def test_while_its_run_is_paused_no_time_is_gone() -> None:
    hours = Hours()
    asks = (urgent(minutes=10),)
    hours.look(asks=asks)
    still = (replace(asks[0], stands_still=True),)
    assert hours.look(30 * MINUTE, asks=still).calls == ()
    moved = (replace(asks[0], deadline=asks[0].deadline + 30 * MINUTE),)
    assert hours.look(asks=moved).calls == ()
    [half] = hours.look(5 * MINUTE, asks=moved).calls
    assert half.again == 50


def test_many_urgent_ones_at_once_make_one_sound() -> None:
    calls = Hours().look(asks=tuple(urgent(f"a{at}") for at in range(5))).calls
    assert [call.sound for call in calls] == [True, False, False, False, False]


def test_what_was_handed_over_calls_whoever_is_there_where_its_holder_is_off_duty_or_gone() -> None:
    maria = PersonState("maria", "Maria", True, 0, 0)
    assert held_by_another("maria", "anna", [maria])
    assert not held_by_another("maria", "maria", [maria])
    assert not held_by_another("", "anna", [maria])
    assert not held_by_another("maria", "anna", [replace_struct(maria, on_duty=False)])
    assert not held_by_another("maria", "anna", []), "she decides here no more"


def test_priority_2_is_gathered_silent_and_at_most_one_in_5_minutes() -> None:
    hours = Hours()
    [call] = hours.look(asks=(soon("b"),)).calls
    assert (call.kind, call.critical, call.sound, call.count, call.agent) == (Kind.SOON, False, False, 1, "refunds")
    more = (soon("b"), soon("c"), soon("d", "mailer"))
    assert hours.look(GATHER - SECOND, asks=more).calls == ()
    [call] = hours.look(SECOND, asks=more).calls
    assert (call.count, call.ask_id, call.agent) == (2, "c", "")
    assert hours.look(GATHER, asks=more).calls == ()
    assert hours.look(asks=(soon("b"),)).withdrawn == (Kind.SOON.value,)


def test_priority_2_says_nothing_while_the_window_is_in_front() -> None:
    hours = Hours()
    assert hours.look(asks=(soon(),), window_in_front=True).calls == ()
    assert hours.look(GATHER, asks=(soon(),)).calls == ()


def test_priority_3_never_calls() -> None:
    ask = WaitingAsk("c", 3, START + 60 * MINUTE)
    assert Hours().look(asks=(ask,)).calls == ()


def test_an_ask_that_becomes_urgent_calls_then() -> None:
    hours = Hours()
    hours.look(asks=(soon(),), window_in_front=True)
    [call] = hours.look(15 * MINUTE, asks=(replace(soon(), priority=1),)).calls
    assert call.kind is Kind.URGENT


def test_a_flood_is_one_call_holds_priority_2_back_and_leaves_priority_1_alone() -> None:
    hours = Hours()
    [call] = hours.look(asks=(soon(),), flood=True, asks_per_10_min=12).calls
    assert (call.kind, call.count, call.critical) == (Kind.FLOOD, 12, False)
    [call] = hours.look(MINUTE, asks=(soon(), urgent()), flood=True, asks_per_10_min=30).calls
    assert call.kind is Kind.URGENT
    after = hours.look(MINUTE, asks=(soon(), urgent(minutes=60)))
    assert Kind.FLOOD.value in after.withdrawn
    assert [call.kind for call in after.calls] == [Kind.SOON]


def test_a_lost_link_calls_after_30_s_once_and_goes_when_it_is_back() -> None:
    hours = Hours()
    assert hours.look(30 * SECOND, link_lost_since=START).calls == ()
    [call] = hours.look(SECOND, link_lost_since=START).calls
    assert (call.kind, call.since) == (Kind.LINK, START)
    assert hours.look(MINUTE, link_lost_since=START).calls == ()
    assert hours.look(SECOND).withdrawn == (Kind.LINK.value,)


def test_a_broken_chain_calls_once_and_stays() -> None:
    hours = Hours()
    [call] = hours.look(chain_broken=True).calls
    assert (call.kind, call.critical) == (Kind.CHAIN, True)
    assert hours.look(MINUTE, chain_broken=True).calls == ()


def test_failed_runs_and_reached_caps_call_and_many_of_one_cause_are_gathered() -> None:
    hours = Hours()
    cap, failed = hours.look(failed_runs=("r1",), reached_caps=("ask",)).calls
    assert (cap.kind, cap.ask_id, failed.kind, failed.run_id) == (Kind.CAP, "ask", Kind.FAILED, "r1")
    assert hours.look(SECOND, failed_runs=("r2", "r3")).calls == ()
    [failed] = hours.look(GATHER).calls
    assert (failed.count, failed.run_id) == (2, "r3")


def test_off_duty_and_do_not_disturb_call_nobody_and_what_still_waits_is_told_afterwards() -> None:
    asks = (urgent(minutes=600), soon())
    everything: dict[str, Any] = {"asks": asks, "flood": True, "chain_broken": True, "failed_runs": ("r",)}
    for quiet in ({"on_duty": False}, {"quiet_until": START + 60 * MINUTE}):
        hours = Hours()
        assert hours.look(**everything, **quiet).calls == ()
        assert hours.look(59 * MINUTE, **everything, **quiet).calls == ()
        after = hours.look(2 * MINUTE, asks=asks, chain_broken=True)
        assert [call.kind for call in after.calls] == [Kind.CHAIN, Kind.URGENT, Kind.SOON]


ASKS = st.lists(
    st.builds(WaitingAsk, st.sampled_from("abcdef"), st.integers(1, 3), st.integers(START, START + 90 * MINUTE)),
    max_size=6,
    unique_by=lambda ask: ask.ask_id,
).map(tuple)
LOOKS = st.lists(
    st.tuples(
        st.integers(0, 7 * MINUTE),
        st.fixed_dictionaries(
            {
                "asks": ASKS,
                "window_in_front": st.booleans(),
                "on_duty": st.booleans(),
                "flood": st.booleans(),
                "chain_broken": st.booleans(),
                "failed_runs": st.sampled_from([(), ("r",)]),
            }
        ),
    ),
    max_size=30,
)


@given(LOOKS)
def test_whatever_happens_the_promises_hold(looks: list[tuple[int, dict[str, Any]]]) -> None:
    hours = Hours()
    gathered: dict[Kind, int] = {}
    on_screen: set[str] = set()
    for after, facts in looks:
        answer = hours.look(after, **facts)
        asks = {ask.ask_id: ask for ask in facts["asks"]}
        on_screen -= set(answer.withdrawn)
        if not facts["on_duty"]:
            assert answer.calls == ()
        for call in answer.calls:
            on_screen.add(call.key)
            if call.kind is Kind.URGENT:
                assert asks[call.ask_id].priority == 1
            if call.kind is Kind.SOON:
                assert asks[call.ask_id].priority == 2
                assert not facts["window_in_front"]
                assert not facts["flood"]
            if call.kind in (Kind.SOON, Kind.FAILED):
                assert not call.sound
                assert hours.now - gathered.get(call.kind, hours.now - GATHER) >= GATHER
                gathered[call.kind] = hours.now
        urgent_now = {f"{Kind.URGENT}:{ask_id}" for ask_id, ask in asks.items() if ask.priority == 1}
        assert {key for key in on_screen if key.startswith(f"{Kind.URGENT}:")} <= urgent_now
        if facts["on_duty"]:
            assert urgent_now <= on_screen
