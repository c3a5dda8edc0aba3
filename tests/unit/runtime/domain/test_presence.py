"""Who attends, and what that means for deadlines: they stand still while nobody does, and only so long."""

from msgspec.structs import replace

from runtime.domain import ask_state
from runtime.domain.ask_state import Ask
from runtime.domain.decide_presence import decide_away, decide_back, decide_duty, leaving
from runtime.domain.events.asks import DeadlinesMoved
from runtime.domain.events.people import OperatorAway, OperatorBack
from runtime.domain.presence import Presence, unattended_since
from runtime.domain.queue_commands import NoteAway, NoteBack, SetDuty
from runtime.domain.refusals import Refusal
from runtime.domain.standing_deadlines import alone_since, moved_for_the_alone, with_standing_deadlines
from tests.fixtures.queue_asks import AGENT, MINUTE, PEOPLE, WORKSPACE, a_run, an_ask, with_people

RUN = a_run()


def test_nobody_attends_only_when_the_last_one_has_left() -> None:
    away = Presence(away_since=5, measured=True)
    assert unattended_since(PEOPLE, {"anna": away}) == 0
    assert unattended_since(PEOPLE, {"anna": away, "ben": Presence(on_duty=False, duty_since=9)}) == 9
    assert unattended_since(PEOPLE, {"anna": away, "ben": Presence(False, 9, away_since=3)}) == 5
    assert unattended_since({}, {}) == 0


def waiting(raised_at: int = 1 * MINUTE) -> Ask:
    return replace(an_ask(), raised_at=raised_at, answer_by=10 * MINUTE, expires=20 * MINUTE)


def alone_from(at: int) -> dict[str, Presence]:
    return {"anna": Presence(away_since=at, measured=True), "ben": Presence(on_duty=False, duty_since=1)}


def test_deadlines_stand_still_while_nobody_attends_and_run_on_after() -> None:
    workspace = with_people(alone_from(5 * MINUTE))
    assert with_standing_deadlines(waiting(), RUN, AGENT, workspace, 65 * MINUTE).expires == 80 * MINUTE
    (moved,) = moved_for_the_alone(waiting(), RUN, AGENT, workspace, 65 * MINUTE)
    assert moved.event == DeadlinesMoved(an_ask().raised.ask_id, 70 * MINUTE, 80 * MINUTE, unattended=True)
    after = ask_state.evolve(waiting(), moved.event, 65 * MINUTE)
    assert alone_since(after, WORKSPACE) == 0
    assert with_standing_deadlines(after, RUN, AGENT, WORKSPACE, 70 * MINUTE).expires == 80 * MINUTE


def test_what_was_raised_meanwhile_stands_from_then_on_and_what_may_not_wait_runs() -> None:
    workspace = with_people(alone_from(5 * MINUTE))
    assert alone_since(waiting(raised_at=8 * MINUTE), workspace) == 8 * MINUTE
    hurried = replace(waiting(), raised=replace(an_ask().raised, may_wait=False))
    assert alone_since(hurried, workspace) == 0
    assert moved_for_the_alone(hurried, RUN, AGENT, workspace, 65 * MINUTE) == []


def test_a_pause_in_the_same_time_is_not_counted_twice() -> None:
    workspace = with_people(alone_from(5 * MINUTE))
    paused = replace(AGENT, paused_by="anna", paused_at=15 * MINUTE)
    (moved,) = moved_for_the_alone(waiting(), RUN, paused, workspace, 65 * MINUTE)
    assert isinstance(moved.event, DeadlinesMoved)
    assert moved.event.expires == 30 * MINUTE  # from 5 to 15; the rest is the pause's, when it ends
    earlier = replace(AGENT, paused_by="anna", paused_at=2 * MINUTE)
    assert moved_for_the_alone(waiting(), RUN, earlier, workspace, 65 * MINUTE) == []


def test_away_and_back_are_said_once() -> None:
    (away,) = decide_away(WORKSPACE, NoteAway("anna", 7))  # type: ignore[misc]
    assert away.event == OperatorAway("anna", 7)
    gone = with_people({"anna": Presence(away_since=7, measured=True)})
    assert decide_away(gone, NoteAway("anna", 9)) == []
    (back,) = decide_back(gone, NoteBack("anna"))  # type: ignore[misc]
    assert back.event == OperatorBack("anna")
    there = with_people({"anna": Presence(measured=True)})
    assert decide_back(there, NoteBack("anna")) == []
    assert isinstance(decide_back(WORKSPACE, NoteBack("gone")), Refusal)


def test_when_the_program_ends_whoever_was_before_a_window_is_away() -> None:
    there = with_people({"anna": Presence(measured=True), "ben": Presence(away_since=3, measured=True)})
    assert [fact.event for fact in leaving(there, 50)] == [OperatorAway("anna", 50)]
    assert leaving(WORKSPACE, 50) == []  # no window ever told of them: nothing is known against it


def test_duty_is_begun_and_ended_by_people_who_decide_here() -> None:
    assert isinstance(decide_duty(WORKSPACE, SetDuty("anna", True, "ben")), Refusal)
    assert not isinstance(decide_duty(WORKSPACE, SetDuty("anna", False, "ben")), Refusal)
    assert isinstance(decide_duty(WORKSPACE, SetDuty("anna", False, "")), Refusal)
    assert isinstance(decide_duty(WORKSPACE, SetDuty("nobody", False, "ben")), Refusal)
