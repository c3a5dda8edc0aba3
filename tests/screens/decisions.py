"""Screens of the demo on which somebody decides: cards of every tier, edit, reject, checks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from console.views.approvals_view import ApprovalsView
from console.views.table import APPROVALS
from tests.screens.cards import read_to_end
from tests.screens.screen import Screen, Stage

KEY = Qt.Key


async def approvals(stage: Stage) -> ApprovalsView:
    """The screen, filled."""
    stage.window.show_view(APPROVALS)
    await stage.settled()
    view = stage.window.view(APPROVALS)
    assert isinstance(view, ApprovalsView)
    return view


async def card(stage: Stage, tool: str) -> ApprovalsView:
    """The card of the first ask for a tool, read to its end, deaf no more."""
    view = await approvals(stage)
    wanted = next(row.ask_id for row in await stage.window.context.runtime.history.asks() if row.tool == tool)
    view.open_item(wanted)  # also one that stands in a group
    await stage.until(lambda: view.desk.detail and view.desk.detail.row.ask_id == wanted, f"the card of {tool}")
    await read_to_end(stage, stage.window, view.desk)
    await listening(stage, view)
    return view


async def listening(stage: Stage, view: ApprovalsView) -> None:
    """The 600 ms in which keys do not count are over."""
    await stage.until(lambda: not view.desk.guard.is_deaf, "keys count again")
    view.desk.tick()


async def tier_1(stage: Stage) -> QWidget:
    await card(stage, "sql.give_voucher")
    return stage.window


async def tier_2(stage: Stage) -> QWidget:
    await card(stage, "sql.cancel_order")
    return stage.window


async def tier_3(stage: Stage) -> QWidget:
    await card(stage, "sql.refund_order")
    return stage.window


async def checked(stage: Stage) -> QWidget:
    view = await card(stage, "sql.refund_order")
    for box in view.desk.card.checks.boxes:
        box.setChecked(True)
    view.desk.tick()
    return stage.window


async def edit(stage: Stage) -> QWidget:
    view = await card(stage, "sql.cancel_order")
    stage.press(KEY.Key_E)
    await stage.until(lambda: view.desk.edit_page.isVisible(), "the edit page is open")
    await stage.settled()
    return stage.window


async def reject(stage: Stage) -> QWidget:
    view = await card(stage, "sql.refund_order")
    stage.press(KEY.Key_R)
    await stage.until(lambda: view.desk.reject_panel.isVisible(), "the reject panel is open")
    stage.press(KEY.Key_2)
    return stage.window


async def mail(stage: Stage) -> QWidget:
    await card(stage, "mail.send")
    return stage.window


async def mail_preview(stage: Stage) -> QWidget:
    await card(stage, "mail.send")
    stage.press(KEY.Key_BracketRight)
    stage.press(KEY.Key_BracketRight)
    return stage.window


async def back(stage: Stage, _shown: QWidget) -> None:
    """Esc leaves the panel or page."""
    view = await approvals(stage)
    view.desk.back()
    await listening(stage, view)


async def first_tab(stage: Stage, _shown: QWidget) -> None:
    stage.press(KEY.Key_BracketLeft)
    stage.press(KEY.Key_BracketLeft)


DECISIONS = (
    Screen("approvals-tier-1", tier_1),
    Screen("approvals-tier-2", tier_2),
    Screen("approvals-tier-3", tier_3, sample=True),
    Screen("approvals-checked", checked),
    Screen("approvals-edit", edit, back, sample=True),
    Screen("approvals-reject", reject, back, sample=True),
    Screen("approvals-mail", mail),
    Screen("approvals-mail-preview", mail_preview, first_tab),
)
