"""What will run, its arguments and the console's own preview, as tabs of exact text."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.presenters.argument_lines import argument_lines, compared
from console.presenters.exact_lines import counted, shows_whole, source_lines, unified_lines
from console.presenters.preview_text import mail_headers, request_text
from console.presenters.table_lines import row_lines
from console.theme.theme import Theme
from console.widgets.elided_label import ElidedLabel
from console.widgets.exact_text import ExactText
from console.widgets.key_value import KeyValue
from console.widgets.painting import RIGHT
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented
from console.widgets.text_rows import DiffLine
from runtime.domain.action import Action
from runtime.domain.refusals import Refusal
from runtime.tools.contract import Preview, PreviewKind

RUN, ARGUMENTS, PREVIEW = "run", "arguments", "preview"


class EvidenceTabs(Panel):
    """``read_to_end`` when the end of what will run was on screen; until then nothing is approved. Of a request over
    http the preview is read as well: the headers a grant adds stand nowhere else. At most ``rows`` of a text
    are shown at once, and ``least`` where there is little room."""

    read_to_end = Signal()

    def __init__(self, theme: Theme, rows: int = 16, least: int = 16) -> None:
        super().__init__(theme)
        choices = ((RUN, self.tr("What will run")), (ARGUMENTS, self.tr("Arguments")), (PREVIEW, self.tr("Preview")))
        self.tabs = Segmented(theme, choices, self.tr("Evidence"), RUN, wraps=True)
        self._note = ElidedLabel(theme, "", "meta", "text2", RIGHT)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # it never moves a tab
        self._note.setMinimumWidth(theme.px(40))
        head = QHBoxLayout()
        head.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._note, 1)
        self.add_layout(head)
        self.exact = ExactText(theme, name=self.tr("What will run"), max_rows=rows, least_rows=least)
        self.raw = ExactText(theme, name=self.tr("Arguments"), max_rows=rows, least_rows=least)
        self._digest = PlainLabel(theme, "", "mono", "text2", selectable=True)
        self._digest.setAccessibleName(self.tr("SHA-256 of the whole request"))
        self.preview = PreviewPage(theme, rows - 2, least)
        arguments = self._page(self.raw, self._digest)
        self._pages = {RUN: self._page(self.exact), ARGUMENTS: arguments, PREVIEW: self.preview}
        for page in self._pages.values():
            self.add(page)
        self._notes: dict[str, str] = {}
        self._missing = ""
        self.tabs.chosen.connect(self.show_tab)
        self.exact.end_seen.connect(self.read_to_end)
        self.preview.body.end_seen.connect(self.read_to_end)
        self.show_tab(RUN)

    def add_layout(self, layout: QHBoxLayout) -> None:
        """A row of the body."""
        self.body.addLayout(layout)

    def _page(self, *widgets: QWidget) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            column.addWidget(widget)
        return page

    @property
    def has_seen_end(self) -> bool:
        """Whether the end of what will run was on screen, and that of the request it makes; what is not worked out yet
        nobody has seen."""
        return self.exact.has_seen_end and self.has_preview and self.has_seen_request

    @property
    def has_preview(self) -> bool:
        """Whether the preview was worked out, or could not be had and says why."""
        return self.preview.is_there

    @property
    def has_seen_request(self) -> bool:
        """Whether the end of the request was on screen, where it is one."""
        return self.preview.has_been_read

    @property
    def last_stop(self) -> QWidget:
        """The last that the keyboard can be given."""
        return self.preview.source

    def show_unread(self) -> ExactText:
        """Open the tab that was not read to its end and go to that end."""
        unread = self.preview.body if self.exact.has_seen_end else self.exact
        self.show_tab(RUN if unread is self.exact else PREVIEW)
        bar = unread.verticalScrollBar()
        bar.setValue(bar.maximum())
        unread.setFocus()
        return unread

    def show_action(self, action: Action, digest: str, preview: Preview | None, original: Action | None) -> None:
        """A new ask, or an edited version of it (``original`` is then the agent's own)."""
        lines: Sequence[DiffLine]
        if original is not None:
            lines = compared(action.tool, original.arguments, action.arguments)
            note = self.tr("your version, {changes}").format(changes=counted(lines))
        elif preview is not None and preview.kind is PreviewKind.DIFF:
            change = unified_lines(preview.body)
            below = self.tr("the change below makes it")
            known = argument_lines(
                action.tool, action.arguments, lambda text: below if shows_whole(change, text) else ""
            )
            lines = [*known, *change]
            note = counted(change)
        else:
            lines = argument_lines(action.tool, action.arguments)
            note = ""
        self._notes = {RUN: note, ARGUMENTS: self.tr("exactly as executed")}
        self.exact.set_diff(lines, action.arguments)
        self.raw.set_text(action.arguments)
        said = self.tr("of its own, once it is asked with your change") if original is not None else digest
        self._digest.setText(self.tr("Whole request, SHA-256 {digest}").format(digest=said))
        self.show_tab(RUN)

    def show_preview(self, preview: Preview | Refusal | None, *, of_an_action: bool = True) -> None:
        """The console's own forecast; None = still being worked out. Beside what will run it is said where it is not
        there, if it is an action that would run."""
        self.preview.show_preview(preview)
        self._notes[PREVIEW] = preview.title if isinstance(preview, Preview) else ""
        self._missing = ""
        if of_an_action and preview is None:
            self._missing = self.tr("the preview is being worked out")
        elif of_an_action and isinstance(preview, Refusal):
            self._missing = self.tr("there is no preview")
        self.show_tab(self.tabs.current)

    def show_tab(self, key: str) -> None:
        """Show one of the three."""
        self.tabs.set_current(key)
        for name, page in self._pages.items():
            page.setVisible(name == key)
        missing = self._missing if key == RUN else ""
        self._note.setText("; ".join(filter(None, (self._notes.get(key, ""), missing))))

    def step(self, by: int) -> None:
        """``[`` and ``]``."""
        self.tabs.step(by)
        self.show_tab(self.tabs.current)


class PreviewPage(QWidget):
    """A preview in the form of its kind."""

    def __init__(self, theme: Theme, rows: int, least: int) -> None:
        super().__init__()
        self.is_request = self.is_there = False
        self._headers = KeyValue(theme, align_right=False)
        self.body = ExactText(theme, name=self.tr("Preview"), max_rows=rows, least_rows=least)
        self._source_title = PlainLabel(theme, self.tr("Source, exactly as it will be sent"), "meta_strong", "text2")
        self.source = ExactText(theme, name=self._source_title.text(), max_rows=rows - 4, least_rows=least)
        self._message = PlainLabel(theme, "", "body", "text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        for part in (self._message, self._headers, self.body, self._source_title, self.source):
            column.addWidget(part)

    @property
    def has_been_read(self) -> bool:
        """Whether the end of the request was on screen, where it is one."""
        return self.body.has_seen_end or not self.is_request

    def show_preview(self, preview: Preview | Refusal | None) -> None:
        """What would happen, worked out by the console."""
        mail = isinstance(preview, Preview) and preview.kind is PreviewKind.MAIL
        self.is_there = preview is not None
        self.is_request = isinstance(preview, Preview) and preview.kind is PreviewKind.REQUEST
        sent = mail or self.is_request
        self._headers.setVisible(mail)
        self.source.setVisible(sent)
        self._source_title.setVisible(sent)
        self.body.setVisible(isinstance(preview, Preview))
        self._message.setVisible(not isinstance(preview, Preview))
        if preview is None:
            self._message.setText(self.tr("The preview is being worked out."))
        elif isinstance(preview, Refusal):
            said = self.tr("There is no preview: {why} What will run is shown exactly in the first tab.")
            self._message.setText(said.format(why=preview.sentence))
        else:
            self._show(preview)

    def _show(self, preview: Preview) -> None:
        self.body.at_blanks = preview.kind is PreviewKind.MAIL  # an amount is read whole; the source stays as it is
        match preview.kind:
            case PreviewKind.DIFF:
                self.body.set_diff(unified_lines(preview.body), preview.body)
            case PreviewKind.ROWS:
                lines = row_lines(preview.columns, preview.before, preview.after)
                if preview.body:  # the statement itself
                    lines = [*(DiffLine("note", line) for line in preview.body.split("\n")), *lines]
                self.body.set_diff(lines, "\n".join(line.text for line in lines))
            case PreviewKind.MAIL:
                self._headers.set_rows(mail_headers(preview.headers))
                self.body.set_text(preview.body)
                self.source.set_diff(source_lines(preview.source), preview.source)
            case PreviewKind.REQUEST:
                self.body.set_text(request_text(preview))
                self.source.set_diff(source_lines(preview.source), preview.source)
            case PreviewKind.TEXT:
                self.body.set_text(preview.body)
