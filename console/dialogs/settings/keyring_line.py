"""The line above credentials and keys that says how the keyring stands: waited for, open, locked, or none."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout

from console.theme.theme import Theme
from console.widgets.button import ActionButton
from console.widgets.panel import IconLabel
from console.widgets.plain_label import PlainLabel
from runtime.interface import Runtime


class KeyringLine(QHBoxLayout):
    """``look_again`` is called when a person wants it asked once more."""

    def __init__(self, theme: Theme, look_again: Callable[[], None]) -> None:
        super().__init__()
        self._icon = IconLabel(theme, "lock")
        self.state = PlainLabel(theme, "", "body_medium")
        again = ActionButton(theme, self.tr("Look again"), "refresh-cw", kind="quiet", height=28)
        again.activated.connect(look_again)
        self.setSpacing(theme.px(8))
        self.addWidget(self._icon)
        self.addWidget(self.state, 1)
        self.addWidget(again)

    async def ask(self, runtime: Runtime) -> bool:
        """Whether something can be kept there now. While it does not answer, that it is waited for is said."""
        self.state.setText(self.tr("Waiting for the keyring. It may ask for its password in a window of its own."))
        self.state.set_token("text2")
        state, sentence = await runtime.keyring_state()
        available = state == "available"
        self.state.setText(sentence)
        self.state.set_token("text" if available else "warn")
        self._icon.set_icon("lock" if state != "none" else "ban", "text2" if available else "warn")
        return available
