"""A picture with its title, the words of the point that is pointed at, and the way to the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QWidget

from console.actions import EVERYWHERE, Action, Actions
from console.context import ConsoleContext
from console.presenters.pictures.picture import Picture
from console.theme.tokens import BUTTON_SMALL
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.panel import Panel
from console.widgets.pictures.picture_view import PictureView
from console.widgets.plain_label import PlainLabel

NUMBERS_KEY = "T"


class PicturePanel(Panel):
    """``narrow``: the words wrap below the picture, with the button beside them. ``short``: a button without words."""

    def __init__(
        self, context: ConsoleContext, title: str, note: str = "", *, narrow: bool = False, short: bool = False
    ) -> None:
        super().__init__(context.theme, title, note)
        self.context, theme = context, context.theme
        self.view = PictureView(theme, title)
        self.words: PlainLabel | ElidedLabel
        self.words = PlainLabel(theme, "", "meta", "text2") if narrow else ElidedLabel(theme, "", "meta", "text2")
        self._nothing = PlainLabel(theme, "", "body", "text2")
        text = "" if narrow or short else self.tr("Numbers")
        self.button = ActionButton(theme, text, "list", NUMBERS_KEY, "quiet", BUTTON_SMALL)
        self.button.setAccessibleName(self.tr("Numbers behind: {title}").format(title=title))
        keeps = self.button.sizePolicy()
        keeps.setRetainSizeWhenHidden(not narrow)  # what stands beside it does not move when there are numbers
        self.button.setSizePolicy(keeps)
        if not text:
            self.button.setToolTip(self.tr("Numbers behind this picture"))
        self.add(self.view, 1)
        self.add(self._nothing)
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        if narrow:
            row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        else:
            self.add_to_head(self.button)
        self.body.addLayout(row)
        self.view.pointed.connect(self._tell)
        self.view.numbers_wanted.connect(self.show_numbers)
        self.view.entered.connect(self._come_into_view)
        self.button.activated.connect(self.show_numbers)
        self._name = title
        self.show_unknown(self.tr("Being read"))

    @property
    def picture(self) -> Picture:
        """What is shown now."""
        return self.view.picture

    def show_unknown(self, said: str) -> None:
        """There is no picture, and why."""
        self.show_picture(Picture("", self._name, "", empty=said))

    def show_picture(self, picture: Picture) -> None:
        """Another one, or the same one later."""
        self.view.show_picture(picture)
        there = not picture.empty
        self._nothing.setText(picture.empty)
        self._nothing.setVisible(not there)
        for part in (self.view, self.words):
            part.setVisible(there)
        self.button.setVisible(bool(picture.rows))
        self._tell(self._said())

    def _said(self) -> str:
        at = self.view.place_of_point
        return self.picture.spots[at].said if 0 <= at < len(self.picture.spots) else ""

    def _tell(self, said: str) -> None:
        self.words.setText(said or self.picture.sentence)

    def panes(self) -> tuple[QWidget, ...]:
        """What the keyboard can be given."""
        return (self.view,) if self.picture.lanes else ()

    def _come_into_view(self) -> None:
        """F6 gives the keyboard without scrolling to it, and the words below belong to it."""
        above = self.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(self, 0, self.context.theme.px(12))
            above = above.parentWidget()

    def show_numbers(self) -> None:
        """T: the table behind it."""
        from console.dialogs.numbers_dialog import NumbersDialog

        if self.picture.rows:
            dialog = NumbersDialog(self.context, self.picture, self.window())
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()


def shown_picture(window: QWidget) -> PicturePanel | None:
    """The picture that has the keyboard, else the first one on screen that has numbers."""
    at = QApplication.focusWidget()
    while at is not None and at is not window:
        if isinstance(at, PicturePanel):
            return at if at.picture.rows else None
        at = at.parentWidget()
    panels = (panel for panel in window.findChildren(PicturePanel) if panel.isVisible() and panel.picture.rows)
    return next(panels, None)


def add_picture_action(actions: Actions, window: Callable[[], QWidget | None], where: int = EVERYWHERE) -> None:
    """T opens the numbers behind the picture."""

    def panel() -> PicturePanel | None:
        shown = window()
        return None if shown is None else shown_picture(shown)

    def press() -> None:
        found = panel()
        if found is not None:
            found.show_numbers()

    title = QCoreApplication.translate("Actions", "Numbers behind the picture")
    hint = QCoreApplication.translate("Actions", "numbers")
    actions.add(
        Action("picture.numbers", title, (NUMBERS_KEY,), where, hint, "list"),
        press,
        enabled=lambda: panel() is not None,
    )
