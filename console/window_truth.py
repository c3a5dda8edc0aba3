"""How true the window is: whether the journal answers, whether its chain is whole, what else is wrong."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from console.context import ConsoleContext
from console.heartbeat import Heartbeat
from console.presenters.times import clock_time, duration
from console.theme.tokens import BUTTON_SMALL
from console.views.footer import Footer
from console.views.strip import Strip
from console.views.table import AUDIT
from console.widgets.banner import Banner
from console.widgets.button import ActionButton


class WindowTruth(QObject):
    """``stale_since`` with the time of the last truth (µs UTC), and with 0 when it is fresh again."""

    stale_since = Signal(object)
    export_wanted = Signal()
    """A person wants the whole log in a file, before anything else is done."""

    def __init__(
        self, context: ConsoleContext, heartbeat: Heartbeat, strip: Strip, footer: Footer, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._heartbeat = heartbeat
        self._context, self._strip, self._footer, theme = context, strip, footer, context.theme
        self.stale = Banner(theme, "warn", "", "", self.tr("Retry now"), action_icon="refresh-cw")
        self.chain = Banner(theme, "crit", "", "", self.tr("Open audit"))  # the first bad entry
        self.export = ActionButton(theme, self.tr("Export the log"), "export", kind="quiet", height=BUTTON_SMALL)
        self.export.activated.connect(self.export_wanted)
        self.chain.add_button(self.export)
        self.trouble = Banner(theme, "warn", "", "")
        self.banners = (self.stale, self.chain, self.trouble)
        for banner in self.banners:
            banner.hide()
        self.stale.activated.connect(heartbeat.ask_now)
        self.chain.activated.connect(lambda: context.show_view(AUDIT))
        heartbeat.stale.connect(self._went_stale)
        heartbeat.fresh.connect(self._is_fresh)

    @property
    def since(self) -> int:
        """The time of the last truth (µs UTC); 0 while the journal answers."""
        return self._heartbeat.last_truth if self._heartbeat.is_stale else 0

    def show_chain(self, broken: str) -> None:
        """The sentence that says where the journal was changed; "" where it is whole."""
        self.chain.setVisible(bool(broken))
        if broken:
            self.chain.set_message(self.tr("The journal was changed"), broken, self.tr("Open audit"))

    def _went_stale(self, since: int) -> None:
        silent = duration(self._context.now() - since)
        state = self.tr(
            "You see the state of {time}. Nothing can be decided until it answers. Agents keep to their limits."
        )
        self.stale.set_message(
            self.tr("The journal has not answered for {time}").format(time=silent),
            state.format(time=clock_time(since)),
            self.tr("Retry now"),
        )
        self.stale.show()
        self._strip.set_stale(True)
        self._footer.set_connection(self.tr("Not answering"), well=False)
        self.stale_since.emit(since)

    def _is_fresh(self, milliseconds: float) -> None:
        said = self.tr("Journal answers in {ms} ms").format(ms=max(1, round(milliseconds)))
        self._footer.set_connection(said, well=True)
        troubles = self._context.runtime.troubles
        self.trouble.setVisible(bool(troubles))
        if troubles:
            self.trouble.set_message(troubles[0], "  ".join(troubles[1:]))
        if not self.stale.isHidden():
            self.stale.hide()
            self._strip.set_stale(False)
            self.stale_since.emit(0)
