"""What all pages of the settings share: a title, a column, an inline sentence, and whether edits would be lost."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.widgets.banner import Banner
from console.widgets.plain_label import PlainLabel
from runtime.domain.changes import Done
from runtime.domain.commands import Command
from runtime.domain.refusals import Refusal


class SettingsPage(QWidget):
    """``changed`` when it may have become dirty or clean."""

    key: ClassVar[str]
    title: ClassVar[str]
    explanation: ClassVar[str] = ""
    icon: ClassVar[str] = "settings"
    saves: ClassVar[bool] = True
    """Whether edits are gathered and saved together; else each gesture holds at once."""
    changed = Signal()

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        theme, px = context.theme, context.theme.px
        self.setAccessibleName(self.title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(px(24), px(20), px(24), px(16))
        self.column.setSpacing(px(12))
        self.column.addWidget(PlainLabel(theme, self.title, "page", wrap=False))
        if self.explanation:
            self.column.addWidget(PlainLabel(theme, self.explanation, "meta", "text2"))
        self.said = Banner(theme, "info", "", "", stacked=True)
        self.said.hide()
        self.column.addWidget(self.said)

    async def load(self) -> None:
        """Read what holds now and show it; edits are dropped."""

    def touch(self, change: ChangeSet) -> None:
        """Something was recorded while the page is open: what it shows of it is drawn anew, edits stay."""

    @property
    def is_dirty(self) -> bool:
        """Whether leaving would lose edits."""
        return False

    def save(self) -> None:
        """Send what was edited."""

    def discard(self) -> None:
        """Drop what was edited."""
        self.reload()

    def reload(self) -> None:
        """Load again, in the background."""
        self.context.tasks.start(self._load(), name=f"load {self.title}", owner=self)

    async def _load(self) -> None:
        await self.load()
        self.changed.emit()

    # -- telling -------------------------------------------------------------------------------------------------
    def tell_fault(self, headline: str, sentence: str = "") -> None:
        """What was wrong, in place."""
        self.said.set_message(headline, sentence, weight="warn")
        self.said.show()

    def tell_done(self, sentence: str) -> None:
        """What now holds."""
        self.said.set_message(sentence, "", weight="info")
        self.said.setVisible(bool(sentence))

    def tell_nothing(self) -> None:
        """The last sentence is old."""
        self.said.hide()

    def submit(self, command: Command, then: Callable[[Done], None] | None = None, failed: str = "") -> None:
        """Send a command; a refusal is told in place, and after success the page shows what is true now."""

        def answered(answer: Done | Refusal) -> None:
            if not isValid(self):
                return  # the settings were closed meanwhile; the journal has it
            if isinstance(answer, Refusal):
                self.tell_fault(failed or self.tr("Refused"), answer.sentence)
                return
            self.tell_done(answer.sentence)
            if then is not None:
                then(answer)
            self.reload()

        self.context.runner.submit(command, answered, quiet=True)
