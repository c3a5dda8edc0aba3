"""Negative controls: with a promise broken on purpose, the machine of ``test_runtime_machine`` has to notice."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace

from runtime.domain import decide_effect
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call, Run
from runtime.engine import rulings
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


PLANTED: tuple[Plant, ...] = (
    approvals_are_not_checked,
    a_repeat_has_a_new_key,
)


@pytest.mark.may_leave_tasks
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    quick = settings(
        max_examples=40,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises((AssertionError, ExceptionGroup)) as found:
        run_state_machine_as_test(RuntimeMachine, settings=quick)
    told = _told(found.value)
    assert any(word in told for word in ("nobody allowed it", "happened 2 times", "had several keys")), told


def _told(error: BaseException) -> str:
    """What it found first; the second look that hypothesis takes may find the tasks in another order, and less."""
    if isinstance(error, BaseExceptionGroup):
        return " ".join(map(_told, error.exceptions))
    return str(error)
