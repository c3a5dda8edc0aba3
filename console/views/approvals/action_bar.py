"""The action bar: Approve, Reject, Edit, Pause agent of one size, no default, and Shelve and Hand over at the end."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.settings.form import Decimal
from console.presenters.wording import later
from console.theme.tokens import ACTION_BAR, BUTTON_MEDIUM
from console.views.approvals.readiness import checks_sentence
from console.views.ground import Ground
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.plain_label import plain_tooltip

_ANSWERS = {
    "unknown-outcome": (
        ("happened", later("It happened")),
        ("do-it", later("It did not, do it")),
        ("skip", later("It did not, skip")),
    ),
    "cap": (
        ("raise", later("Let it use so much more")),
        ("partial", later("Take what there is")),
        ("stop", later("Stop the run")),
    ),
    "unknown-undo": (
        ("undone", later("It was undone")),
        ("undo-it", later("It was not, undo it")),
        ("leave", later("It was not, leave it")),
    ),
    "not-undone": (("dealt-with", later("I have dealt with it")), ("try-again", later("Try again"))),
}
"""What can be answered to a request that asks for no approval, by its kind."""


_ICONS = ("check", "x", "edit", "pause")
_CLOSE, _LINE = 4, 40
"""Pixels: between buttons where room is short; what one more line of buttons takes, at 100 %."""


class ActionBar(Ground):
    """Its signals are gestures; whether they may be done is the view's to know. ``told``: an answer."""

    approve_pressed = Signal()
    blocked_pressed = Signal()
    reject_pressed = Signal()
    edit_pressed = Signal()
    pause_pressed = Signal()
    told = Signal(str)

    def __init__(self, context: ConsoleContext) -> None:
        theme = context.theme
        super().__init__(theme, "surface")
        self._px = theme.px
        clock = context.monotonic
        self.approve = ActionButton(theme, self.tr("Approve"), _ICONS[0], "A", clock=clock)
        self.reject = ActionButton(theme, self.tr("Reject"), _ICONS[1], "R", clock=clock)
        self.edit = ActionButton(theme, self.tr("Edit"), _ICONS[2], "E", clock=clock)
        self.pause = ActionButton(theme, self.tr("Pause agent"), _ICONS[3], "P", clock=clock)
        self.buttons = (self.approve, self.reject, self.edit, self.pause)
        self.shelve = ActionButton(theme, "", "clock", "H", "quiet", BUTTON_MEDIUM)
        self.hand_over = ActionButton(theme, "", "users", "M", "quiet", BUTTON_MEDIUM)
        self._care = (
            (self.shelve, self.tr("Shelve"), self.tr("Shelve, or take from the shelf")),
            (self.hand_over, self.tr("Hand over"), self.tr("Hand over")),
        )
        """What is done to a request without deciding it: button, words, name."""
        answers = {
            kind: {key: ActionButton(theme, self.tr(text), None, None, clock=clock) for key, text in texts}
            for kind, texts in _ANSWERS.items()
        }
        self.extra = Decimal(theme)
        self.extra.setRange(0, 100_000)
        self.extra.setDecimals(2)
        self.extra.setPrefix("$")
        self.extra.setAccessibleName(self.tr("How much more this run may use, in dollars"))
        self.outcomes = {key: button for buttons in answers.values() for key, button in buttons.items()}
        self.note = ElidedLabel(theme, "", "meta", "text2")
        self.approve.activated.connect(self.approve_pressed)
        self.approve.locked_pressed.connect(self.blocked_pressed)
        self.approve.hold_broken.connect(lambda: self.note.setText(self._broken_note()))
        self.reject.activated.connect(self.reject_pressed)
        self.edit.activated.connect(self.edit_pressed)
        self.pause.activated.connect(self.pause_pressed)
        for key, button in self.outcomes.items():
            button.activated.connect(lambda key=key: self.told.emit(key))
        self._stack = QStackedLayout()
        self._kinds = ("action", *answers)
        self._rows: list[tuple[QWidget, ...]] = [self.buttons]
        self._rows += [(*((self.extra,) if kind == "cap" else ()), *row.values()) for kind, row in answers.items()]
        self._pages, self._grids = [QWidget() for _ in self._rows], []
        for page, row in zip(self._pages, self._rows, strict=True):
            self._stack.addWidget(page)
            grid = QGridLayout(page)
            grid.setContentsMargins(0, 0, 0, 0)
            self._grids.append(grid)
            self._fold(row, grid, len(row))
        self._folds = [len(row) for row in self._rows]
        self._above, self._below = QHBoxLayout(), QHBoxLayout()
        self._above.addLayout(self._stack)
        self._all = QVBoxLayout(self)
        for line in (self._above, self._below):
            line.setSpacing(self._px(16))
            self._all.addLayout(line)
        theme.changed.connect(self._restyle)
        context.actions.hear(self._share_room)  # another key is narrower or wider on its button
        self.show_kind("action")
        self._restyle()

    def _fold(self, row: tuple[QWidget, ...], grid: QGridLayout, each: int) -> None:
        """So many of a row in each line."""
        for at, button in enumerate(row):
            grid.removeWidget(button)
            grid.addWidget(button, at // each, at % each)
        for column in range(len(row) + 1):  # the buttons keep to the left, however long the note is
            grid.setColumnStretch(column, 1 if column == each else 0)

    def show_kind(self, kind: str) -> None:
        """Other buttons for what may or may not have happened, and for what could not be undone."""
        chosen = self._kinds.index(kind) if kind in self._kinds else 0
        for at, page in enumerate(self._pages):  # buttons that are not shown take no room from the note
            across = QSizePolicy.Policy.Preferred if at == chosen else QSizePolicy.Policy.Ignored
            page.setSizePolicy(across, QSizePolicy.Policy.Preferred)
        self._stack.setCurrentIndex(chosen)
        self._share_room()

    def suggest(self, micros: int) -> None:
        """What would be enough for a run at its cap, rounded up to a cent; a person may change it."""
        self.extra.setValue(-(-micros // 10_000) / 100)

    def set_blocked(self, sentence: str, hold_ms: int) -> None:
        """Why Approve does nothing yet; the button stays focusable and in its place."""
        self.approve.set_locked(sentence)
        if self.approve.hold_ms != hold_ms:
            self.approve.set_hold(hold_ms)

    def set_live(self, live: bool, why: str, stale: bool) -> None:
        """Reject, Edit and the outcomes: off while nothing can be decided. An agent can be paused at any time."""
        for button in (self.reject, self.edit, *self.outcomes.values()):
            button.set_locked("" if live else why)
        self.pause.set_locked(why if stale else "")

    def _restyle(self) -> None:
        self._share_room()
        self.update()

    @property
    def approve_key(self) -> str:
        """What is held down to approve: the key that does it now, or the button where no key does."""
        return self.approve.key_hint or self.approve.text()

    @property
    def final_note(self) -> str:
        """Beside the buttons when nothing is in the way of what can't be undone."""
        return self.tr("Hold {key} for 1 s. This can't be undone.").format(key=self.approve_key)

    @property
    def final_note_of_two(self) -> str:
        """The same where a second person has to agree."""
        return self.tr("Hold {key} for 1 s, then a second person. No undo.").format(key=self.approve_key)

    def _broken_note(self) -> str:
        return self.tr("Released early. Hold {key} for 1 s.").format(key=self.approve_key)

    def _share_room(self) -> None:
        """Approve equals Reject always; all four are of one width where that costs nothing else its place."""
        px, room = self._px, self.width() - 2 * self._px(24)
        self._draw_icons(room)
        own = [button.sizeHint().width() for button in self.buttons]
        ruling, gaps = max(own[:2]), 3 * px(8)
        equal, snug = 4 * max(own) + gaps, 2 * ruling + sum(own[2:]) + gaps
        kind = self._stack.currentIndex()
        row = self._rows[kind]
        across = [one.sizeHint().width() + px(8) for one in row]
        widths = (equal, snug) if kind == 0 else (sum(across),)
        least = self._in_one_line(own) if kind == 0 else sum(across) - px(8)
        lines = 1 if least <= room or self.width() == 0 else 2 if self._halves(across) <= room else len(row)
        self._name_care(short=False)
        care = sum(button.sizeHint().width() + px(16) for button, _, _ in self._care)
        places = ((care + px(16) + self._longest_note(), "beside"), (care, "note-below"), (0, "all-below"))
        fitting = ((width, place) for more, place in places for width in widths if width + more <= room)
        width, place = next(fitting, (widths[-1], "all-below"))
        if self._folds[kind] != (each := -(-len(row) // lines)):
            self._fold(row, self._grids[kind], each)
            self._folds[kind] = each
        self._grids[kind].setSpacing(px(8) if kind or snug <= room or lines > 1 else _CLOSE)
        for button, wide in zip(self.buttons, own, strict=True):
            rules = button in (self.approve, self.reject)
            button.setFixedWidth(max(own) if width == equal or lines > 1 else ruling if rules else wide)
        short = place == "all-below" and care + self._longest_note() > room
        self._place(place != "beside", place == "all-below", short, lines)

    def _halves(self, across: list[int]) -> int:
        """The width of two lines, whose columns stand below each other."""
        each = -(-len(across) // 2)
        return sum(max(across[at::each]) for at in range(each)) - self._px(8)

    def _draw_icons(self, room: int) -> None:
        """Words and keys stay where there is no room for the icons."""
        for button, icon in zip(self.buttons, _ICONS, strict=True):
            button.set_icon(icon)
        drawn = [button.sizeHint().width() for button in self.buttons]
        if self._in_one_line(drawn) > room:
            for button in self.buttons:
                button.set_icon(None)
        if self._in_one_line([button.sizeHint().width() for button in self.buttons]) > room > 2 * max(drawn):
            for button, icon in zip(self.buttons, _ICONS, strict=True):
                button.set_icon(icon)  # in two lines they have room again

    def _in_one_line(self, own: list[int]) -> int:
        return 2 * max(own[:2]) + sum(own[2:]) + 3 * _CLOSE

    def _longest_note(self) -> int:
        """Pixels that the longest warning takes; shorter sentences move nothing."""
        measure = self._theme.metrics("meta")
        open_checks = checks_sentence(3, self.approve_key, together=True)
        notes = (self.final_note, self.final_note_of_two, self._broken_note(), open_checks)
        return max(map(measure.horizontalAdvance, notes)) + 2

    def _place(self, note_below: bool, care_below: bool, short: bool, lines: int) -> None:
        """Note and care beside the buttons, or below where they would be cut. Only the width decides: nothing moves."""
        px = self._px
        for line in (self._above, self._below):
            line.removeWidget(self.note)
            for button, _, _ in self._care:
                line.removeWidget(button)
        (self._below if note_below else self._above).addWidget(self.note, 1)
        self._above.setStretch(0, 1 if note_below else 0)
        self._name_care(short=short)
        for button, _, _ in self._care:
            button.setFixedHeight(self._theme.target if care_below else px(BUTTON_MEDIUM))
            (self._below if care_below else self._above).addWidget(button)
        self._below.setSpacing(px(2) if care_below else px(16))
        self._all.setSpacing(px(2) if note_below else 0)
        self.setFixedHeight(px((ACTION_BAR + 8 if care_below else ACTION_BAR) + (lines - 1) * _LINE))
        edge = px(5) if care_below else px(3) if note_below else 0
        self._all.setContentsMargins(px(24), edge, px(24), edge)

    def _name_care(self, short: bool) -> None:
        """Icon and key alone where the note needs the room of the words."""
        for button, said, name in self._care:
            button.setText("" if short else said)
            button.setAccessibleName(name)
            button.setToolTip(plain_tooltip(name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()
