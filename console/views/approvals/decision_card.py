"""The decision card: header, facts, evidence, checks, the agent's words; nothing on it decides anything."""

import itertools

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.presenters.asked_before import differs_text
from console.theme.fading import FadingTheme
from console.theme.tokens import CARD_RIGHT
from console.views.approvals.allow_ahead import AllowAhead
from console.views.approvals.card_header import CardHeader
from console.views.approvals.evidence_tabs import EvidenceTabs
from console.views.approvals.side_panels import ChecksDone, ChecksToTick, HowSure, Known, OwnWords, Similar
from console.views.ground import Ground
from console.widgets.plain_label import PlainLabel
from runtime.domain.action import Action
from runtime.domain.refusals import Refusal
from runtime.projections.rows import AskDetail
from runtime.tools.contract import Preview, PreviewKind

_TWO_COLUMNS_FROM, _WINDOW_FROM = 780, 1360
_ACTION = "action"
"""The kind of a request in which something would run."""


class DecisionCard(QScrollArea):
    """Everything a person needs to decide. ``changed``: a tick, or the end of the text was seen."""

    changed = Signal()
    run_wanted = Signal()
    rearranged = Signal()
    """The parts follow each other in another order."""

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        theme = self._look = FadingTheme(context.theme, self)
        px = theme.px
        self._context = context
        self.header = CardHeader(theme)
        self.known = Known(theme)
        self.evidence = EvidenceTabs(theme)
        self.checked = ChecksDone(theme)
        self.words = OwnWords(theme)
        self.sure = HowSure(theme)
        self.similar = Similar(theme)
        self.checks = ChecksToTick(theme)
        self.ahead = AllowAhead(context)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(px(12))
        left, right = QVBoxLayout(), QVBoxLayout()
        self._left = left
        for column, parts in (
            (left, (self.known, self.evidence, self.checked, self.words)),
            (right, (self.sure, self.similar, self.checks, self.ahead)),
        ):
            column.setSpacing(px(12))
            for part in parts:
                column.addWidget(part)
            column.addStretch(1)
        self._right = QWidget()
        self._right.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        self._columns.addLayout(left, 1)
        self._columns.addWidget(self._right, 0, Qt.AlignmentFlag.AlignTop)
        self._body = Ground(theme, "bg")
        column = self._column = QVBoxLayout(self._body)
        column.setContentsMargins(px(24), px(22), px(24), px(16))
        column.setSpacing(px(16))
        column.addWidget(self.header)
        column.addLayout(self._columns)
        column.addStretch(1)
        self.words.raise_()  # a screen reader, too, comes to evidence before opinion
        self.setWidget(self._body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Request"))
        self.viewport().installEventFilter(self)
        self.header.run_wanted.connect(self.run_wanted)
        self.checks.changed.connect(self.changed)
        self.evidence.read_to_end.connect(self.changed)

    def show_detail(self, detail: AskDetail, preview: Preview | Refusal | None, edited: Action | None) -> None:
        """Another ask or another version: from the top, nothing ticked, nothing seen."""
        now = self._context.now()
        self.header.show_detail(detail, now)
        version = edited or detail.action
        self._show_evidence(detail, preview, edited)
        self.known.show_known(differs_text(version, detail.before, now), detail.anew, detail.known)
        self.checked.show_reasons(detail.reasons)
        self.words.show_words(detail.agent_words)
        self.sure.show_record(detail.track, detail.confidence)
        self.similar.show_similar(detail.similar, now)
        self.checks.show_checks(detail.checks)
        self.ahead.show_detail(detail, edited=edited is not None)
        self.verticalScrollBar().setValue(0)

    def show_late_preview(self, detail: AskDetail, preview: Preview | Refusal, edited: Action | None) -> None:
        """It took its time. Where it is a change, that stands in what will run, which is then read anew."""
        tab = self.evidence.tabs.current
        if isinstance(preview, Preview) and preview.kind is PreviewKind.DIFF and edited is None:
            self._show_evidence(detail, preview, edited)
        else:
            self.evidence.show_preview(preview, of_an_action=detail.row.kind == _ACTION)
        self.evidence.show_tab(tab)

    def _show_evidence(self, detail: AskDetail, preview: Preview | Refusal | None, edited: Action | None) -> None:
        known = preview if isinstance(preview, Preview) else None
        self.evidence.show_action(edited or detail.action, detail.digest, known, detail.action if edited else None)
        self.evidence.show_preview(preview, of_an_action=detail.row.kind == _ACTION)

    def set_faded(self, faded: bool) -> None:
        """Grey what may no longer be true, or is not what was chosen last."""
        if faded is not self._look.faded:
            self._look.faded = faded
            for label in self._body.findChildren(PlainLabel):
                label.take_colour()
            self._body.update()

    def tick(self, detail: AskDetail) -> None:
        """A second has passed."""
        self.header.tick(detail, self._context.now())

    def show_first_open(self) -> None:
        """Take a person to what is still open: the end of the text, else the first check."""
        if not self.evidence.has_seen_end:
            exact = self.evidence.show_unread()
            for part in (self.evidence, self._body):  # a tab that was not shown yet has no place yet
                QCoreApplication.sendPostedEvents(part, QEvent.Type.LayoutRequest)
            bottom = exact.mapTo(self._body, QPoint(0, exact.height())).y()
            self.verticalScrollBar().setValue(max(0, bottom - self.viewport().height() + self._context.theme.px(24)))
            bar = exact.verticalScrollBar()
            bar.setValue(bar.maximum())
            return
        check = self.checks.first_open()
        if check is not None:
            self.ensureWidgetVisible(check)
            check.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.viewport():
            self._arrange()
        return False

    def _arrange(self) -> None:
        px = self._context.theme.px
        # A scroll bar that comes or goes takes its room from the margin: the buttons of the header stay where they are.
        bar = max(0, self.width() - self.viewport().width())
        self._column.setContentsMargins(px(24), px(22), max(px(8), px(24) - bar), px(16))
        wide = self.width() >= px(_TWO_COLUMNS_FROM) and self.window().width() >= px(_WINDOW_FROM)
        wanted = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if wanted != self._columns.direction():
            self._columns.setDirection(wanted)
            self._put_words_last(wide)
        if wide:
            self._right.setFixedWidth(px(CARD_RIGHT))
        else:
            self._right.setMinimumWidth(0)
            self._right.setMaximumWidth(16_777_215)
        self._columns.setAlignment(self._right, Qt.AlignmentFlag.AlignTop if wide else Qt.AlignmentFlag(0))

    def _put_words_last(self, wide: bool) -> None:
        """Evidence before opinion: at the end of the left column, or of all where there is only one."""
        if wide:
            self._columns.removeWidget(self.words)
            self._left.insertWidget(self._left.count() - 1, self.words)  # before the room at the end
        else:
            self._left.removeWidget(self.words)
            self._columns.addWidget(self.words)
        self.rearranged.emit()

    def order_tabs(self, then: QWidget) -> None:
        """The keyboard goes through the card as it is read, and on to ``then``; checks are made anew for each ask."""
        right: tuple[QWidget, ...] = (*self.checks.boxes, *self.ahead.stops)
        wide = self._columns.direction() is QBoxLayout.Direction.LeftToRight
        words = self.words.more
        order = (self.evidence.last_stop, *((words, *right) if wide else (*right, words)), then)
        for before, after in itertools.pairwise(order):
            self.setTabOrder(before, after)
