"""Between the card and its buttons: held rulings with their count-down, who decided, "This request changed"."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.presenters.ask_text import decided_sentence, held_sentence
from console.presenters.harm_text import harm_line, was_done
from console.widgets.banner import Banner
from console.widgets.held_bar import HeldBar
from runtime.domain.words import AskState
from runtime.projections.rows import AskDetail


class StateBar(QWidget):
    """``taken_back`` from the held bar; ``pressed`` from the banner's button."""

    taken_back = Signal()
    pressed = Signal()

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        self._context = context
        theme, px = context.theme, context.theme.px
        self.held = HeldBar(theme, clock=context.monotonic)
        self.banner = Banner(theme, "info", "", "")
        self.held.taken_back.connect(self.taken_back)
        self.banner.activated.connect(self.pressed)
        row = QHBoxLayout()
        row.setContentsMargins(px(24), px(4), px(24), px(8))
        row.addWidget(self.held)
        self._held_row = QWidget()
        self._held_row.setLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._held_row)
        column.addWidget(self.banner)
        self._shown: tuple[object, ...] = ()
        self._clear()

    @property
    def text(self) -> str:
        """What stands there now."""
        if self.banner.isVisibleTo(self):
            return self.banner.accessibleName()
        return self.held.text if self._held_row.isVisibleTo(self) else ""

    def show_state(
        self,
        detail: AskDetail,
        changed: bool,
        world_changed: bool,
        edited: bool,
        names: dict[str, str],
        hold_seconds: int,
        can_release: bool,
    ) -> None:
        """Say what the ask has become; nothing for one that simply waits."""
        row = detail.row
        ended = (detail.closed_at, detail.harmful)
        key = (row.ask_id, row.state, row.takes_effect, changed, world_changed, edited, can_release, *ended)
        mine = row.ruled_by == self._context.operator()
        if key == self._shown and not (row.state is AskState.HELD and not mine):
            return
        self._shown = key
        who = names.get(row.ruled_by, row.ruled_by)
        if changed:
            said = self.tr("It is not what you looked at. Nothing was approved.")
            self._tell("warn", self.tr("This request changed. Look again."), said, self.tr("Look again"))
        elif world_changed and row.state is AskState.WAITING:
            said = self.tr("What it is about is not as it was when you opened it. Nothing was approved.")
            self._tell("warn", self.tr("What it would do changed. Look again."), said, self.tr("Look again"))
        elif row.state is AskState.HELD and mine:
            self._count_down(detail, who, hold_seconds, can_release)
        elif row.state in (AskState.HELD, AskState.CLOSED):
            harm, asks = harm_line(detail), self.tr("It did no harm") if detail.harmful else self.tr("It did harm")
            said = decided_sentence(detail, who, mine, hold_seconds, self._context.now())
            self._tell("warn" if harm else "info", said, harm, asks if was_done(detail) else "")
        elif edited:
            said = self.tr("Approve runs this version; the agent is told what changed.")
            self._tell("info", self.tr("You see your own version"), said, self.tr("Back to the agent's version"))
        else:
            self._clear()

    def _count_down(self, detail: AskDetail, who: str, hold_seconds: int, can_release: bool) -> None:
        sentence = held_sentence(detail.row.ruling, True, who, can_release)
        left = (detail.row.takes_effect - self._context.now()) / 1_000_000
        self.banner.hide()
        self._held_row.show()
        self.held.show_hold(
            lambda seconds: sentence.format(seconds=seconds), self._context.monotonic() + left, float(hold_seconds)
        )

    def _tell(self, weight: str, headline: str, text: str, action: str) -> None:
        self._held_row.hide()
        self.held.clear()
        self.banner.set_message(headline, text, action, "warn" if weight == "warn" else "info")
        self.banner.show()

    def _clear(self) -> None:
        self._held_row.hide()
        self.held.clear()
        self.banner.hide()
