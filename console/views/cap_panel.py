"""The caps on the Spend screen: what is spent, reserved and left of each, with a bar; and calls without a known end."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from console.presenters.budget_text import cap_sentence, cap_title, kept_words, share_of
from console.theme.theme import Theme
from console.widgets.meter import Meter
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.projections.rows import BudgetFigures, CapLine

MOST_LINES = 6


class CapPanel(Panel):
    """A line for each cap of the workspace, then for the agents nearest to theirs."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self.set_title(self.tr("Caps"))
        self.set_note(self.tr("Being read"))
        self._shown: list[tuple[PlainLabel, Meter, PlainLabel]] = []
        self._page = QWidget()
        self._grid = QGridLayout(self._page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(16))
        self._grid.setColumnStretch(2, 1)
        self.kept = PlainLabel(theme, "", "meta", "text2")
        self.kept.hide()
        self.add(self._page)
        self.add(self.kept)

    def show_budget(self, figures: BudgetFigures) -> None:
        """Become these figures."""
        self.set_note("")
        lines = _nearest(figures.lines)
        while len(self._shown) < len(lines):
            self._add_line()
        for at, (name, meter, words) in enumerate(self._shown):
            there = at < len(lines)
            for widget in (name, meter, words):
                widget.setVisible(there)
            if there:
                line = lines[at]
                used = share_of(line.spent.plus(line.held), line.limit)
                title = self.tr("{cap}, {which}").format(cap=cap_title(line.kind), which=line.key)
                sentence = cap_sentence(line)
                name.setText(title[:1].upper() + title[1:])
                words.setText(sentence)
                meter.set_use(used or 0.0, None, f"{title}: {sentence}")
        said = kept_words(figures.reservations)
        self.kept.setText(said)
        self.kept.setVisible(bool(said))

    def _add_line(self) -> None:
        row = len(self._shown)
        name = PlainLabel(self._theme, "", "body_medium", wrap=False)
        meter = Meter(self._theme, width=160)
        words = PlainLabel(self._theme, "", "body", "text2")
        for column, widget in enumerate((name, meter, words)):
            self._grid.addWidget(widget, row, column)
        self._shown.append((name, meter, words))


def _nearest(lines: Sequence[CapLine]) -> list[CapLine]:
    whole = [line for line in lines if line.kind in ("day", "month")]
    agents = [line for line in lines if line.kind not in ("day", "month")]
    agents.sort(key=lambda line: -(share_of(line.spent.plus(line.held), line.limit) or 0.0))
    return [*whole, *agents][:MOST_LINES]
