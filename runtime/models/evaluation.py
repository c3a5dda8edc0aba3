"""How well labelled examples tell messages apart: stratified folds, share right, and the curve of share answered."""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from runtime.models.examples import ExampleIndex

CURVE_STEPS: Final = 20


class CannotEvaluate(ValueError):
    """The rows cannot be divided into folds; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """When only the surest ``answered`` share is answered, ``right`` of it is right; all had ``confidence`` or more."""

    answered: float
    right: float
    confidence: float


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How one label fared: share ``found``; ``mistaken_for`` is the label it was most given instead."""

    label: str
    messages: int
    found: float
    mistaken_for: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What cross-validation found. Shares are 0 to 1, times are per message."""

    messages: int
    labels: int
    folds: int
    seed: int
    neighbours: int
    right: float
    right_of_surest_70: float
    curve: tuple[CurvePoint, ...]
    by_label: tuple[LabelScore, ...]
    mean_ms: float
    slowest_ms: float

    def lines(self) -> tuple[str, ...]:
        """The result for a terminal or a text view, numbers first."""
        head = (
            f"{self.right:.1%} right of {self.messages:,} messages with {self.labels} labels",
            f"{self.right_of_surest_70:.1%} right among the 70 % most confident",
            f"{self.mean_ms:.1f} ms a message (slowest {self.slowest_ms:.1f} ms)",
            f"{self.folds} folds, stratified, seed {self.seed}, {self.neighbours} nearest examples",
            "answered  right   confidence",
        )
        return head + tuple(
            f"{point.answered:7.0%}  {point.right:6.1%}  from {point.confidence:.2f}" for point in self.curve
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    label: str
    answer: str
    confidence: float
    took: float


def evaluate(
    rows: Sequence[tuple[str, str]],
    folds: int = 5,
    seed: int = 7,
    neighbours: int = 10,
    progress: Callable[[int, int], bool] = lambda done, total: True,
) -> Evaluation:
    """Every message is judged by examples it is not part of. Blocks for seconds: call it in a worker thread.

    ``progress`` is called now and then with (done, total); when it answers False, CannotEvaluate says it was stopped.
    """
    answers: list[_Answer] = []
    parts = stratified(rows, folds, seed)
    for part in parts:
        held_out = set(part)
        index = ExampleIndex((row for at, row in enumerate(rows) if at not in held_out), neighbours)
        for at in part:
            text, label = rows[at]
            began = time.perf_counter()
            found = index.classify(text)
            answers.append(_Answer(label, found.label, found.confidence, time.perf_counter() - began))
            if len(answers) % 100 == 0 and not progress(len(answers), len(rows)):
                raise CannotEvaluate("The evaluation was stopped; nothing was changed.")
        index.close()
    return _summed(answers, folds, seed, neighbours)


def stratified(rows: Sequence[tuple[str, str]], folds: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """Row numbers divided into folds so that each label is spread evenly over them."""
    if folds < 2:
        raise CannotEvaluate(f"{folds} folds cannot be compared; give 2 or more.")
    if len(rows) < folds:
        raise CannotEvaluate(f"{len(rows)} labelled messages are too few for {folds} folds.")
    by_label: dict[str, list[int]] = defaultdict(list)
    for at, (_, label) in enumerate(rows):
        by_label[label].append(at)
    chance = random.Random(seed)
    parts: list[list[int]] = [[] for _ in range(folds)]
    dealt = 0
    for label in sorted(by_label):
        members = by_label[label]
        chance.shuffle(members)
        for at in members:
            parts[dealt % folds].append(at)
            dealt += 1
    return tuple(tuple(part) for part in parts)


def _summed(answers: list[_Answer], folds: int, seed: int, neighbours: int) -> Evaluation:
    surest = sorted(answers, key=lambda answer: -answer.confidence)
    return Evaluation(
        messages=len(answers),
        labels=len({answer.label for answer in answers}),
        folds=folds,
        seed=seed,
        neighbours=neighbours,
        right=_share_right(answers),
        right_of_surest_70=_share_right(surest[: max(1, len(surest) * 7 // 10)]),
        curve=_curve(surest),
        by_label=_by_label(answers),
        mean_ms=1000 * sum(answer.took for answer in answers) / len(answers),
        slowest_ms=1000 * max(answer.took for answer in answers),
    )


def _share_right(answers: Sequence[_Answer]) -> float:
    return sum(answer.answer == answer.label for answer in answers) / len(answers)


def _curve(surest: list[_Answer]) -> tuple[CurvePoint, ...]:
    points = []
    for step in range(1, CURVE_STEPS + 1):
        count = max(1, len(surest) * step // CURVE_STEPS)
        points.append(CurvePoint(count / len(surest), _share_right(surest[:count]), surest[count - 1].confidence))
    return tuple(points)


def _by_label(answers: list[_Answer]) -> tuple[LabelScore, ...]:
    grouped: dict[str, list[_Answer]] = defaultdict(list)
    for answer in answers:
        grouped[answer.label].append(answer)
    scores = []
    for label in sorted(grouped):
        wrong: dict[str, int] = defaultdict(int)
        for answer in grouped[label]:
            if answer.answer != label:
                wrong[answer.answer] += 1
        worst = max(sorted(wrong), key=wrong.__getitem__, default="")
        scores.append(LabelScore(label, len(grouped[label]), _share_right(grouped[label]), worst))
    return tuple(scores)
