"""What a benchmark is: contenders, each a child process that prints its figures, and targets over their medians."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

Figures = dict[str, float]
"""Named figures of one run of one contender."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One side of a comparison: ``python -m MODULE ARGUMENTS --folder F``, in our environment or in the peers'.

    It prints one JSON object as its last line: numbers are figures, texts are facts about it (settings, versions).
    ``like`` names a contender of the same workload whose figures of this round it is handed, as ``--like JSON``.
    """

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    peer: bool = False
    like: str = ""
    timed: bool = False
    """It works for as many minutes as the person says, as ``--minutes M``."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure of one contender must reach: at least or at most a limit.

    With ``against``, what is held to the limit is the median divided by the best median of those contenders: the
    largest where more is better (``at_least``), the smallest where less is.
    """

    figure: str
    of: str
    at_least: float | None = None
    at_most: float | None = None
    against: tuple[str, ...] = ()
    against_figure: str = ""
    """Where the references' figure has another name."""
    plus: float = 0.0
    """Added to the limit: an allowance in the figure's own unit, taken off before a ratio is made."""

    def value(self, medians: Mapping[str, Figures]) -> float:
        """What is held to the limit."""
        own = medians[self.of][self.figure]
        if not self.against:
            return own
        references = [medians[name][self.against_figure or self.figure] for name in self.against]
        best = max(references) if self.at_least is not None else min(references)
        return (own - self.plus) / best

    def reached(self, medians: Mapping[str, Figures]) -> bool:
        """Whether the medians are within the limit."""
        value = self.value(medians)
        enough = self.at_least is None or value >= self.at_least
        allowed = 0.0 if self.against else self.plus
        return enough and (self.at_most is None or value <= self.at_most + allowed)

    @property
    def sentence(self) -> str:
        """The target in words."""
        limit = f"at least {self.at_least:g}" if self.at_least is not None else f"at most {self.at_most or 0:g}"
        extra = f" + {self.plus:g}" if self.plus else ""
        if not self.against:
            return f"{self.figure} of {self.of}: {limit}{extra}"
        best = "" if len(self.against) == 1 else "the best of "
        return f"{self.figure} of {self.of}: {limit} times {best}{', '.join(self.against)}{extra}"


@dataclass(frozen=True, slots=True)
class Workload:
    """One row of the benchmark. Registered by being named WORKLOAD in a file ``workload_*.py`` of this folder."""

    name: str
    title: str
    contenders: tuple[Contender, ...]
    targets: tuple[Target, ...]
    shown: tuple[str, ...] = ()
    """The figures in the table, in this order; empty = all. The JSON has all of them."""
    rounds: int | None = None
    """Where one round takes minutes: so many rounds instead of what was asked for."""
    explained_by: Contender | None = None
    """Run once at the end, unmeasured; its facts (a profile, say) are printed below the table, line by line."""


@dataclass(slots=True)
class Measured:
    """What the rounds of one workload gave: figures by contender and round, facts by contender."""

    workload: Workload
    figures: dict[str, list[Figures]] = field(default_factory=dict)
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    explained: dict[str, str] = field(default_factory=dict)
    minutes: float = 0.0
    """How long all rounds together took."""
    failed: str = ""
    """Why it could not be measured, in words; empty where it could."""

    def medians(self) -> dict[str, Figures]:
        """The median of each figure of each contender."""
        return {name: _medians(rounds) for name, rounds in self.figures.items() if rounds}


def _medians(rounds: list[Figures]) -> Figures:
    return {figure: median(one[figure] for one in rounds) for figure in rounds[0]}
