"""Settings, Standing grants: what was allowed ahead, how much is left of it, what was done under it; R revokes."""

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from console.context import ConsoleContext
from console.dialogs.settings.page import SettingsPage
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters.grant_text import condition_lines, given_words, grant_sentence, left_words
from console.presenters.times import day_and_time
from console.presenters.wording import later
from console.theme.tokens import Token
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.flow_layout import FlowLayout
from console.widgets.plain_label import PlainLabel
from runtime.domain.grant_commands import RevokeGrant
from runtime.projections.grant_rows import GrantRow, GrantUse

_TICK_MS = 1000


class GrantsPage(SettingsPage):
    """Two tables: the grants, and what was done under the chosen one. Enter on a use opens its run."""

    key: ClassVar[str] = "grants"
    title: ClassVar[str] = later("Standing grants")
    explanation: ClassVar[str] = later(
        "What was allowed ahead with an approval: exactly the same action, for a time and a number of uses. Every use "
        "is checked and recorded. Changed rules, a new revision or a changed tool end a grant."
    )
    icon: ClassVar[str] = "hourglass"
    saves: ClassVar[bool] = False

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        theme, px = context.theme, context.theme.px
        self._rows: list[GrantRow] = []
        self._asked = ""
        titles = (self.tr("Agent"), self.tr("What"), self.tr("Left"), self.tr("Given by"))
        self.model = PlainRows(titles, self)
        self.table = DataTable(theme, self.tr("Standing grants"), (120, 200, 250, 140), 1)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(px(170))
        self.revoke = ActionButton(theme, self.tr("Revoke"), "ban", "R", height=28)
        self.condition = PlainLabel(theme, "", "meta", "text2")
        self.nothing = PlainLabel(theme, self.tr("No action is allowed ahead."), "body", "text2")
        used = (self.tr("Use"), self.tr("When"), self.tr("What"), self.tr("Outcome"))
        self.uses_model = PlainRows(used, self)
        self.uses = DataTable(theme, self.tr("Done under this grant"), (54, 120, 300, 130), 2)
        self.uses.setModel(self.uses_model)
        self.uses.setMinimumHeight(px(120))
        self._done = PlainLabel(theme, self.tr("Done under this grant (Enter opens the run)"), "meta_strong")
        row = FlowLayout(px(8))
        row.addWidget(self.revoke)
        self.column.addWidget(self.nothing)
        self.column.addWidget(self.table, 2)
        self.column.addLayout(row)
        self.column.addWidget(self.condition)
        self.column.addWidget(self._done)
        self.column.addWidget(self.uses, 1)
        self.column.addStretch(0)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.uses.activated.connect(lambda index: self._open_run(index.row()))
        self.revoke.activated.connect(self._revoke)
        for part in (self.table, self.uses, self.revoke):
            part.installEventFilter(self)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show)
        self._use_rows: list[GrantUse] = []
        self._arm()

    async def load(self) -> None:
        self._rows = await self.context.runtime.history.grants()
        self._show()
        if self._rows and self.table.chosen_row() < 0:
            self.table.choose_row(0)
        self._chosen()

    @property
    def keyboard_first(self) -> QWidget | None:
        """The list, so that R revokes at once: in the list of pages it would search for one."""
        return self.table if self._rows else None

    @property
    def chosen(self) -> GrantRow | None:
        """The grant a gesture is about."""
        row = self.table.chosen_row()
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _show(self) -> None:
        now = self.context.now()
        rows = []
        for row in self._rows:
            ink: Token = "text" if row.standing else "text3"
            cells = (
                Cell(row.given.agent, ink),
                Cell(row.given.title, ink),
                Cell(left_words(row, now), "accent" if row.standing else "text3"),
                Cell(given_words(row, now), "text2"),
            )
            rows.append(PlainRow(row.given.grant_id, cells))
        self.model.show_rows(rows)
        self.table.setAccessibleDescription(grant_sentence(self.chosen, now) if self.chosen else "")
        if any(row.standing and now >= row.given.until for row in self._rows):
            self.reload()

    def _chosen(self) -> None:
        row = self.chosen
        self.condition.setText(
            "\n".join(f"{name}: {how}" for name, how in condition_lines(row.given)) if row is not None else ""
        )
        self._arm()
        self._asked = row.given.grant_id if row is not None else ""
        self.context.tasks.start(self._load_uses(self._asked), name="what was done under a grant", owner=self)

    async def _load_uses(self, grant_id: str) -> None:
        uses = await self.context.runtime.history.grant_uses(grant_id) if grant_id else []
        if grant_id != self._asked:
            return
        self._use_rows = uses
        now = self.context.now()
        rows = []
        for use in uses:
            undone = self.tr("rolled back") if use.undone else use.outcome or self.tr("under way")
            cells = (
                Cell(str(use.use), "text2"),
                Cell(day_and_time(use.at, now), "text2"),
                Cell(use.title),
                Cell(undone),
            )
            rows.append(PlainRow(f"{use.run_id} {use.call_id}", cells))
        self.uses_model.show_rows(rows)
        self._arm()

    def _arm(self) -> None:
        row = self.chosen
        self.revoke.setEnabled(row is not None and row.standing)
        self.nothing.setVisible(not self._rows)
        for part in (self.table, self.condition, self.revoke):
            part.setVisible(bool(self._rows))
        for part in (self.uses, self._done):
            part.setVisible(bool(self._rows and self._use_rows))

    def _revoke(self) -> None:
        row = self.chosen
        if row is not None and row.standing:
            self.submit(RevokeGrant(row.given.grant_id, self.context.operator()))

    def _open_run(self, at: int) -> None:
        if 0 <= at < len(self._use_rows):
            self.window().close()
            self.context.open_run(self._use_rows[at].run_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """R revokes wherever the keyboard is on this page: a table keeps letters to itself."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.text().lower() == "r":
            if not event.isAutoRepeat():
                self._revoke()
            return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()
