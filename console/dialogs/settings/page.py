"""What all pages of the settings share: a title, a column, an inline sentence, whether edits would be lost, and
whether what they show was read, is old, or could not be read."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.dialogs.settings.page_state import PageState
from console.notices.centre import fault_sentence
from console.presenters.wording import say
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
    from_journal: ClassVar[bool] = True
    """Whether what it shows stands in the journal; else it is of this desktop, there at once and never stale."""
    changed = Signal()
    retried = Signal()
    """A person wants the silent journal asked again now."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        theme, px = context.theme, context.theme.px
        self.setAccessibleName(say(self.title))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(px(24), px(20), px(24), px(16))
        whole.setSpacing(px(12))
        whole.addWidget(PlainLabel(theme, say(self.title), "page", wrap=False))
        if self.explanation:
            whole.addWidget(PlainLabel(theme, say(self.explanation), "meta", "text2"))
        self.said = Banner(theme, "info", "", "", stacked=True)
        self.said.hide()
        self.truth = PageState(theme, waits=self.from_journal)
        self.truth.pressed.connect(self._state_pressed)
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(px(12))
        whole.addWidget(self.said)
        whole.addWidget(self.truth)
        whole.addWidget(self.body, 1)
        self._leads, self._thing = False, ""
        self._show_state()

    @property
    def keyboard_first(self) -> QWidget | None:
        """Where the keyboard goes when the settings were opened at this page; None = it stays in the list of pages."""
        return None

    def take_keyboard(self, thing: str = "") -> None:
        """A person asked for this very page, or one thing of it: its keys count as soon as it is filled."""
        self._leads, self._thing = True, thing

    def choose(self, thing: str) -> None:
        """Choose one thing of the page, where it is there."""

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
        try:
            await self.load()
        except Exception as error:
            sentence = fault_sentence(error)
            self.truth.failed = sentence or self.tr("The program made a mistake. What was recorded is safe.")
            self._show_state()
            if sentence:
                return  # a fault of the world is told here alone, where the person looks
            raise
        self.show_what_is_read()
        if self._leads and self.keyboard_first is not None:
            self.keyboard_first.setFocus()
        if self._thing:
            self.choose(self._thing)
        self._leads, self._thing = False, ""

    def show_what_is_read(self) -> None:
        """The journal was read: the page is shown, also where something else is still waited for."""
        self.truth.loaded, self.truth.failed = True, ""
        self._show_state()

    # -- what is known -------------------------------------------------------------------------------------------
    @property
    def is_ready(self) -> bool:
        """Whether what it shows was read and may be acted on."""
        return self.truth.is_well

    def set_stale(self, since: int) -> None:
        """The journal is silent since then (µs UTC; 0 = it answers again). Edits are kept."""
        if not self.from_journal or since == self.truth.stale_since:
            return
        self.truth.stale_since = since
        self._show_state()
        if not since and not self.is_dirty:
            self.reload()

    def _show_state(self) -> None:
        self.body.setVisible(self.truth.show_state())
        self.body.setEnabled(self.is_ready)
        self.changed.emit()

    def _state_pressed(self) -> None:
        if self.truth.stale_since:
            self.retried.emit()
        else:
            self.reload()

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
            if isinstance(answer, Refusal):
                self.tell_fault(failed or self.tr("Refused"), answer.sentence)
                return
            self.tell_done(answer.sentence)
            if then is not None:
                then(answer)
            self.reload()

        self.context.runner.submit(command, answered, quiet=True, asker=self)
