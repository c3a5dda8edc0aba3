"""What may vary under a standing grant: every argument is exact until a person gives it an explicit limit."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.settings.form import Form
from console.presenters.grant_text import BadTerms, limits_from
from console.presenters.visible_text import marked
from console.widgets.button import ActionButton
from console.widgets.plain_label import PlainLabel
from runtime.domain.action import BadArguments, canonical, parse_arguments
from runtime.domain.events.grants import Widened
from runtime.projections.telling_grants import within_words

_LONGEST_SHOWN = 60


class GrantLimitsDialog(QDialog):
    """``chosen(widened, resources)`` when a person used what was typed."""

    chosen = Signal(object, str)

    def __init__(
        self,
        context: ConsoleContext,
        arguments: str,
        widened: tuple[Widened, ...],
        resources: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        theme, px = context.theme, context.theme.px
        self._arguments = arguments
        self.setWindowTitle(self.tr("What may vary"))
        self.setModal(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(10))
        column.addWidget(PlainLabel(theme, self.tr("What may vary"), "title"))
        said = self.tr(
            "An empty field stays exactly as it was approved. Numbers: 1..50. A choice: open|closed. "
            "A text of at most 200 characters: any:200."
        )
        column.addWidget(PlainLabel(theme, said, "meta", "text2"))
        form = Form(theme)
        self.fields: dict[str, QLineEdit] = {}
        before = {one.argument: within_words(one) for one in widened}
        for name, value in self._values().items():
            note = self.tr("Approved as {value}").format(value=_shown(value))
            field = form.text(name, f"{note}. {before[name]}" if name in before else note)
            self.fields[name] = field
        self.resources = form.text(
            self.tr("Touches"), self.tr("All that it touches has to fit this, for example orders/*.")
        )
        self.resources.setText(resources)
        column.addWidget(form)
        column.addStretch(1)
        self.fault = PlainLabel(theme, "", "meta_medium", "warn")
        self.fault.hide()
        column.addWidget(self.fault)
        self.use = ActionButton(theme, self.tr("Use these limits"), "check", enter=True)
        cancel = ActionButton(theme, self.tr("Cancel"), None, "Esc", kind="quiet")
        foot = QHBoxLayout()
        foot.addWidget(self.use)
        foot.addStretch(1)
        foot.addWidget(cancel)
        column.addLayout(foot)
        self.use.activated.connect(self._use)
        cancel.activated.connect(self.reject)
        self.setMinimumWidth(px(520))

    def _values(self) -> dict[str, object]:
        try:
            return parse_arguments(self._arguments)
        except BadArguments:
            return {}

    def _use(self) -> None:
        try:
            typed = {name: field.text() for name, field in self.fields.items()}
            widened = limits_from(typed, self._arguments)
        except BadTerms as fault:
            self.fault.setText(str(fault))
            self.fault.show()
            return
        self.chosen.emit(widened, self.resources.text().strip())
        self.accept()


def _shown(value: object) -> str:
    text = marked(canonical(value))
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
