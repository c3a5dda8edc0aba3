"""A person's own keys: what is refused says why, what is taken is kept, and no key ever approves by accident."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from console.actions import EVERYWHERE, Action, Actions
from console.key_choice import can_change, keep, own_keys, why_not
from console.views.table import APPROVALS, AUDIT


@pytest.fixture
def actions() -> Actions:
    made = Actions()
    for action in (
        Action("search", "Search", ("Ctrl+K",)),
        Action("approvals.approve", "Approve", ("A",), APPROVALS),
        Action("approvals.reject", "Reject", ("R",), APPROVALS),
        Action("audit.verify", "Verify", ("V",), AUDIT),
        Action("view.1", "Go to Fleet", ("Ctrl+1",)),
        Action("approvals.back", "Back", ("Esc",), APPROVALS),
    ):
        made.add(action, lambda: None)
    return made


@pytest.mark.parametrize(
    ("action_id", "key", "sentence"),
    [
        ("approvals.approve", "R", "R already does this: Reject"),
        ("search", "A", "A already does this: Approve"),
        ("approvals.approve", "Ctrl+K", "Ctrl K already does this: Search"),
        ("approvals.approve", "Return", "never approves"),
        ("approvals.approve", "Space", "it presses what has the keyboard"),
        ("search", "Esc", "it goes back"),
        ("search", "Ctrl+5", "these numbers are fixed"),
        ("search", "", "no key of its own"),
    ],
)
def test_what_stands_against_a_key_is_said(actions: Actions, action_id: str, key: str, sentence: str) -> None:
    said = why_not(actions, action_id, key)
    assert sentence in said
    assert "Nothing was changed." in said


def test_the_same_key_in_two_screens_does_not_collide_and_its_own_is_no_collision(actions: Actions) -> None:
    assert why_not(actions, "audit.verify", "A") == ""
    assert why_not(actions, "approvals.approve", "A") == ""
    assert why_not(actions, "approvals.approve", "Ctrl+Shift+A") == ""


def test_single_letters_that_are_off_are_not_given_out(actions: Actions) -> None:
    actions.letters_on = False
    assert "Single letters are off" in why_not(actions, "audit.verify", "B")
    assert why_not(actions, "audit.verify", "F9") == ""


def test_fixed_numbers_and_going_back_stay(actions: Actions) -> None:
    assert [action.id for action in actions.all() if not can_change(action)] == ["view.1", "approvals.back"]
    assert actions["view.1"].where == EVERYWHERE


def test_own_keys_survive_and_reset_forgets_them(tmp_path: Path) -> None:
    def settings() -> QSettings:
        return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)

    first = settings()
    keep(first, "approvals.approve", ("Ctrl+Shift+A",))
    keep(first, "approvals.reject", ())
    first.sync()
    again = settings()
    assert own_keys(again, "approvals.approve") == ("Ctrl+Shift+A",)
    assert own_keys(again, "approvals.reject") == ()
    assert own_keys(again, "search") is None
    keep(again, "approvals.approve", None)
    assert own_keys(again, "approvals.approve") is None
