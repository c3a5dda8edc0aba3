"""The key overview, made from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.actions import EVERYWHERE, grouped, shown_key
from console.context import ConsoleContext
from console.dialogs.dialog_size import open_at
from console.presenters.wording import say
from console.views.table import VIEWS
from console.widgets.button import ActionButton
from console.widgets.keycap import KeyCap
from console.widgets.plain_label import PlainLabel

_Move = QAbstractSlider.SliderAction
_MOVES: dict[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_Up: _Move.SliderSingleStepSub,
    Qt.Key.Key_Down: _Move.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: _Move.SliderPageStepSub,
    Qt.Key.Key_PageDown: _Move.SliderPageStepAdd,
    Qt.Key.Key_Home: _Move.SliderToMinimum,
    Qt.Key.Key_End: _Move.SliderToMaximum,
}


class KeysDialog(QDialog):
    """Every key, by view; arrows and the keys of pages scroll it, wherever the keyboard is."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme, px = context.theme, context.theme.px
        self.setWindowTitle(self.tr("All keys"))
        self.setModal(True)
        names = {entry.number: say(entry.title) for entry in VIEWS} | {EVERYWHERE: self.tr("Everywhere")}
        table = QWidget()
        grid = QGridLayout(table)
        grid.setHorizontalSpacing(px(24))
        grid.setVerticalSpacing(px(6))
        line = 0
        for where, actions in grouped(context.actions.all(), context.actions.keys_of).items():
            grid.addWidget(PlainLabel(theme, names.get(where, ""), "title"), line, 0, 1, 2)
            line += 1
            for action in actions:
                caps = QHBoxLayout()
                caps.setSpacing(px(4))
                for key in context.actions.keys_of(action.id):
                    caps.addWidget(KeyCap(theme, shown_key(key)))
                caps.addStretch(1)
                grid.addLayout(caps, line, 0)
                grid.addWidget(PlainLabel(theme, action.title, "body"), line, 1)
                line += 1
        grid.setRowStretch(line, 1)
        grid.setColumnStretch(1, 1)
        scroll = QScrollArea()
        scroll.setWidget(table)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setAccessibleName(self.tr("All keys"))
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bar = scroll.verticalScrollBar()
        self.bar.setSingleStep(px(40))
        note = self.tr("Single letters act outside text fields only.")
        close = ActionButton(theme, self.tr("Close"), None, "Esc", "normal", enter=True)
        close.activated.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(PlainLabel(theme, note, "meta", "text2"), 1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.addWidget(scroll, 1)
        column.addLayout(foot)
        open_at(self, theme, 520, 640)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The list itself takes no keyboard: nothing in it can be operated."""
        if (move := _MOVES.get(event.key())) is None:
            super().keyPressEvent(event)
        else:
            self.bar.triggerAction(move)
