"""The keys of Approvals: the list, the card and its rulings, what is done to a request without deciding it, reviews."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from console.actions import Action

if TYPE_CHECKING:
    from console.views.approvals_view import ApprovalsView


def tr(text: str) -> str:
    """Translated, for texts outside a QObject."""
    return QCoreApplication.translate("ApprovalsActions", text)


def add_approvals_actions(view: ApprovalsView) -> None:
    """What can be done in Approvals, with its keys. Rulings are not in the search: they are given on the card alone."""
    _add_list_actions(view)
    _add_ruling_actions(view)
    _add_card_actions(view)
    _add_queue_actions(view)
    _add_review_actions(view)


def _add_list_actions(view: ApprovalsView) -> None:
    add, where = view.context.actions.add, view.number

    def free() -> bool:
        return not view.in_overlay and bool(view.pane.model.ask_ids())

    following = Action("approvals.next", tr("Next request"), ("J",), where, tr("next, previous"), "", True, False)
    add(following, lambda: view.pane.step(1), enabled=free)
    before = Action("approvals.previous", tr("Previous request"), ("K",), where, "", "", True, False)
    add(before, lambda: view.pane.step(-1), enabled=free)
    grants = Action("approvals.grants", tr("Show standing grants"), ("G",), where, searchable=False)
    add(grants, lambda: view.context.navigation.open_settings("grants"), enabled=free)


def _add_ruling_actions(view: ApprovalsView) -> None:
    add, where, desk = view.context.actions.add, view.number, view.desk
    approve = Action("approvals.approve", tr("Approve"), ("A",), where, searchable=False)
    add(approve, view.press_approve, release=view.lift_approve, enabled=view.can_rule)
    reject = Action("approvals.reject", tr("Reject"), ("R",), where, searchable=False)
    add(reject, view.press_reject, enabled=view.can_rule)
    edit = Action("approvals.edit", tr("Edit the arguments"), ("E",), where, tr("edit"), searchable=False)
    add(edit, desk.open_edit, enabled=lambda: desk.can_press)
    check = Action("approvals.first_check", tr("First open check"), ("V",), where, searchable=False)
    add(check, view.show_first_open, enabled=view.can_rule)
    back = Action("approvals.back", tr("Back to the card"), ("Esc",), where, tr("back"), searchable=False)
    add(back, view.back, enabled=lambda: view.in_overlay)
    title = tr("Show the edited version on the card")
    use = Action("approvals.use_edit", title, ("Ctrl+Return",), where, tr("show on the card"), searchable=False)
    add(use, desk.edit_page.use.begin, enabled=desk.edit_page.isVisible)


def _add_card_actions(view: ApprovalsView) -> None:
    desk, where = view.desk, view.number
    evidence = desk.card.evidence

    def add(name: str, title: str, key: str, press: Callable[[], None], hint: str = "", icon: str = "") -> None:
        action = Action(f"approvals.{name}", title, (key,), where, hint, icon, searchable=bool(icon))
        view.context.actions.add(action, press, enabled=lambda: desk.can_press)

    add("pause", tr("Pause this agent"), "P", desk.pause_agent, tr("pause agent"), "pause")
    add("tab_before", tr("Tab before"), "[", lambda: evidence.step(-1))
    add("tab_after", tr("Tab after"), "]", lambda: evidence.step(1))
    add("copy", tr("Copy this request as text"), "C", desk.copy, tr("copy"), "copy")
    add("copy_json", tr("Copy this request as JSON"), "Shift+C", lambda: desk.copy(True), icon="copy")
    add("open_run", tr("Open the run of this request"), "O", desk.open_run, tr("open run"), "open-run")


def _add_queue_actions(view: ApprovalsView) -> None:
    """What is done to a request without deciding it."""
    add, care, where = view.context.actions.add, view.care, view.number
    title = tr("Shelve, or take from the shelf")
    shelve = Action("approvals.shelve", title, ("H",), where, tr("shelve"), "clock", False, False)
    add(shelve, care.shelve, enabled=lambda: care.can_shelve)
    over = Action("approvals.hand_over", tr("Hand over"), ("M",), where, "", "users", False, False)
    add(over, care.hand_over, enabled=lambda: care.can_hand_over)
    apart = Action("approvals.apart", tr("Take this group apart"), ("Shift+O",), where, tr("take apart"), "list")
    add(apart, view.take_apart, enabled=lambda: view.group.can_press)


def _add_review_actions(view: ApprovalsView) -> None:
    """The sample of what ran without asking: begun where nothing waits, said with one key on its card."""
    add, card, where = view.context.actions.add, view.review, view.number
    title = tr("Review a sample of what ran without asking")
    begin = Action("approvals.review", title, ("V",), where, tr("review a sample"), "eye", searchable=False)
    add(begin, view.begin_review, enabled=lambda: view.can_review)
    fine = Action("approvals.fine", tr("Fine, nobody had to be asked"), ("F",), where, tr("fine"), searchable=False)
    add(fine, card.say_fine, enabled=lambda: card.can_press)
    title = tr("It should have been asked")
    ask = Action("approvals.should_ask", title, ("S",), where, tr("should have been asked"), searchable=False)
    add(ask, card.open_reason, enabled=lambda: card.can_press)
    run = Action("approvals.review_run", tr("Open its run"), ("O",), where, tr("open run"), searchable=False)
    add(run, card.show_run, enabled=lambda: card.can_press)
    leave = Action("approvals.review_end", tr("Leave the review"), ("Esc",), where, tr("leave"), searchable=False)
    add(leave, card.leave, enabled=lambda: card.can_press)
