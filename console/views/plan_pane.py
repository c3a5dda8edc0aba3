"""The plan of a run as a tree: mark, title, time; the step at work is tinted."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from console.models.keyed_rows import Index
from console.models.plan_model import PlanModel
from console.presenters.run_text import PLAN_ICONS, drift_line, plan_count
from console.presenters.times import milliseconds
from console.presenters.visible_text import marked
from console.theme.fonts import Role
from console.theme.icons import paint_icon
from console.theme.mirroring import mirror_row
from console.theme.theme import Theme
from console.theme.tokens import PLAN_ROW, RADIUS_CONTROL, Token
from console.views.ground import Ground
from console.widgets.elided_label import ElidedLabel
from console.widgets.painting import RIGHT, box, focus_ring, words
from console.widgets.plain_label import PlainLabel
from runtime.domain.words import StepStatus
from runtime.projections.rows import RunDetail

_TOKENS: dict[StepStatus, Token] = {
    StepStatus.RUNNING: "accent", StepStatus.WAITING: "accent", StepStatus.FAILED: "warn", StepStatus.DONE: "text2",
    StepStatus.TO_DO: "text2", StepStatus.SKIPPED: "text3",
}  # fmt: skip


class PlanDelegate(QStyledItemDelegate):
    """Rows of 30 px."""

    def __init__(self, theme: Theme, model: PlanModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self.stale = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(10, self._theme.px(PLAN_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, px, place = self._theme, self._theme.px, index.row()
        line, depth, rect = self._model.rows[place], self._model.depth(place), QRectF(option.rect)
        live = line.status in (StepStatus.RUNNING, StepStatus.WAITING) and not self._model.is_parent(place)
        painter.save()
        mirror_row(painter, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = rect.adjusted(px(8), px(1), -px(8), -px(1))
        if live:
            box(painter, room, px(RADIUS_CONTROL), fill=theme.color("accentBg"))
        for level in range(depth):
            x = rect.left() + px(24) + level * px(22)
            painter.fillRect(
                QRectF(x - theme.border / 2, rect.top(), theme.border, rect.height()), theme.color("line2")
            )
        left = rect.left() + px(16) + depth * px(22)
        side = px(14)
        token: Token = "text3" if self.stale else _TOKENS[line.status]
        paint_icon(
            painter,
            theme,
            PLAN_ICONS[line.status],
            token,
            QRectF(left + px(1), rect.center().y() - side / 2, side, side),
        )
        aside = (
            self.tr("waiting")
            if line.status is StepStatus.WAITING and not self._model.is_parent(place)
            else (milliseconds(line.duration_ms) if line.duration_ms else "")
        )
        right = rect.adjusted(0, 0, -px(16), 0)
        words(painter, theme, right, aside, "meta", "text2", RIGHT)
        strong = live or depth == 0
        role: Role = "body_strong" if strong else "body"
        start = left + px(24)
        wide = right.right() - start - (theme.metrics("meta").horizontalAdvance(aside) + px(8) if aside else 0)
        title = theme.cut(role, marked(line.step.title), wide)
        ink: Token = "text3" if self.stale or line.status is StepStatus.SKIPPED else "text" if strong else "text2"
        words(painter, theme, QRectF(start, rect.top(), wide + 2, rect.height()), title, role, ink)
        if option.state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, theme, room, px(RADIUS_CONTROL))
        painter.restore()


class PlanList(QListView):
    """Letters are gestures of the view."""

    def __init__(self, theme: Theme, model: PlanModel) -> None:
        super().__init__()
        self.delegate = PlanDelegate(theme, model, self)
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Plan of this run"))

    def keyboardSearch(self, search: str) -> None:
        """Nothing."""


class PlanPane(Ground):
    """Title with the count of leaves, the tree, and whether the plan was changed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "surface")
        px = theme.px
        self.model = PlanModel(self)
        self.list = PlanList(theme, self.model)
        self._count = PlainLabel(theme, "", "meta", "text2", wrap=False)
        self._changed = ElidedLabel(theme, "", "meta", "text2")
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(15), px(16), px(4))
        head.addWidget(PlainLabel(theme, self.tr("Plan"), "title", wrap=False))
        head.addStretch(1)
        head.addWidget(self._count)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(16), px(4), px(16), px(10))
        foot.addWidget(self._changed, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.setMinimumWidth(px(190))

    def show_unknown(self) -> None:
        """No plan is known."""
        self.model.show_plan(())
        self._count.setText("")
        self._changed.setText("")

    def show_run(self, detail: RunDetail) -> None:
        """The plan as it stands."""
        self.model.show_plan(detail.plan + tuple(drift_line(line) for line in detail.drift))
        self._count.setText(plan_count(detail.plan))
        times = detail.plan_revision - 1
        changed = self.tr("Changed once") if times == 1 else self.tr("Changed {times} times").format(times=times)
        parts = [detail.plan_standing, changed if times > 0 else ""]
        if detail.drift:
            beside = self.tr("{count} beside the plan")
            parts.append(beside.format(count=len(detail.drift)))
        self._changed.setText(", ".join(part for part in parts if part))

    def set_stale(self, stale: bool) -> None:
        """Grey."""
        self.list.delegate.stale = stale
        self.list.viewport().update()
