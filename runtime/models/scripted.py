"""A scripted model: answers exactly what it was given, in order. Strict: what is left over or missing is an error."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from runtime.domain.decision import Decision, Origin, PlannedWork, Usage
from runtime.models.choice import Chosen
from runtime.models.interface import NO_ORIGIN, Answered, ModelFault, ModelRequest, tell_reasoning

NO_COST: Final = Usage()


class ScriptBroken(AssertionError):
    """The model was asked for something the script does not hold, or part of the script was never used."""


@dataclass(frozen=True, slots=True)
class Say:
    """One answer of the script. ``answer`` may be a fault, which is raised; ``reasoning`` and ``text`` stream first."""

    answer: PlannedWork | Decision | Chosen | ModelFault
    usage: Usage = NO_COST
    text: tuple[str, ...] = ()
    reasoning: tuple[str, ...] = ()
    origin: Origin = NO_ORIGIN


class ScriptedModel:
    """Gives its script's answers one by one and keeps the requests it was given."""

    def __init__(
        self, script: Sequence[Say | PlannedWork | Decision | Chosen | ModelFault], label: str = "scripted"
    ) -> None:
        self._script = [step if isinstance(step, Say) else Say(step) for step in script]
        self._label = label
        self.requests: list[ModelRequest] = []

    @property
    def label(self) -> str:
        """How it is named on screen."""
        return self._label

    @property
    def left(self) -> int:
        """Answers that were not asked for yet."""
        return len(self._script) - len(self.requests)

    def finish(self) -> None:
        """Say that no more will be asked. Raises ScriptBroken where answers were never used."""
        if self.left:
            raise ScriptBroken(f"{self.left} of {len(self._script)} answers of the script were never asked for.")

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        """The next answer, which must be a plan. Raises ModelFault where the script says so."""
        step = self._next(request, on_text)
        if not isinstance(step.answer, PlannedWork):
            raise ScriptBroken(f"Answer {len(self.requests)} of the script is a decision, but a plan was asked for.")
        return Answered(step.answer, step.usage, b"", b"", step.origin, reasoning="".join(step.reasoning))

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        """The next answer, which must be a decision. Raises ModelFault where the script says so."""
        step = self._next(request, on_text)
        if not isinstance(step.answer, Decision):
            raise ScriptBroken(f"Answer {len(self.requests)} of the script is a plan, but a decision was asked for.")
        return Answered(step.answer, step.usage, b"", b"", step.origin, reasoning="".join(step.reasoning))

    async def choose(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Chosen]:
        """The next answer, which must be a choice. Raises ModelFault where the script says so."""
        step = self._next(request, on_text)
        if not isinstance(step.answer, Chosen):
            raise ScriptBroken(f"Answer {len(self.requests)} of the script is no choice, but one was asked for.")
        return Answered(step.answer, step.usage, b"", b"", step.origin, reasoning="".join(step.reasoning))

    def _next(self, request: ModelRequest, on_text: Callable[[str], None]) -> Say:
        if not self.left:
            raise ScriptBroken(f"The script has {len(self._script)} answers, and one more was asked for.")
        step = self._script[len(self.requests)]
        self.requests.append(request)
        for piece in step.reasoning:
            tell_reasoning(on_text, piece)
        for piece in step.text:
            on_text(piece)
        if isinstance(step.answer, ModelFault):
            raise step.answer
        return step
