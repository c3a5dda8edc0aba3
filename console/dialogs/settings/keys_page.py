"""Settings, Keys: every gesture with its keys; another key, none, or the one it comes with."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from console import key_choice
from console.actions import EVERYWHERE, Action, shown_key
from console.context import ConsoleContext
from console.dialogs.settings.form import Form
from console.dialogs.settings.page import SettingsPage
from console.key_dispatch import key_name
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters.wording import later, say
from console.views.table import VIEWS
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.flow_layout import FlowLayout
from console.widgets.plain_label import PlainLabel


class KeysPage(SettingsPage):
    """Each gesture holds at once."""

    key: ClassVar[str] = "keys"
    title: ClassVar[str] = later("Keys")
    icon: ClassVar[str] = "terminal"
    from_journal: ClassVar[bool] = False
    saves: ClassVar[bool] = False
    explanation: ClassVar[str] = later(
        "Holds at once, on this workstation. Single letters act outside text fields only."
    )

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        theme, px = context.theme, context.theme.px
        form = Form(theme)
        self.letters = form.toggle(
            self.tr("Single letters"),
            self.tr("Single letters are keys"),
            self.tr("Off: only keys with Ctrl or Alt, Shift with a letter, and the function keys do anything."),
        )
        self._actions: list[Action] = []
        self._listening = ""
        self._names = {entry.number: say(entry.title) for entry in VIEWS} | {EVERYWHERE: self.tr("Everywhere")}
        self.model = PlainRows((self.tr("Where"), self.tr("What"), self.tr("Keys")), self)
        self.table = DataTable(theme, self.tr("Gestures and their keys"), (110, 300, 150), 1)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(px(240))
        self.change = ActionButton(theme, self.tr("Another key"), "pencil", height=28)
        self.off = ActionButton(theme, self.tr("No key"), "minus", height=28)
        self.reset = ActionButton(theme, self.tr("As delivered"), "undo-2", height=28)
        self.reset_all = ActionButton(theme, self.tr("All as delivered"), "rotate-ccw", kind="quiet", height=28)
        self.prompt = PlainLabel(theme, "", "body_medium", "accent")
        row = FlowLayout(px(8))
        for button in (self.change, self.off, self.reset, self.reset_all):
            row.addWidget(button)
        self.column.addWidget(form)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self.prompt)
        self.column.addLayout(row)
        self.letters.toggled.connect(self._letters_chosen)
        self.change.activated.connect(self._listen)
        self.off.activated.connect(lambda: self._keep(()))
        self.reset.activated.connect(lambda: self._keep(None))
        self.reset_all.activated.connect(self._reset_all)
        self.table.selectionModel().selectionChanged.connect(lambda _new, _old: self._arm())

    async def load(self) -> None:
        await self.context.navigation.know_all_actions()
        self._actions = sorted(self.context.actions.all(), key=lambda action: action.where)
        self.letters.setChecked(self.context.actions.letters_on)
        self._show()

    def _show(self) -> None:
        chosen = self._chosen()
        rows = []
        for action in self._actions:
            keys = "   ".join(map(shown_key, self.context.actions.keys_of(action.id)))
            own = key_choice.own_keys(self.context.settings, action.id) is not None
            said = keys or self.tr("none")
            place = self._names.get(action.where, "")
            cells = (
                Cell(place, "text2"),
                Cell(action.title),
                Cell(said, "accent" if own else "text", "mono_medium" if keys else "body"),
            )
            rows.append(PlainRow(action.id, cells))
        self.model.show_rows(rows)
        if chosen is not None:
            self.table.selectRow(self._actions.index(chosen))
        self._arm()

    def _chosen(self) -> Action | None:
        row = self.table.currentIndex().row() if self.table.selectionModel().hasSelection() else -1
        return self._actions[row] if 0 <= row < len(self._actions) else None

    def _arm(self) -> None:
        action = self._chosen()
        free = action is not None and key_choice.can_change(action)
        own = action is not None and key_choice.own_keys(self.context.settings, action.id) is not None
        fixed = self.tr("This one is fixed.") if action is not None else self.tr("Choose a line first.")
        self.change.set_locked("" if free else fixed)
        self.off.set_locked("" if free else fixed)
        self.reset.set_locked("" if own else self.tr("It has the keys it comes with."))
        self._stop_listening()

    # -- gestures --------------------------------------------------------------------------------------------------
    def _letters_chosen(self, on: bool) -> None:
        if on != self.context.actions.letters_on:
            self.context.actions.letters_on = on
            self.context.settings.setValue(key_choice.LETTERS, "true" if on else "false")
            self._tell_window()
            self._show()

    def _listen(self) -> None:
        action = self._chosen()
        if action is None:
            return
        self._listening = action.id
        self.prompt.setText(self.tr("Press the new key for: {what}. Esc leaves it as it is.").format(what=action.title))
        self.tell_nothing()
        self.change.installEventFilter(self)
        self.change.setFocus()

    def _stop_listening(self) -> None:
        self._listening = ""
        self.prompt.setText("")
        self.change.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The next key is the answer, whatever it does elsewhere."""
        if not self._listening:
            return False
        if event.type() == QEvent.Type.FocusOut:
            self._stop_listening()
            return False
        if event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyRelease):
            event.accept()
            return True
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        name = key_name(event)
        if name and not event.isAutoRepeat():
            self._take(name, leave=event.key() == Qt.Key.Key_Escape)
        return True

    def _take(self, key: str, *, leave: bool) -> None:
        action_id = self._listening
        if leave:
            self._stop_listening()
            return
        refusal = key_choice.why_not(self.context.actions, action_id, key)
        if refusal:
            self._stop_listening()
            self.tell_fault(self.tr("Not taken"), refusal)
            return
        self._keep((key,))

    def _keep(self, keys: tuple[str, ...] | None) -> None:
        action = self._chosen()
        if action is None:
            return
        for key in action.keys if keys is None else ():
            refusal = key_choice.why_not(self.context.actions, action.id, key)
            if refusal and key_choice.can_change(action):
                self.tell_fault(self.tr("Not taken"), refusal)
                return
        key_choice.keep(self.context.settings, action.id, keys)
        self.tell_done(self.tr("{what}: {keys}").format(what=action.title, keys=self._said(action)))
        self._tell_window()
        self._show()

    def _said(self, action: Action) -> str:
        keys = self.context.actions.keys_of(action.id)
        return ", ".join(map(shown_key, keys)) or self.tr("no key")

    def _reset_all(self) -> None:
        for action in self._actions:
            key_choice.keep(self.context.settings, action.id, None)
        self.tell_done(self.tr("Every gesture has the keys it comes with."))
        self._tell_window()
        self._show()

    def _tell_window(self) -> None:
        self.context.actions.tell_changed()
