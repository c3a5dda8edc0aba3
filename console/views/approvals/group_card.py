"""The card of look-alikes: every item exact, each can be left out, one gesture rules each of them for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.presenters.queue_groups import AskGroup, look_of
from console.views.approvals.asked_preview import preview_of
from console.views.approvals.begun_rejections import BegunRejections
from console.views.approvals.group_bar import GroupBar
from console.views.approvals.group_item import GroupItem
from console.views.approvals.key_guard import KeyGuard, LookTime
from console.views.approvals.queue_care import LOOKED_S
from console.views.approvals.readiness import WIDE_VISIBLE_S, Blocked, blocked_sentence
from console.views.approvals.reject_panel import RejectPanel
from console.views.ground import Ground
from console.widgets.hairline import Hairline
from console.widgets.plain_label import PlainLabel
from runtime.domain.changes import Done
from runtime.domain.ids import AskId
from runtime.domain.look_alikes import may_stand_in_a_group
from runtime.domain.queue_commands import RuleEach, SeeAsk
from runtime.domain.refusals import Refusal
from runtime.projections.rows import AskDetail

_TICK_MS = 250


class GroupCard(QWidget):
    """``state_changed`` when other keys are valid; ``alone_wanted(ask id)`` pulls one out; ``ruled`` when answered."""

    state_changed = Signal()
    alone_wanted = Signal(str)
    ruled = Signal()

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        theme, px = context.theme, context.theme.px
        self._context = context
        self.group: AskGroup | None = None
        self.items: list[GroupItem] = []
        self.stale, self._sent, self._number = False, False, 0
        self._looked_at: set[str] = set()
        self.guard, self.look = KeyGuard(context.monotonic), LookTime(context.monotonic)
        self.title = PlainLabel(theme, "", "page")
        self.meta = PlainLabel(theme, "", "meta", "text2")
        self._list = QVBoxLayout()
        self._list.setSpacing(px(12))
        body = Ground(theme, "bg")
        column = QVBoxLayout(body)
        column.setContentsMargins(px(24), px(22), px(24), px(16))
        column.setSpacing(px(8))
        column.addWidget(self.title)
        column.addWidget(self.meta)
        column.addSpacing(px(8))
        column.addLayout(self._list)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(body)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setAccessibleName(self.tr("Look-alikes"))
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar = GroupBar(context)
        self.approve, self.reject, self.note = self._bar.approve, self._bar.reject, self._bar.note
        self.reject_panel = RejectPanel(theme, self, BegunRejections(context.settings, context.runtime.folder))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(Hairline(theme))
        whole.addWidget(self._bar)
        self.approve.activated.connect(self.approve_each)
        self.approve.locked_pressed.connect(self.show_first_unread)
        self.reject.activated.connect(self.open_reject)
        self.reject_panel.rejected.connect(self._reject)
        self.reject_panel.left.connect(self.state_changed)
        self.reject_panel.send_and_pause.hide()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.update_actions)

    def choose(self, group: AskGroup) -> None:
        """A person chose this group; what is on the card stays as it is until it is chosen again."""
        self._number += 1
        self.guard.deafen()
        self.reject_panel.put_away()
        self.group, self._sent = group, False
        self._fill(())
        self._context.tasks.start(self._load(group, self._number), name="show look-alikes")

    def leave(self) -> None:
        """Another line was chosen."""
        self._number += 1
        self.reject_panel.put_away()
        self.group = None
        self._fill(())

    async def _load(self, group: AskGroup, number: int) -> None:
        details = [await self._context.runtime.history.ask(row.ask_id) for row in group.rows]
        if number != self._number:
            return
        self._fill([detail for detail in details if detail is not None])
        self.look.restart()
        self.guard.deafen()
        await asyncio.gather(*(self._forecast(item, number) for item in self.items))

    async def refresh(self) -> None:
        """What was decided or changed elsewhere meanwhile is left out and says so."""
        number = self._number
        for item in self.items if not self._sent else ():
            now = await self._context.runtime.history.ask(item.detail.row.ask_id)
            if number != self._number or self._sent:
                return
            item.compare(now)

    async def _forecast(self, item: GroupItem, number: int) -> None:
        """Each by itself: one that takes its time keeps no other one back."""
        preview = await preview_of(self._context.runtime, item.detail.row.ask_id)
        if number == self._number:
            self.guard.deafen()
            item.show_preview(preview)

    def _fill(self, details: Sequence[AskDetail]) -> None:
        for old in self.items:
            self._list.removeWidget(old)
            old.deleteLater()
        self.items = [GroupItem(self._context, detail) for detail in details]
        for item in self.items:
            item.changed.connect(self.update_actions)
            item.alone_wanted.connect(self.alone_wanted)
            self._list.addWidget(item)
        if self.group is not None:
            self.title.setText(self.group.title)
            told = self.tr("{why}. One press decides each that is ticked, exactly as it stands here.")
            self.meta.setText(told.format(why=self.group.meta[:1].upper() + self.group.meta[1:]))
        self.area.verticalScrollBar().setValue(0)
        self.update_actions()

    @property
    def parts(self) -> list[GroupItem]:
        """Those that were left in."""
        return [item for item in self.items if item.part.isChecked()]

    def blocked(self) -> str:
        """Why nothing can be approved yet, in words; empty when it can."""
        if self.stale:
            return self.tr("Off until the journal answers")
        if self._sent:
            return self.tr("Sent")
        if not self.parts:
            return self.tr("Nothing is left in") if self.items else self.tr("Loading")
        if not all(may_stand_in_a_group(look_of(item.detail.row)) for item in self.parts):
            return self.tr("These are approved one by one: open each alone")
        exact_read = all(item.exact.has_seen_end for item in self.parts)
        if exact_read and not all(item.has_preview for item in self.parts):
            return blocked_sentence(Blocked.PREVIEW)
        unread = sum(not item.read for item in self.parts)
        if unread:
            one, more = (
                self.tr("1 of {all} is not read to its end"),
                self.tr("{some} of {all} are not read to their end"),
            )
            return (one if unread == 1 else more).format(some=unread, all=len(self.parts))
        if any(item.detail.row.priority == 2 for item in self.parts) and self.look.seconds < WIDE_VISIBLE_S:
            return self.tr("Live after 1.5 s")
        return ""

    @property
    def can_press(self) -> bool:
        """Whether decision keys mean this card."""
        return self.group is not None and not self.in_overlay

    @property
    def in_overlay(self) -> bool:
        """Whether reasons are being chosen."""
        return self.reject_panel.isVisibleTo(self)

    def update_actions(self) -> None:
        """Say what stands in the way; nothing moves."""
        seen = self.isVisible() and self.window().isActiveWindow() and not self.in_overlay
        self.look.run(seen and bool(self.items))
        self._tell_looks()
        why = self.blocked()
        self.approve.set_locked(why)
        self.reject.set_locked(why if self.stale or self._sent or not self.parts else "")
        self.note.setText(why or self.tr("{count} are decided, one by one").format(count=len(self.parts)))

    def _tell_looks(self) -> None:
        """Whoever read one of them to its end has had it before them, as on a card of its own; each is told once."""
        if self.stale or self.look.seconds < LOOKED_S:
            return
        for row in (item.detail.row for item in self.items if item.read):
            if not row.seen_at and row.ask_id not in self._looked_at:
                self._looked_at.add(row.ask_id)
                self._context.runner.submit(SeeAsk(AskId(row.ask_id), self._context.operator()), quiet=True)

    def approve_each(self) -> None:
        """A."""
        if not self.guard.is_deaf and self.can_press and not self.blocked():
            self._send("approve", "")

    def open_reject(self) -> None:
        """R: one reason for all that are left in."""
        if not self.guard.is_deaf and self.can_press and not self.reject.locked:
            left = self.reject.mapTo(self, self.reject.rect().topLeft()).x()
            bottom = self.height() - self._bar.height() - self._context.theme.px(6)
            self.reject_panel.open_above(left, bottom, self.group.key if self.group else "")
            self.state_changed.emit()

    def _reject(self, reason: str, _pause: bool) -> None:
        self.guard.deafen()
        self._send("reject", reason)
        self.state_changed.emit()

    def _send(self, ruling: str, reason: str) -> None:
        self._sent = True
        self.guard.deafen()
        items = tuple((AskId(item.detail.row.ask_id), item.detail.digest) for item in self.parts)
        by, looked = self._context.operator(), self.look.milliseconds
        command = RuleEach(items, by, "approve" if ruling == "approve" else "reject", reason, looked)
        self.update_actions()
        number, about = self._number, self.group.key if self.group else ""
        self._context.runner.submit(command, lambda answer: self._answered(answer, number, about))

    def _answered(self, answer: Done | Refusal, number: int, about: str) -> None:
        """Whatever was chosen meanwhile stays on screen: it was not what was answered."""
        if isinstance(answer, Done):
            self.reject_panel.recorded(about)
        if number == self._number:
            self.ruled.emit()

    def show_first_unread(self) -> None:
        """V, and Approve while something is unread."""
        item = next((one for one in self.parts if not one.read), None)
        if item is not None:
            unread = item.unread()
            self.area.ensureWidgetVisible(unread)
            bar = unread.verticalScrollBar()
            bar.setValue(bar.maximum())
            unread.setFocus()

    def back(self) -> None:
        """Esc: no reason after all."""
        self.reject_panel.close_panel()

    def set_stale(self, stale: bool) -> None:
        """What is shown may no longer be true."""
        self.stale = stale
        self.update_actions()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.guard.deafen()  # a key meant for the screen before must not decide here
        self._tick.start()
        self.update_actions()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        self.look.run(False)
        super().hideEvent(event)
