"""How a connection is spoken to, where the usual way is refused: streaming, plans, summaries, the longest answer.

Few connections need it, so it is folded away below the form.
"""

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.dialogs.settings.form import Form, pick
from console.theme.theme import Theme
from console.widgets.button import ActionButton
from runtime.domain.connection import ConnectionSpec
from runtime.models.workspace_connections import LONGEST_ANSWER


class ConnectionWays(QWidget):
    """``edited`` when a control was changed."""

    edited = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.more = ActionButton(theme, self.tr("More settings"), kind="quiet", height=28)
        self.more.activated.connect(self._fold)
        self.form = form = Form(theme)
        self.streams = form.toggle(
            self.tr("Streaming"),
            self.tr("Answers come piece by piece"),
            self.tr("Off for a server that cannot stream, or breaks its streams off."),
        )
        self.structured = form.choice(
            self.tr("Plans"),
            (("schema", self.tr("held to a form by the server")), ("words", self.tr("asked for in words"))),
            self.tr("In words for a server that refuses a form (response_format)."),
        )
        self.summaries = form.toggle(
            self.tr("Summaries"),
            self.tr("Ask how it got there"),
            self.tr("Off for an account that may not have summaries of reasoning."),
        )
        self.longest = form.number(
            self.tr("Longest answer"),
            0,
            LONGEST_ANSWER,
            self.tr("tokens"),
            self.tr("0 = as the model takes. More is reserved before each call."),
        )
        form.edited.connect(self.edited)
        form.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.more)
        column.addWidget(form)

    def fill(self, spec: ConnectionSpec) -> None:
        """Show it; what is not usual is unfolded."""
        self.streams.setChecked(spec.streams)
        pick(self.structured, spec.structured)
        self.summaries.setChecked(spec.summaries)
        self.longest.setValue(spec.max_output_tokens)
        if self.read(ConnectionSpec("", "", "")) != ConnectionSpec("", "", ""):
            self._show(shown=True)

    def read(self, spec: ConnectionSpec) -> ConnectionSpec:
        """The controls over what it was."""
        return replace(
            spec,
            streams=self.streams.isChecked(),
            structured=str(self.structured.currentData()),
            summaries=self.summaries.isChecked(),
            max_output_tokens=self.longest.value(),
        )

    def _fold(self) -> None:
        self._show(shown=self.form.isHidden())

    def _show(self, *, shown: bool) -> None:
        self.form.setVisible(shown)
        self.more.setText(self.tr("Fewer settings") if shown else self.tr("More settings"))
