"""The rail on the left: the screens, settings, and who decides here."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from console.presenters.wording import say
from console.theme.icons import paint_icon
from console.theme.mirroring import put
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL, RAIL, RAIL_COLLAPSED
from console.views.ground import Ground
from console.views.table import APPROVALS, SETTINGS, ViewEntry
from console.widgets.avatar import Avatar
from console.widgets.badge import Badge
from console.widgets.duty_button import DutyButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.hairline import Hairline
from console.widgets.painting import box, focus_ring, painting, words
from console.widgets.plain_label import plain_tooltip

_ITEM_HEIGHT = 36


class RailItem(QRadioButton):
    """One screen. A radio button to screen readers: exactly one screen is shown."""

    def __init__(self, theme: Theme, number: int, title: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.number, self._title, self._icon = theme, number, title, icon
        self._collapsed = False
        self.urgent = Badge(theme, urgent=True, name=self.tr("urgent"), parent=self)
        self.waiting = Badge(theme, name=self.tr("waiting"), parent=self)
        self.setAccessibleName(title)
        self.setToolTip(plain_tooltip(self.tr("{title} (Ctrl+{number})").format(title=title, number=number)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_counts(0, 0)
        theme.changed.connect(self._restyle)

    def set_counts(self, urgent: int, waiting: int) -> None:
        """How many wait, and how many of them are urgent; nothing is drawn for zero."""
        self.urgent.set_count(urgent)
        self.waiting.set_count(waiting)
        self._place()
        said = self.tr("{title}, {waiting} waiting, {urgent} urgent")
        name = said.format(title=self._title, waiting=waiting, urgent=urgent) if waiting else self._title
        self.setAccessibleName(name)

    def set_collapsed(self, collapsed: bool) -> None:
        """Icon alone."""
        self._collapsed = collapsed
        self._place()
        self.update()

    def _place(self) -> None:
        px, right = self._theme.px, self.width() - self._theme.px(8)
        for badge in (self.waiting, self.urgent):
            badge.setVisible(badge.count > 0 and not (self._collapsed and badge is self.waiting))
            if badge.isVisibleTo(self):
                badge.resize(badge.sizeHint())
                top = 0 if self._collapsed else (self.height() - badge.height()) // 2
                left = (self.width() if self._collapsed else right) - badge.width()
                put(badge, left, top)
                right = left - px(6)

    def resizeEvent(self, event: object) -> None:
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def hitButton(self, pos: object) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(RAIL_COLLAPSED - 24), self._theme.px(_ITEM_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _restyle(self) -> None:
        self.updateGeometry()
        self._place()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        chosen = self.isChecked()
        with painting(self) as painter:
            if chosen or self.underMouse():
                fill = theme.color("raised" if chosen else "hover")
                box(
                    painter,
                    self.rect(),
                    px(RADIUS_CONTROL),
                    fill=fill,
                    border=theme.color("ctl") if chosen and theme.is_high_contrast else None,
                    width=theme.border,
                )
            left = px(4) if self._collapsed and self.urgent.count else px(8) if self._collapsed else px(10)
            icon_rect = QRectF(left, (self.height() - px(16)) / 2, px(16), px(16))
            paint_icon(painter, theme, self._icon, "text" if chosen else "text2", icon_rect)
            if not self._collapsed:
                rect = QRectF(px(36), 0, self.width() - px(36), self.height())
                words(
                    painter,
                    theme,
                    rect,
                    self._title,
                    "body_strong" if chosen else "body_medium",
                    "text" if chosen else "text2",
                )
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), px(RADIUS_CONTROL))


class _Mark(QWidget):
    """The program's sign: a ring with a dot."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(theme.px(18), theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            paint_icon(painter, self._theme, "circle-dot", "text", QRectF(self.rect()))


class Rail(Ground):
    """``chosen(number)`` when a person picks a screen."""

    chosen = Signal(int)
    person_pressed = Signal()
    duty_pressed = Signal()

    def __init__(self, theme: Theme, entries: Sequence[ViewEntry], with_settings: bool = True) -> None:
        super().__init__(theme, "surface")
        self.items: dict[int, RailItem] = {}
        self._group = QButtonGroup(self)
        self._title = ElidedLabel(theme, self.tr("Console"), "title")
        self._person = ElidedLabel(theme, "", "body_strong")
        self._workspace = ElidedLabel(theme, "", "meta", "text2")
        self._avatar = Avatar(theme, "")
        self.duty = DutyButton(theme)
        self.duty.clicked.connect(self.duty_pressed)
        self._column = QVBoxLayout(self)
        self._head = QHBoxLayout()
        self._head.addWidget(_Mark(theme))
        self._head.addWidget(self._title, 1)
        self._column.addLayout(self._head)
        self._fill(entries, with_settings)
        theme.changed.connect(self._restyle)
        self._collapsed = False
        self._restyle()

    def _fill(self, entries: Sequence[ViewEntry], with_settings: bool) -> None:
        group = 0
        for entry in entries:
            if group and entry.group != group:
                self._column.addSpacing(self._theme.px(10))
            group = entry.group
            self._add(entry.number, say(entry.title), entry.icon)
        self._column.addStretch(1)
        if with_settings:
            self._add(SETTINGS, self.tr("Settings"), "settings")
        self._column.addWidget(Hairline(self._theme))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._person)
        names.addWidget(self._workspace)
        names.addWidget(self.duty)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._avatar)
        self._foot.addLayout(names, 1)
        self._column.addLayout(self._foot)

    def _add(self, number: int, title: str, icon: str) -> None:
        item = RailItem(self._theme, number, title, icon, self)
        self.items[number] = item
        if number != SETTINGS:
            self._group.addButton(item)
        else:
            item.setAutoExclusive(False)  # it opens a dialog; the screen below stays chosen
            item.setCheckable(False)
        item.clicked.connect(lambda: self.chosen.emit(number))
        self._column.addWidget(item)

    def mark(self, number: int) -> None:
        """Which screen is shown."""
        if number in self.items:
            self.items[number].setChecked(True)

    def set_waiting(self, urgent: int, waiting: int) -> None:
        """The counts beside Approvals."""
        if APPROVALS in self.items:
            self.items[APPROVALS].set_counts(urgent, waiting)

    def set_person(self, name: str, workspace: str) -> None:
        """Who decides here, in which workspace."""
        self._avatar.set_name(name)
        self._person.setText(name)
        self._workspace.setText(workspace)

    def set_duty(self, words: str, *, on_duty: bool | None) -> None:
        """Whether they are on duty; a press turns it round. None = nobody is at this seat."""
        self.duty.show_duty(words, on_duty=on_duty)
        self._show_duty()

    def _show_duty(self) -> None:
        self.duty.setVisible(self.duty.on_duty is not None and not self._collapsed)

    def set_collapsed(self, collapsed: bool) -> None:
        """56 px with icons alone, or 208 with words."""
        self._collapsed = collapsed
        for item in self.items.values():
            item.set_collapsed(collapsed)
        for label in (self._title, self._person, self._workspace):
            label.setVisible(not collapsed)
        self._show_duty()
        self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedWidth(px(RAIL_COLLAPSED if self._collapsed else RAIL))
        self._column.setContentsMargins(px(12), px(16), px(12), px(12))
        self._column.setSpacing(0)
        self._head.setContentsMargins(px(7), 0, 0, px(16))
        self._head.setSpacing(px(10))
        self._foot.setContentsMargins(px(2), px(10), 0, 0)
        self._foot.setSpacing(px(8))
        self.update()
