"""Does the moves on the real window with real events, and writes down what each met."""

from __future__ import annotations

import asyncio
import faulthandler
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QKeyCombination, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from console.dialogs.settings_dialog import SettingsDialog
from console.dialogs.workspace_dialogs import SmallDialog
from console.key_dispatch import is_text_field
from console.views.approvals_view import ApprovalsView
from console.views.table import APPROVALS
from console.window import ConsoleWindow
from tests.fixtures.moved_clock import REAL_TIME, MovedClock
from tests.fixtures.real_console import STANDING
from tests.monkey.moves import Move, next_moves
from tests.monkey.watching import Done, Sent, Shown

LEAVES_THE_PROGRAM = (QFileDialog, SmallDialog)
"""Real files and other workspaces are outside: these are closed again with Esc."""
TARGETS = (QAbstractButton, QAbstractItemView, QLineEdit, QPlainTextEdit, QComboBox)
HUNG_AFTER_S = 600
"""For forty moves, which take a second; a machine with other work takes longer, a loop that hangs for ever."""
HELD_S = 1.15
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Hands:
    """``do`` one move; ``done`` and ``sent`` are the record of it all, by the clock that the window goes by."""

    def __init__(self, window: ConsoleWindow, clock: MovedClock) -> None:
        self.window = window
        self.clock = clock
        self.done: list[Done] = []
        self.sent: list[Sent] = []
        self._down: QWidget | None = None
        self._runner_submit = window.context.runner.submit

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Meanwhile every command that the window sends is written down."""
        submit = self._runner_submit

        def noted(command: Any, then: Any = None, *, quiet: bool = False, asker: Any = None) -> Any:
            self.sent.append(Sent(self.clock(), len(self.done), command))
            return submit(command, then, quiet=quiet, asker=asker)

        self.window.context.runner.submit = noted  # type: ignore[method-assign]
        try:
            yield
        finally:
            self.window.context.runner.submit = submit  # type: ignore[method-assign]

    # -- what is there -------------------------------------------------------------------------------------------
    def approvals(self) -> ApprovalsView:
        view = self.window.view(APPROVALS)
        assert isinstance(view, ApprovalsView)
        return view

    def shown(self) -> Shown:
        view = self.approvals()
        if self.window.current == APPROVALS and view.group.isVisible():
            return self._shown_group(view)
        desk = view.desk
        if self.window.current != APPROVALS or not desk.isVisible() or desk.detail is None:
            return Shown(looking=desk._looking)  # who left the screen meanwhile has approved all the same
        boxes = desk.card.checks.boxes
        ticked = tuple(at for at, box in enumerate(boxes) if box.isChecked())
        ask, row, panel = desk.detail, desk.detail.row, desk.reject_panel.isVisible()
        in_front = QApplication.activeModalWidget() is None and not desk.edit_page.isVisible()
        said = desk.reject_panel.reason if panel else ""
        shown = Shown(row.ask_id, ask.digest, int(row.tier), len(boxes), ticked, panel, said, in_front)
        return replace(shown, looking=desk._looking)

    def _shown_group(self, view: ApprovalsView) -> Shown:
        group = view.group
        parts = tuple((item.detail.row.ask_id, item.detail.digest) for item in group.parts)
        panel, in_front = group.reject_panel.isVisible(), QApplication.activeModalWidget() is None
        said = group.reject_panel.reason if panel else ""
        return Shown(group.group.key if group.group else "", panel=panel, reason=said, in_front=in_front, parts=parts)

    def name_of(self, widget: QWidget | None) -> str:
        """What the record calls a part of the card; its class for everything else."""
        desk, group = self.approvals().desk, self.approvals().group
        known: dict[int, str] = {id(desk.bar.approve): "approve", id(desk.bar.reject): "reject"}
        known |= {id(group.approve): "approve", id(group.reject): "reject"}
        known |= {id(group.reject_panel.send): "send", id(group.reject_panel.send_and_pause): "send"}
        known |= {id(button): "outcome" for button in desk.bar.outcomes.values()}
        known |= {id(box): "check" for box in desk.card.checks.boxes}
        known |= {id(desk.reject_panel.send): "send", id(desk.reject_panel.send_and_pause): "send"}
        known[id(desk.state_bar.held.button)] = "take back"
        return known.get(id(widget), type(widget).__name__)

    def front(self) -> QWidget:
        """The window that has the keyboard."""
        return QApplication.activePopupWidget() or QApplication.activeModalWidget() or self._active()

    def _active(self) -> QWidget:
        return QApplication.activeWindow() or self.window

    def controls(self) -> list[QWidget]:
        """What can be clicked now, in the order of the tree."""
        front = self.front()
        if isinstance(front, QMenu):
            return [front]
        every = [one for kind in TARGETS for one in front.findChildren(kind)]
        return [one for one in every if one.isVisible() and one.isEnabled() and not one.visibleRegion().isEmpty()]

    # -- doing ---------------------------------------------------------------------------------------------------
    async def do(self, move: Move) -> None:
        """One move, and a moment for the program."""
        if isinstance(self.front(), LEAVES_THE_PROGRAM):
            move = Move("key", "Esc")
        match move.kind:
            case "key":
                self.key_down(move.key)
                self.key_up(move.key)
            case "down":
                self.key_down(move.key)
                for _ in range(move.repeats):
                    self._send(move.key, QEvent.Type.KeyPress, repeat=True)
            case "up":
                self.key_up(move.key)
            case "click" | "double" | "press" | "lift":
                self._mouse(move)
            case "wheel":
                self._wheel(move)
            case "resize":
                self._note("resize", None)
                self.window.resize(round(move.x), round(move.y))
            case "wait":
                await asyncio.sleep(move.ms / 1000)
            case "whole":
                await self._whole(move.key)
        await asyncio.sleep(0)

    def _note(self, what: str, target: QWidget | None) -> None:
        typing = (focus := QApplication.focusWidget()) is not None and is_text_field(focus)
        self.done.append(Done(self.clock(), what, self.name_of(target), self.shown(), typing))

    def key_down(self, key: str) -> None:
        self._note(f"down {'Space' if key == ' ' else key}", QApplication.focusWidget())
        self._send(key, QEvent.Type.KeyPress)

    def key_up(self, key: str) -> None:
        self._note(f"up {'Space' if key == ' ' else key}", QApplication.focusWidget())
        self._send(key, QEvent.Type.KeyRelease)

    def _send(self, key: str, kind: QEvent.Type, repeat: bool = False) -> None:
        target = QApplication.activePopupWidget() or QApplication.focusWidget() or self._active()
        modal = QApplication.activeModalWidget()
        if modal is not None and QApplication.activePopupWidget() is None and target.window() is not modal:
            return  # as from the system: Qt lets no key through to a window behind a dialog that has just opened
        spelled: QKeyCombination = QKeySequence("Space" if key == " " else key)[0]  # type: ignore[index]  # Qt has it
        text = key.lower() if len(key) == 1 else ""
        event = QKeyEvent(kind, spelled.key(), spelled.keyboardModifiers(), text, repeat)
        QApplication.sendEvent(target, event)

    def _mouse(self, move: Move) -> None:
        controls = self.controls()
        if not controls:
            return
        widget = controls[int(move.x * len(controls))]
        room = widget.visibleRegion().boundingRect()
        where = QPoint(room.left() + int(move.y * room.width()), room.top() + int(move.z * room.height()))
        surface = widget.viewport() if isinstance(widget, QAbstractItemView | QPlainTextEdit) else widget
        if isinstance(widget, QComboBox):
            self._note("popup", widget)
            return  # its list is a window of the system's; keys choose in it
        if move.kind != "lift":
            self._note("mouse down", widget)
            QTest.mousePress(surface, LEFT, NONE, where)
            self._down = surface
        if move.kind != "press" and self._down is not None:
            self._note("mouse up", widget)
            QTest.mouseRelease(surface, LEFT, NONE, where)
            self._down = None
        if move.kind == "double" and surface.isVisible():
            self._note("double click", widget)
            QTest.mouseDClick(surface, LEFT, NONE, where)

    def _wheel(self, move: Move) -> None:
        controls = self.controls()
        if not controls:
            return
        widget = controls[int(move.x * len(controls))]
        self._note("wheel", widget)
        place, there = QPointF(widget.rect().center()), QPointF(widget.mapToGlobal(widget.rect().center()))
        by, none, phase = QPoint(0, move.ms), Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        turned = QWheelEvent(place, there, QPoint(), by, none, NONE, phase, False)
        QApplication.sendEvent(widget, turned)

    # -- whole gestures ------------------------------------------------------------------------------------------
    async def leave(self) -> None:
        """Esc until no dialog and no menu is left; what does not go by Esc is closed."""
        while isinstance(front := self.front(), QDialog | QMenu):
            self.key_down("Esc")
            self.key_up("Esc")
            await asyncio.sleep(0.002)
            if self.front() is front and isinstance(front, SettingsDialog) and front.unsaved.isVisible():
                self._note("mouse down", front.drop)
                QTest.mouseClick(front.drop, LEFT)  # unsaved edits would be lost, it says: they are
            elif self.front() is front:
                self._note("close", front)
                front.close()
            await asyncio.sleep(0.002)

    async def _whole(self, name: str) -> None:
        """What a person does who means it; the same small moves, in the right order and with the right waits."""
        await self.leave()
        if name == "take back":
            self.key_down("Ctrl+Z")
            self.key_up("Ctrl+Z")
            return
        self.window.activateWindow()
        self._note("show", None)
        self.window.show_view(APPROVALS)
        view = self.approvals()
        self._note("leave", None)
        view.desk.close_overlays()
        view.pane.list.setFocus()
        self.key_down("J")
        self.key_up("J")
        await self._ready(view, 0.4 if name == "approve briefly" else 1.6)
        if name == "reject":
            for key in ("R", "2"):
                self.key_down(key)
                self.key_up(key)
            self.key_down("Return")
            self.key_up("Return")
            return
        for box in view.desk.card.checks.boxes:
            if not box.isChecked():
                box.setFocus()
                self.key_down(" ")
                self.key_up(" ")
        view.pane.list.setFocus()
        self.key_down("A")
        if name == "approve briefly":
            self.clock.moved += 0.5
        else:
            await self._held(view)
        self.key_up("A")

    async def _ready(self, view: ApprovalsView, seconds: float) -> None:
        """The card is there, and was looked at for so long."""
        ends = self.clock() + seconds
        await self._until(self._still, ends)
        self.clock.moved += max(0.0, ends - self.clock())
        view.desk.tick()

    async def _held(self, view: ApprovalsView) -> None:
        """As long as it takes to approve what must be held, and what is sent then."""
        if not REAL_TIME:
            self.clock.moved += HELD_S
        await self._until(lambda: view.desk.bar.approve.held_share is None and self._still(), self.clock() + HELD_S)

    async def _until(self, holds: Callable[[], bool], ends: float) -> None:
        """Let the program work until it holds, at the longest until then; in the long run until then."""
        while self.clock() < ends and (REAL_TIME or not holds()):  # noqa: ASYNC110  (any change may be the one)
            await asyncio.sleep(0.01)

    def _still(self) -> bool:
        return not set(self.window.context.tasks.names) - STANDING


async def play(hands: Hands, moves: Iterable[Move], settle: int = 40) -> None:
    """All of them; every so often the program gets time to finish what it began."""
    for count, move in enumerate(moves):
        if count % settle == 0:
            faulthandler.dump_traceback_later(HUNG_AFTER_S, exit=True)  # a move that does not end is a hung loop
            await asyncio.sleep(0.01)
        await hands.do(move)
    await hands.leave()
    faulthandler.cancel_dump_traceback_later()


def stream_of(seed: int) -> Iterator[Move]:
    """The moves of a seed, without end."""
    dice = random.Random(seed)
    while True:
        yield from next_moves(dice)
