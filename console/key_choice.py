"""A person's own keys: which may be chosen for an action, what stands against it, and how they are kept."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from console.actions import EVERYWHERE, Action, Actions, is_plain, shown_key
from console.presenters.wording import later, say
from console.views.table import VIEWS

ROOT = "keys"
LETTERS = f"{ROOT}/single_letters"
# What moves the focus, presses what has it, leaves, or edits text keeps doing that.
_TAKEN = {
    "Tab": later("it moves to the next control"),
    "Shift+Tab": later("it moves to the control before"),
    "Shift+Backtab": later("it moves to the control before"),
    "Backtab": later("it moves to the control before"),
    "Return": later("it presses what has the keyboard, and never approves"),
    "Enter": later("it presses what has the keyboard, and never approves"),
    "Space": later("it presses what has the keyboard"),
    "Esc": later("it goes back"),
    "Backspace": later("it edits text"),
    "Del": later("it edits text"),
    "Ctrl+C": later("it copies text"),
    "Ctrl+V": later("it pastes text"),
    "Ctrl+X": later("it cuts text"),
    "Ctrl+A": later("it selects text"),
}
FIXED = frozenset({f"view.{entry.number}" for entry in VIEWS})
"""Ctrl+1 to Ctrl+8 are fixed numbers."""


def own_keys(settings: QSettings, action_id: str) -> tuple[str, ...] | None:
    """The keys a person chose for an action; None = those it comes with."""
    value = settings.value(f"{ROOT}/{action_id}")
    return None if value is None else tuple(key for key in str(value).split(" ") if key)


def keep(settings: QSettings, action_id: str, keys: tuple[str, ...] | None) -> None:
    """Keep a person's keys; None goes back to those it comes with, no keys at all switch it off."""
    if keys is None:
        settings.remove(f"{ROOT}/{action_id}")
    else:
        settings.setValue(f"{ROOT}/{action_id}", " ".join(keys))


def can_change(action: Action) -> bool:
    """Whether its keys are a person's to choose: fixed numbers and going back are not."""
    return action.id not in FIXED and "Esc" not in action.keys


def why_not(actions: Actions, action_id: str, key: str) -> str:
    """What stands against this key for this action, in a sentence; empty when nothing does."""
    shown = shown_key(key)
    if not key or (not key.isascii() and len(key) > 1):
        return say("That is no key of its own. Nothing was changed. Press a letter, a function key, or Ctrl with one.")
    if key in _TAKEN:
        said = later("{key} is not free: {why}. Nothing was changed. Press another key.")
        return say(said, key=shown, why=say(_TAKEN[key]))
    if key.startswith("Ctrl+") and key[5:] in "12345678" and len(key) == 6:
        said = later("{key} shows a screen; these numbers are fixed. Nothing was changed. Press another key.")
        return say(said, key=shown)
    if not actions.letters_on and is_plain(key):
        said = later("Single letters are off, so {key} would do nothing. Nothing was changed. Switch them on first.")
        return say(said, key=shown)
    action = actions[action_id]
    for other in actions.all():
        same_place = other.where == action.where or EVERYWHERE in (other.where, action.where)
        if other.id != action_id and same_place and key in actions.keys_of(other.id):
            return say(
                "{key} already does this: {action}. Nothing was changed. "
                "Press another key, or give that one another key first.",
                key=shown,
                action=other.title,
            )
    return ""
