"""The table of actions: what a key does where, what is shown, what can be searched."""

from __future__ import annotations

import pytest

from console.actions import EVERYWHERE, Action, Actions, is_plain, shown_key


def _table() -> tuple[Actions, list[str]]:
    done: list[str] = []
    table = Actions()
    table.add(Action("run.pause", "Pause run", ("P",), where=3), lambda: done.append("run"))
    table.add(Action("ask.pause", "Pause agent", ("P",), where=2), lambda: done.append("agent"))
    table.add(Action("search", "Search", ("Ctrl+K",)), lambda: done.append("search"))
    return table, done


def test_a_key_means_what_the_view_says_before_what_holds_everywhere() -> None:
    table, done = _table()
    table.add(Action("close", "Close", ("Esc",)), lambda: done.append("close"))
    table.add(Action("ask.back", "Back", ("Esc",), where=2), lambda: done.append("back"), enabled=lambda: False)
    for key, where, wanted in (
        ("P", 2, "ask.pause"),
        ("P", 3, "run.pause"),
        ("Ctrl+K", 4, "search"),
        ("Esc", 2, "close"),
    ):
        found = table.find(key, where)
        assert found is not None
        assert found.id == wanted
    assert table.find("P", 4) is None


def test_what_is_off_does_nothing_and_is_not_shown() -> None:
    table, done = _table()
    table.add(Action("approve", "Approve", ("A",), where=2), lambda: done.append("approve"), enabled=lambda: False)
    assert not table.press("approve")
    assert table.hints(["approve", "ask.pause"]) == [(("P",), "pause agent")]
    assert done == []


def test_two_actions_share_one_hint() -> None:
    table, _ = _table()
    table.add(Action("next", "Next", ("J",), hint="next, previous"), lambda: None)
    table.add(Action("previous", "Previous", ("K",)), lambda: None)
    assert table.hints(["next+previous"]) == [(("J", "K"), "next, previous")]


def test_keys_can_be_remapped_and_single_letters_switched_off() -> None:
    table = Actions(lambda action_id: ("X",) if action_id == "approve" else None)
    table.add(Action("approve", "Approve", ("A",)), lambda: None)
    table.add(Action("search", "Search", ("Ctrl+K",)), lambda: None)
    assert table.keys_of("approve") == ("X",)
    table.letters_on = False
    assert table.keys_of("approve") == ()
    assert table.keys_of("search") == ("Ctrl+K",)


def test_search_finds_by_all_words_and_never_what_must_not_be_searched() -> None:
    table, _ = _table()
    table.add(Action("approve", "Approve pause", ("A",), searchable=False), lambda: None)
    assert [action.id for action in table.search("pause agent", 2)] == ["ask.pause"]
    assert [action.id for action in table.search("PAUSE", 3)] == ["run.pause"]


def test_the_same_id_twice_is_a_mistake() -> None:
    table, _ = _table()
    with pytest.raises(ValueError, match="twice"):
        table.add(Action("search", "Again", where=EVERYWHERE), lambda: None)


def test_names_of_keys() -> None:
    assert shown_key("Ctrl+Shift+P") == "Ctrl Shift P"
    assert shown_key("+") == "+"
    assert shown_key("Ctrl+Return") == "Ctrl Enter"
    assert is_plain("A")
    assert is_plain("?")
    assert not is_plain("Esc")
