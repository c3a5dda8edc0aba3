"""The steps of one run as a Qt item model: at most 2,000 of them, what streams just now at the end."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from console.models.keyed_rows import ROOT, Index, KeyedRows
from console.presenters.timeline_text import Line, LiveText, belongs, key_of, said_of, title_of
from console.presenters.wording import later, say
from runtime.engine.progress import REASONING, of_answer
from runtime.projections.rows import TimelineStep

KEPT = 2_000
LIVE_TEXT = 8_000
"""Characters of streaming text that are kept on screen; the finished answer is a step of its own."""
_AT_WORK = {"": later("Answering"), REASONING: later("How it gets there, in the model's own words")}
"""What the model says, beside what its tools say."""
_TOOL = later("Running a tool")
_ENDS = frozenset({"message", "plan", "failed", "warning", "finished", "escalated"})
"""Steps that say an answer whole, or that it broke off."""


class TimelineModel(KeyedRows[Line]):
    """``show_steps`` with the steps of the page; ``page_wanted`` when the person scrolled to the end of a page."""

    page_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wanted = "all"
        self.steps: list[TimelineStep] = []
        self._live: dict[str, str] = {}
        self._levels: dict[str, int] = {}
        self.has_later = False

    def key_of(self, row: Line) -> str:
        return key_of(row)

    def title_of(self, row: Line) -> str:
        return title_of(row)

    def said_of(self, row: Line) -> str:
        return said_of(row)

    def line(self, place: int) -> Line:
        """What stands there."""
        return self.rows[place]

    # -- steps ---------------------------------------------------------------------------------------------------
    def show_steps(self, steps: Sequence[TimelineStep]) -> int:
        """Become these steps; answers how many came to the end."""
        last = self.steps[-1].seq if self.steps else 0
        self.steps = list(steps)
        self._end_live(last)
        before = len(self.rows)
        self._settle()
        return max(0, len(self.rows) - before) if last else 0

    def show_filter(self, wanted: str) -> None:
        """Other kinds of steps."""
        self.wanted = wanted
        self._settle()

    def forget(self) -> None:
        """Another run."""
        self.steps, self._live, self._levels, self.has_later = [], {}, {}, False
        self.drop(0, len(self.rows) - 1)

    def _settle(self) -> None:
        lines: list[Line] = [step for step in self.steps if belongs(step, self.wanted)]
        if not self.has_later:
            lines += [live for live in self._live_lines() if belongs(live, self.wanted)]
        self.show_rows(lines)

    # -- what streams --------------------------------------------------------------------------------------------
    def add_live(self, pieces: Mapping[str, str]) -> None:
        """Text that came since the last time, by call id."""
        for call_id, text in pieces.items():
            self._live[call_id] = (self._live.get(call_id, "") + text)[-LIVE_TEXT:]
        self._settle()

    def end_live(self) -> None:
        """Nothing streams any more."""
        if self._live:
            self._live.clear()
            self._settle()

    def _live_lines(self) -> list[LiveText]:
        titles = {step.call_id: step.title for step in self.steps if step.mark == "call"}
        return [LiveText(call_id, self._at_work(call_id, titles), text) for call_id, text in self._live.items()]

    @staticmethod
    def _at_work(call_id: str, titles: dict[str, str]) -> str:
        said = of_answer(call_id)
        return say(_AT_WORK[said[0]]) if said else titles.get(call_id) or say(_TOOL)

    def _end_live(self, last: int) -> None:
        """Text that has become a step goes: the step says it whole. What began after that step stays."""
        said = 0
        for step in self.steps:
            if step.call_id:
                if step.seq > last and step.mark in ("done", "failed", "warning"):
                    self._live.pop(step.call_id, None)
            elif step.mark in _ENDS:
                said = step.seq
        for call_id in [one for one in self._live if (answer := of_answer(one)) and answer[1] < said]:
            del self._live[call_id]

    # -- expansion -----------------------------------------------------------------------------------------------
    def level(self, line: Line) -> int:
        """0 = three lines of output, 1 = forty."""
        return self._levels.get(key_of(line), 0)

    def set_level(self, place: int, level: int) -> None:
        """Show more or less of a step."""
        self._levels[key_of(self.rows[place])] = level
        self.dataChanged.emit(self.index(place), self.index(place))

    # -- pages ---------------------------------------------------------------------------------------------------
    def canFetchMore(self, parent: Index = ROOT) -> bool:
        return self.has_later and not parent.isValid()

    def fetchMore(self, parent: Index = ROOT) -> None:
        if self.has_later:
            self.page_wanted.emit()


def checkpoint_of(line: Line) -> int:
    """The checkpoint a line stands for, or -1."""
    return line.checkpoint if isinstance(line, TimelineStep) and line.mark == "checkpoint" else -1
