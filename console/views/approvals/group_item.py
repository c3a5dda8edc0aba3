"""One ask on the card of look-alikes: exact, with what it would do, and its box to leave it out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout

from console.context import ConsoleContext
from console.presenters.argument_lines import argument_lines
from console.theme.tokens import BUTTON_SMALL
from console.views.approvals.evidence_tabs import PreviewPage
from console.widgets.button import ActionButton
from console.widgets.check_box import CheckBox
from console.widgets.elided_label import ElidedLabel
from console.widgets.exact_text import ExactText
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.refusals import Refusal
from runtime.domain.words import AskState
from runtime.projections.rows import AskDetail
from runtime.tools.contract import Preview

_MOST_ROWS, _LEAST_ROWS = 12, 2


class GroupItem(Panel):
    """One ask of the group: ticked while it is part of it. ``changed``; ``alone_wanted`` to see it on its own card."""

    changed = Signal()
    alone_wanted = Signal(str)

    def __init__(self, context: ConsoleContext, detail: AskDetail) -> None:
        super().__init__(context.theme)
        theme = context.theme
        self.detail = detail
        self._forecast = False
        """Whether it is known what it would do; until then it may be a request that is not shown yet."""
        self.part = CheckBox(theme, detail.row.title, checked=True)
        self.exact = ExactText(theme, name=detail.row.title, max_rows=_MOST_ROWS, least_rows=_LEAST_ROWS)
        self.exact.set_diff(argument_lines(detail.action.tool, detail.action.arguments), detail.action.arguments)
        self.alone = ActionButton(theme, self.tr("Open alone"), "open-run", None, "quiet", BUTTON_SMALL)
        self.alone.setAccessibleName(self.tr("Open alone: {title}").format(title=detail.row.title))
        words = self.tr("{agent}, {touches}").format(agent=detail.row.agent, touches=detail.row.touches)
        self._said = ElidedLabel(theme, words, "meta", "text2")
        known = self.tr("Whole request, SHA-256 {digest}").format(digest=detail.digest[:12])
        self._digest = PlainLabel(theme, known, "mono", "text3", wrap=False)
        head = QHBoxLayout()
        head.addWidget(self.part, 1)
        head.addWidget(self.alone)
        self._foot = foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        foot.addWidget(self._said, 1)
        foot.addWidget(self._digest)
        self.body.addLayout(head)
        self.body.addWidget(self.exact)
        self._title = PlainLabel(theme, "", "meta_strong", "text2")
        self.preview = PreviewPage(theme, _MOST_ROWS, _LEAST_ROWS)
        self.preview.body.end_seen.connect(self.changed)
        self._missing = PlainLabel(theme, "", "meta", "text2")
        for part in (self._title, self.preview, self._missing):
            part.hide()
            self.body.addWidget(part)
        self.body.addLayout(foot)
        self.part.toggled.connect(self.changed)
        self.exact.end_seen.connect(self.changed)
        self.alone.activated.connect(lambda: self.alone_wanted.emit(detail.row.ask_id))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where both have no room side by side, the digest goes below."""
        super().resizeEvent(event)
        digest = self._theme.metrics("mono").horizontalAdvance(self._digest.text())
        below = self._said.sizeHint().width() + digest + 3 * self._theme.px(16) > self.width()
        self._digest.setWordWrap(below)
        self._foot.setDirection(QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight)

    def show_preview(self, preview: Preview | Refusal) -> None:
        """The console's own forecast, as on a card of its own; a request has to be read there too."""
        self._forecast = True
        if isinstance(preview, Preview):
            self._title.setText(self.tr("Preview: {what}").format(what=preview.title))
            self.preview.show_preview(preview)
            for part in (self._title, self.preview):
                part.show()
        else:
            self._missing.setText(self.tr("There is no preview: {why}").format(why=preview.sentence))
            self._missing.show()
        self.changed.emit()

    def compare(self, now: AskDetail | None) -> None:
        """How it stands by now. What is no longer what was shown here cannot be decided here."""
        if now is not None and now.row.state is AskState.WAITING and now.digest == self.detail.digest:
            return
        waits = now is not None and now.row.state is AskState.WAITING
        changed = self.tr("It was changed meanwhile and is not decided here. Open it alone.")
        self._missing.setText(changed if waits else self.tr("It was decided meanwhile and is left out."))
        self._missing.show()
        self.part.setChecked(False)
        self.part.setEnabled(False)

    @property
    def has_preview(self) -> bool:
        """Whether the console's own forecast is there, or could not be had and says so."""
        return self._forecast

    @property
    def read(self) -> bool:
        """Whether it was seen to its end, and so was the request it makes, where it is one."""
        return self._forecast and self.exact.has_seen_end and self.preview.has_been_read

    def unread(self) -> ExactText:
        """What of it was not read to its end yet."""
        return self.exact if self.preview.has_been_read or not self.exact.has_seen_end else self.preview.body
