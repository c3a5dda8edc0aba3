"""A plan while a person edits it: steps are changed, moved, added and dropped; ids of steps that stay do not change."""

import secrets
from collections.abc import Collection, Sequence

import msgspec

from runtime.domain.ids import StepId
from runtime.domain.plan import PlanStep, difference, faults_of


class PlanDraft:
    """``begun`` are the steps that have begun and stay in the plan."""

    def __init__(self, steps: Sequence[PlanStep], begun: Collection[StepId] = ()) -> None:
        self.before = tuple(steps)
        self.steps = list(steps)
        self._begun = frozenset(begun)

    @property
    def faults(self) -> tuple[str, ...]:
        """Why it cannot be sent as it is."""
        return faults_of(self.steps, self._begun)

    @property
    def said(self) -> str:
        """What was changed until now; empty where nothing was."""
        return difference(self.before, self.steps).sentence

    def fixed(self, place: int) -> bool:
        """Whether this step has begun."""
        return self.steps[place].step_id in self._begun

    def move(self, place: int, by: int) -> int:
        """Up or down; answers where it stands now."""
        to = max(0, min(len(self.steps) - 1, place + by))
        self.steps.insert(to, self.steps.pop(place))
        return to

    def add(self, after: int, title: str) -> int:
        """A step that did not exist; answers where it stands."""
        place = max(0, min(len(self.steps), after + 1))
        self.steps.insert(place, PlanStep(StepId(f"e{secrets.token_hex(4)}"), title))
        return place

    def drop(self, place: int) -> None:
        """Out of the plan, and out of what others need."""
        gone = self.steps.pop(place).step_id
        self.steps = [
            msgspec.structs.replace(
                step,
                needs=tuple(need for need in step.needs if need != gone),
                parent=StepId("") if step.parent == gone else step.parent,
            )
            for step in self.steps
        ]

    def change(self, place: int, title: str, tool: str, changes: str, needs: str) -> None:
        """What a person typed; ``needs`` are numbers of steps, separated by commas; unknown ones are faults."""
        ids: list[StepId] = []
        for word in needs.replace(";", ",").split(","):
            number = word.strip()
            if number:
                known = number.isdecimal() and 0 < int(number) <= len(self.steps)
                ids.append(self.steps[int(number) - 1].step_id if known else StepId(number))
        step = self.steps[place]
        self.steps[place] = msgspec.structs.replace(
            step, title=title.strip(), tool=tool.strip(), changes=changes.strip(), needs=tuple(dict.fromkeys(ids))
        )

    def needs_text(self, place: int) -> str:
        """The numbers of the steps it needs."""
        numbers = {step.step_id: str(number) for number, step in enumerate(self.steps, 1)}
        return ", ".join(numbers.get(need, str(need)) for need in self.steps[place].needs)
