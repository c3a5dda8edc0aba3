"""Shelving, handing over, harm found later, what should have been asked: a choice and a line of words, nothing decided
about the request itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.widgets.button import ActionButton
from console.widgets.plain_label import PlainLabel
from console.widgets.radio_button import RadioButton

SHELF_TIMES = {
    2: (("15 min", 900), ("30 min", 1_800), ("1 h", 3_600)),
    3: (("1 h", 3_600), ("4 h", 4 * 3_600), ("8 h", 8 * 3_600)),
}
"""(words, seconds) to choose from, by priority; the last is the longest that is allowed."""


class ChoiceDialog(QDialog):
    """One of some choices and a line of words. ``chosen(key, words)``."""

    chosen = Signal(str, str)

    def __init__(
        self,
        context: ConsoleContext,
        title: str,
        sentence: str,
        choices: Sequence[tuple[str, str]],
        line: str,
        action: str,
        parent: QWidget | None,
        needs_words: bool = False,
    ) -> None:
        super().__init__(parent)
        theme, px = context.theme, context.theme.px
        self._needs_words, self._line_name = needs_words, line
        self.setWindowTitle(title)
        self.setModal(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(10))
        column.addWidget(PlainLabel(theme, title, "title"))
        column.addWidget(PlainLabel(theme, sentence, "body", "text2"))
        self.choices = {key: RadioButton(theme, words) for key, words in choices}
        for button in self.choices.values():
            button.toggled.connect(self._changed)
            column.addWidget(button)
        self.line = QLineEdit()
        self.line.setAccessibleName(line)
        self.line.setPlaceholderText(line)
        self.line.setFont(theme.font("body"))
        self.line.setMinimumHeight(px(32))
        self.line.textChanged.connect(self._changed)
        column.addWidget(self.line)
        self.act = ActionButton(theme, action, None, "Enter", enter=True)
        self.act.activated.connect(self.send)
        cancel = ActionButton(theme, self.tr("Cancel"), "x", "Esc", "quiet")
        cancel.activated.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.act)
        foot.addWidget(cancel)
        foot.addStretch(1)
        column.addLayout(foot)
        self.line.returnPressed.connect(self.send)
        if len(self.choices) == 1:
            next(iter(self.choices.values())).setChecked(True)
        self._changed()
        self.line.setFocus()

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(420, 0))

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its sentence needs at the width it was given."""
        super().showEvent(event)
        column = self.layout()
        if column is not None:
            self.resize(self.width(), max(self.height(), column.totalHeightForWidth(self.width())))

    @property
    def choice(self) -> str:
        """What is chosen; empty while nothing is."""
        return next((key for key, button in self.choices.items() if button.isChecked()), "")

    def _changed(self) -> None:
        missing = not self.choice or (self._needs_words and not self.line.text().strip())
        why = self.tr("Choose one") if not self.choice else self._line_name
        self.act.set_locked(why if missing else "")

    def send(self) -> None:
        """What is complete is sent once."""
        if not self.act.locked:
            key, words = self.choice, self.line.text().strip()
            self.accept()
            self.chosen.emit(key, words)


def _tr(text: str) -> str:
    return QCoreApplication.translate("QueueDialogs", text)


def shelve_dialog(context: ConsoleContext, title: str, priority: int, parent: QWidget | None) -> ChoiceDialog:
    """How long, and why."""
    dialog = ChoiceDialog(
        context,
        _tr("Put away for a time"),
        _tr("{title}. Its deadlines run on; it returns by itself, at the latest when it becomes urgent.").format(
            title=title
        ),
        [(str(seconds), words) for words, seconds in SHELF_TIMES[priority]],
        _tr("Why? The agent and the log are told"),
        _tr("Shelve"),
        parent,
        needs_words=True,
    )
    first = next(iter(dialog.choices.values()))
    first.setChecked(True)
    return dialog


EVERYBODY = "everybody"


def hand_over_dialog(
    context: ConsoleContext, title: str, people: Sequence[tuple[str, str]], held: bool, parent: QWidget | None
) -> ChoiceDialog:
    """To whom, with a note. ``people`` are (id, name) of those who may get it; ``held``: somebody holds it now."""
    choices = list(people)
    if held:
        choices.append((EVERYBODY, _tr("Whoever comes")))
    alone = _tr("Nobody else decides here. Settings, Operators adds people.")
    said = _tr("{title}. Anybody may still decide it; the note is shown on its card.").format(title=title)
    return ChoiceDialog(
        context,
        _tr("Hand over"),
        said if choices else alone,
        choices,
        _tr("A note for them"),
        _tr("Hand over"),
        parent,
    )


def harm_dialog(context: ConsoleContext, title: str, parent: QWidget | None) -> ChoiceDialog:
    """What harm it did, in words."""
    return ChoiceDialog(
        context,
        _tr("It did harm"),
        _tr("{title}. Nothing is undone by saying so; whoever approved it is told.").format(title=title),
        [("harmful", _tr("Count it as harmful"))],
        _tr("What harm did it do?"),
        _tr("Record it"),
        parent,
        needs_words=True,
    )


ALSO_RULE, ALONE = "rule", "alone"


def should_have_asked_dialog(context: ConsoleContext, title: str, rule: str, parent: QWidget | None) -> ChoiceDialog:
    """Why somebody should have been asked. ``chosen`` says ``ALSO_RULE`` where the rules are to be opened with it."""
    dialog = ChoiceDialog(
        context,
        _tr("It should have been asked"),
        _tr("{title}. Rule {rule} allowed it. Nothing is undone by saying so.").format(title=title, rule=rule),
        [
            (ALSO_RULE, _tr("Record it, then show this rule and one that would ask")),
            (ALONE, _tr("Record it, and go on")),
        ],
        _tr("Why should it have been asked?"),
        _tr("Record it"),
        parent,
        needs_words=True,
    )
    dialog.choices[ALSO_RULE].setChecked(True)
    return dialog
