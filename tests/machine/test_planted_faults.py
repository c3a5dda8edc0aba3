"""Negative controls: with a promise broken on purpose, the machine of ``test_runtime_machine`` has to notice."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace

from runtime.domain import decide_effect
from runtime.domain.changes import Done
from runtime.domain.commands import Reject
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call, Run
from runtime.domain.undo import UndoOutcome
from runtime.engine import loop, rulings
from runtime.tools.runner import Runner
from runtime.workspace_runtime import WorkspaceRuntime
from tests.kills import recoveries
from tests.machine import lives
from tests.machine.test_runtime_machine import RuntimeMachine

Plant = Callable[[pytest.MonkeyPatch], None]


def approvals_are_not_checked(patch: pytest.MonkeyPatch) -> None:
    """What was approved is started, whatever changed since and however late it is."""
    own = decide_effect._unspendable

    def unspendable(*given: Any) -> Refusal | None:
        refusal = own(*given)
        return None if refusal is not None and refusal.code in ("changed", "expired") else refusal

    patch.setattr(decide_effect, "_unspendable", unspendable)
    patch.setattr(rulings, "_changed", lambda *given: "")
    patch.setattr(lives, "changed_since", lambda *given: "")  # the harness would wait for the new request for ever


def a_repeat_has_a_new_key(patch: pytest.MonkeyPatch) -> None:
    """The other side cannot know that it is the same call."""
    own = decide_effect._start_again

    def again(run: Run, call: Call, command: Any) -> Any:
        return own(run, replace(call, key=f"{call.key[:-2]}{call.attempt:02d}"), command)

    patch.setattr(decide_effect, "_start_again", again)


def an_undo_is_done_twice(patch: pytest.MonkeyPatch) -> None:
    """The second time as if it were another one."""
    own = Runner.undo

    async def twice(self: Runner, *given: Any, **more: Any) -> Any:
        await own(self, *given, **more)
        return await own(self, *given, **{**more, "key": f"{more['key']}, again"})

    patch.setattr(Runner, "undo", twice)


def an_undo_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """It is said to be done, and was not."""

    async def forgotten(*given: Any, **more: Any) -> Any:
        return UndoOutcome.UNDONE, "Taken out."

    patch.setattr(Runner, "undo", forgotten)


def what_is_to_be_overwritten_is_left(patch: pytest.MonkeyPatch) -> None:
    """The operator said that somebody else's change is to be overwritten, and that is forgotten."""
    own = Runner.undo

    async def left(self: Runner, *given: Any, **more: Any) -> Any:
        return await own(self, *given, **{**more, "overwrite": False})

    patch.setattr(Runner, "undo", left)


def an_undo_that_broke_off_is_begun_anew(patch: pytest.MonkeyPatch) -> None:
    """After a crash; the other side cannot know that it is the same one."""
    patch.setattr(loop, "undo_one", recoveries.undo_again)


def an_undo_that_broke_off_is_taken_for_done(patch: pytest.MonkeyPatch) -> None:
    """After a crash."""
    patch.setattr(loop, "undo_one", recoveries.undo_never)


def an_effect_that_broke_off_is_taken_for_done(patch: pytest.MonkeyPatch) -> None:
    """After a crash."""
    patch.setattr(loop, "settle", recoveries.never_retry)


def an_effect_that_broke_off_is_taken_for_not_done(patch: pytest.MonkeyPatch) -> None:
    """After a crash."""
    patch.setattr(loop, "settle", recoveries.dropped)


def a_confirmed_answer_is_not_kept(patch: pytest.MonkeyPatch) -> None:
    """A person is told that their request was rejected, and nothing was written down."""
    own = WorkspaceRuntime.perform

    async def perform(self: WorkspaceRuntime, command: Any) -> Any:
        return Done(sentence="Rejected.") if isinstance(command, Reject) else await own(self, command)

    patch.setattr(WorkspaceRuntime, "perform", perform)


PLANTED: dict[Plant, int] = {
    approvals_are_not_checked: 5,
    a_repeat_has_a_new_key: 13,
    an_undo_is_done_twice: 1,
    an_undo_is_forgotten: 1,
    what_is_to_be_overwritten_is_left: 7,
    an_undo_that_broke_off_is_begun_anew: 13,
    an_undo_that_broke_off_is_taken_for_done: 7,
    an_effect_that_broke_off_is_taken_for_done: 5,
    an_effect_that_broke_off_is_taken_for_not_done: 1,
    a_confirmed_answer_is_not_kept: 3,
}
"""Each with a seed whose first examples come to it; should they no longer, it is looked for in all of them."""
NOTICES = (
    "nobody allowed it",
    "happened 2 times",
    "had several keys",
    "was undone 2 times",
    "is still there",
    "stayed",
    " confirmed, ",
    "ended ok and happened 0 times",
    "ended failed and happened 1 times",
    "did not happen",
)


@pytest.mark.may_leave_tasks
@pytest.mark.may_block(reason="the machine works without threads")
@pytest.mark.parametrize(("plant", "dice"), PLANTED.items(), ids=[plant.__name__ for plant in PLANTED])
def test_a_planted_fault_is_noticed(plant: Plant, dice: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)

    class Seeded(Noticing):
        pass

    quick = settings(
        max_examples=40,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises(Noticed) as found:
        run_state_machine_as_test(seed(dice)(Seeded), settings=quick)
    assert any(word in str(found.value) for word in NOTICES), str(found.value)


class Noticed(BaseException):
    """What was found first. No ``Exception``: hypothesis would look for a shorter way to it."""


class Noticing(RuntimeMachine):
    """Ends with the first thing that it finds."""

    def teardown(self) -> None:
        found = sys.exc_info()[1]  # of the rule or the invariant after which it is torn down
        try:
            super().teardown()
        except (AssertionError, ExceptionGroup) as error:
            found = found or error
        if isinstance(found, AssertionError | ExceptionGroup):
            raise Noticed(_told(found)) from found


def _told(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return " ".join(map(_told, error.exceptions))
    return str(error)
