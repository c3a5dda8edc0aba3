"""The whole runtime under random gestures, agents, crashes and clocks, held against a small model of what may be true.

A rule that has nothing to act on does nothing: what is drawn never depends on the program.

The examples are the same in every run, and so is what comes of them: the loop has a time and an order of its own
(``own_time``). ``CONSOLE_LONG=1`` makes many more of them and prints the seed:
``CONSOLE_LONG=1 pytest tests/machine --hypothesis-seed=N`` (without a seed one is chosen and printed with a failure).
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from runtime.domain.commands import RollBack
from runtime.domain.ids import RunId
from runtime.domain.run_state import Run
from runtime.domain.words import CallOutcome, EffectKind
from tests.machine.books import note_of
from tests.machine.outside import UNDOABLE
from tests.machine.ruling import Ruling
from tests.machine.watched import LONG


class RuntimeMachine(Ruling):
    """Each rule is one gesture; then the program works (or is killed and opened again) until it rests."""

    @rule(number=st.integers(0, 9), to=st.integers(0, 3))
    def roll_back(self, number: int, to: int) -> None:
        if not self.runs:
            return
        run = self.known_run(number)
        if self.gesture(RollBack(run.run_id, to, "anna"), self.asks_of(run.run_id)):
            after: Run = self.states.run(run.run_id)
            present = self.lives.outside.present()
            for call in after.calls:
                if call.checkpoint > to and call.effect is EffectKind.REVERSIBLE and call.outcome is CallOutcome.OK:
                    note = note_of(call.action.arguments)
                    assert note not in present, f"{note} was rolled back and is still there"

    @rule(number=st.integers(0, 9), writes=st.sampled_from([0, 2, 3, 4]), before=st.booleans())
    def what_somebody_else_changed_is_overwritten(self, number: int, writes: int, before: bool) -> None:
        """As the operator says; also where the program dies on the way (``writes`` 0: it does not)."""
        outside = self.lives.outside
        fitting = self._left_something()
        run_id = fitting[number % len(fitting)] if fitting else None
        mine = [one for one in outside.done if one.verb in UNDOABLE and self.books.run_of[one.note] == run_id]
        if run_id is None or not mine:
            return
        effect = mine[number % len(mine)]
        run: Run = self.states.run(run_id)
        call = next(one for one in run.calls if note_of(one.action.arguments) == effect.note)
        outside.meddled.add(effect.key)
        if writes:
            self.cut_at_a_coming_write(writes, before)
        command = RollBack(run_id, 0, "anna", (call.call_id,))
        given = self.gesture(command, self.asks_of(run_id))
        outside.meddled.discard(effect.key)  # where nothing came of it: they put it back
        assert not given or effect.note not in outside.present(), f"{effect} was to be overwritten and is still there"

    def _left_something(self) -> list[RunId]:
        """Runs that can be undone; one is begun where there is none."""
        fitting = self.books.can_be_undone(self.lives.outside)
        if not fitting:
            self.save_rules("allow")
            self.start([["keyed"]], gives_up=False)
            fitting = self.books.can_be_undone(self.lives.outside)
        return fitting

    @rule(number=st.integers(0, 9), writes=st.sampled_from([2, 2, 3, 3, 4]), before=st.booleans())
    def killed_while_it_is_undone(self, number: int, writes: int, before: bool) -> None:
        """After 2 it was begun and is not undone; before 3 it is undone, and that was never recorded."""
        if fitting := self._left_something():
            self.cut_at_a_coming_write(writes, before)
            self.roll_back(self.runs.index(fitting[number % len(fitting)]), 0)


class OnDisk(RuntimeMachine):
    """The same where every write waits for the disk."""

    on_disk = True


def _settings(examples: int, steps: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(
        max_examples=examples * (40 if LONG else 1),
        stateful_step_count=steps,
        deadline=None,
        derandomize=not LONG,
        print_blob=True,
        suppress_health_check=slow,
    )


RuntimeMachine.TestCase.settings = _settings(24, 40)
OnDisk.TestCase.settings = _settings(3, 40)
_NO_THREADS = pytest.mark.may_block(reason="what threads do elsewhere is done on the loop, so that it has one order")
TestInMemory = _NO_THREADS(pytest.mark.may_leave_tasks(RuntimeMachine.TestCase))
TestOnDisk = _NO_THREADS(pytest.mark.may_leave_tasks(OnDisk.TestCase))
