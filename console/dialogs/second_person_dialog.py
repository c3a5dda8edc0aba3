"""The second person for what can't be undone and reaches far: somebody else, at this keyboard, with a passphrase."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.views.approvals.evidence_tabs import EvidenceTabs
from console.views.approvals.readiness import Blocked, blocked_sentence
from console.widgets.button import ActionButton
from console.widgets.plain_label import PlainLabel
from console.widgets.radio_button import RadioButton
from runtime.domain.commands import Secret
from runtime.domain.settings import Operator

HOLD_MS = 1000


class SecondPersonDialog(QDialog):
    """``agreed(operator id, Secret)``. Only people other than the one who approves and the one who started the run.

    ``evidence`` shows the exact action that will run; nobody agrees before its end was on screen here."""

    agreed = Signal(str, object)
    is_passing: ClassVar[bool] = True
    """Where something else comes on the card, nobody agreed to it."""

    def __init__(
        self,
        context: ConsoleContext,
        title: str,
        evidence: EvidenceTabs,
        people: Sequence[Operator],
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.evidence = evidence
        theme, px = context.theme, context.theme.px
        self.setWindowTitle(self.tr("A second person"))
        self.setModal(True)
        self._people: dict[str, RadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(10))
        column.addWidget(PlainLabel(theme, title, "title"))
        said = self.tr("This can't be undone and reaches far. A second person has to look at it and agree.")
        none = self.tr("There is no second person here. Add one in Settings, Operators. Nothing was approved.")
        column.addWidget(PlainLabel(theme, said if people else none, "body", "text2"))
        column.addWidget(evidence, 1)
        evidence.read_to_end.connect(self._chose)
        for person in people:
            choice = RadioButton(theme, person.name)
            choice.toggled.connect(self._chose)
            self._people[person.operator_id] = choice
            column.addWidget(choice)
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setPlaceholderText(self.tr("Passphrase of the second person"))
        self.passphrase.setAccessibleName(self.tr("Passphrase of the second person"))
        self.passphrase.setFont(theme.font("body"))
        self.passphrase.setMinimumHeight(px(32))
        self.passphrase.setVisible(bool(people))
        self.passphrase.textChanged.connect(self._chose)
        column.addWidget(self.passphrase)
        self.agree = ActionButton(theme, self.tr("I agree"), "check", clock=context.monotonic)
        self.agree.set_hold(HOLD_MS)
        self.agree.activated.connect(self._agree)
        self.agree.locked_pressed.connect(self._show_unread)
        cancel = ActionButton(theme, self.tr("Do not approve"), "x", "Esc")
        cancel.activated.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.agree)
        foot.addWidget(cancel)
        foot.addStretch(1)
        column.addLayout(foot)
        self.setMinimumWidth(px(680))
        self._chose()

    @property
    def chosen(self) -> str:
        """The person's id."""
        return next((key for key, choice in self._people.items() if choice.isChecked()), "")

    def _chose(self) -> None:
        if not self.evidence.has_seen_end:
            self.agree.set_locked(blocked_sentence(self._unread))
        elif not self.chosen:
            self.agree.set_locked(self.tr("Choose who agrees"))
        else:
            self.agree.set_locked("" if self.passphrase.text() else self.tr("Enter the passphrase"))

    @property
    def _unread(self) -> Blocked:
        if not self.evidence.exact.has_seen_end:
            return Blocked.UNREAD
        return Blocked.REQUEST if self.evidence.has_preview else Blocked.PREVIEW

    def _show_unread(self) -> None:
        """Take the second person to what was not read yet."""
        if not self.evidence.has_seen_end:
            self.evidence.show_unread()

    def _agree(self) -> None:
        second, words = self.chosen, Secret(self.passphrase.text())
        if second and self.passphrase.text() and self.evidence.has_seen_end:
            self.passphrase.clear()
            self.accept()
            self.agreed.emit(second, words)
