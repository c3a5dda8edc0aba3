"""Rules of the design guide, held on the window itself; `tests/README.md` names the test of every other rule."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSplitter, QWidget

from console.dialogs.queue_dialogs import shelve_dialog
from console.theme import tokens
from console.theme.tokens import contrast
from console.views.approvals_view import ApprovalsView
from console.views.table import PRESENT, RUNS
from console.widgets.exact_text import ExactText
from console.widgets.splitter import Splitter
from runtime.domain.words import AskState
from tests.fixtures.approvals_screen import card_shows, opened, settled, tap
from tests.fixtures.runs_screen import RunWorld, run_world
from tests.fixtures.runs_screen import opened as opened_run
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
CARD_BUTTONS = ("approve", "reject", "edit", "pause", "shelve", "hand_over")


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    made = WindowWorld(qapp, tmp_path)
    yield made
    made.close()
    assert made.crashes == []


@pytest.fixture
def runs(qapp: QApplication, tmp_path: Path) -> Iterator[RunWorld]:
    with run_world(qapp, tmp_path) as made:
        yield made


def has_width(widget: QWidget, width: int) -> bool:
    return widget.width() == width


def places(view: ApprovalsView) -> dict[str, tuple[QRect, str]]:
    """Where each button of the card is in the window, and what stands on it."""
    window = view.window()
    found = {}
    for name in CARD_BUTTONS:
        button = getattr(view.desk.bar, name)
        found[name] = (QRect(button.mapTo(window, QPoint()), button.size()), button.text())
    return found


# -- 1. ten rules ----------------------------------------------------------------------------------------------------
def test_approve_and_reject_are_of_one_size_and_nothing_has_the_keyboard_first(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        bar = view.desk.bar
        assert bar.approve.size() == bar.reject.size()
        assert (bar.approve._kind, bar.approve._role) == (bar.reject._kind, bar.reject._role)
        assert QApplication.focusWidget() not in bar.buttons
        assert world.window is not None
        for button in world.window.findChildren(QPushButton):
            assert not button.isDefault()
            assert not button.autoDefault()

    world.run(story())


def test_buttons_do_not_move_and_keep_their_words_whatever_happens_to_the_request(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-refund")
        before = places(view)
        for box in view.desk.card.checks.boxes:
            box.setChecked(True)
        view.desk.tick()
        assert places(view) == before, "when the checks are ticked"
        world.story.change_arguments("ask-refund", {"order": "1042", "amount_cents": 9900})
        await world.until(lambda: view.desk.state_bar.text, "it changed")
        assert places(view) == before, "when it changed"
        world.story.raise_ask(world.story.asks["ask-mail"])
        await world.until(lambda: not world.busy)
        assert places(view) == before, "when another request came"
        view.set_stale(world.story.now())
        assert places(view) == before, "when the journal is silent"
        view.set_stale(0)
        view.open_item("ask-file")
        await card_shows(world, view, "ask-file")
        await world.until(lambda: view.desk.card.evidence.has_seen_end, "the end of the text was seen")
        assert places(view) == before, "on another card"
        world.pass_time(2)
        view.desk.tick()
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        assert places(view) == before, "while the ruling is held"

    world.run(story())


def test_enter_approves_nothing_wherever_the_keyboard_is(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-file")
        for widget in (view.pane.list, view.desk.card.evidence.exact, *view.desk.bar.buttons[:1]):
            widget.setFocus()
            for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                QTest.keyClick(widget, key)
        await world.until(lambda: not world.busy)
        assert world.story.performed == []

    world.run(story())


@pytest.mark.parametrize("width", [1440, 1359])
def test_evidence_comes_before_what_the_agent_says_also_to_the_keyboard(world: WindowWorld, width: int) -> None:
    async def story() -> None:
        view = await opened(world, "ask-file")  # reversible: it can be allowed ahead
        card, bar = view.desk.card, view.desk.bar
        view.window().resize(width, 900)
        card.words.show_words("All of this is as it should be. " * 30)
        beside = width == 1440
        await world.until(lambda: (card.sure.mapTo(card, QPoint()).x() > 100) is beside, "the columns are arranged")
        await world.until(lambda: card.words.more.isVisible() and stands_below(card.words, card.checked), "laid out")
        parts = [card.evidence, card.checked, *([] if beside else [card.sure, card.similar, card.ahead])]
        assert [part for part in parts if not stands_below(card.words, part)] == []
        once, more = card.ahead.choice.segment("once"), card.words.more
        order = [more, once, bar.approve, bar.reject] if beside else [once, more, bar.approve, bar.reject]
        for here, there in itertools.pairwise(order):
            here.setFocus()
            view.window().focusNextChild()
            assert QApplication.focusWidget() is there, f"after {here.accessibleName()}"

    world.run(story())


def stands_below(one: QWidget, other: QWidget) -> bool:
    return one.mapTo(one.window(), QPoint()).y() >= other.mapTo(one.window(), QPoint(0, other.height())).y()


# -- 2. layout -------------------------------------------------------------------------------------------------------
def test_the_frame_has_the_measures_of_the_guide(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        window = world.window
        assert window is not None
        window.resize(1440, 900)
        await world.until(lambda: window.rail.width() == tokens.RAIL, "the rail is open")
        assert window.strip.height() == tokens.STRIP == 64
        assert window.footer.height() == tokens.FOOTER == 32
        assert view.desk.bar.height() == tokens.ACTION_BAR == 64
        assert abs(view.pane.width() - tokens.LIST_PANE) <= 1
        assert (window.minimumWidth(), window.minimumHeight()) == (1100, 700)
        window.resize(1359, 900)
        await world.until(lambda: window.rail.width() == tokens.RAIL_COLLAPSED, "the rail is folded")
        heights = (tokens.LIST_ITEM, tokens.GROUP_HEADER, tokens.PLAN_ROW, tokens.TABLE_ROW, tokens.TOOL_STEP,
                   tokens.PLAIN_STEP, tokens.BUTTON_LARGE, tokens.BUTTON_MEDIUM, tokens.BUTTON_SMALL)  # fmt: skip
        assert heights == (74, 34, 30, 30, 54, 36, 36, 32, 28)
        rows = [view.pane.list.sizeHintForRow(row) for row in range(view.pane.model.rowCount())]
        assert set(rows) == {tokens.LIST_ITEM, tokens.GROUP_HEADER}

    world.run(story())


def test_the_keys_for_search_and_for_all_keys_are_in_the_footer_of_the_smallest_window(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        window = world.window
        assert window is not None
        view.desk.bar.approve.setFocus()
        for width in (1440, 1100):
            window.resize(width, 900)
            await world.until(partial(has_width, window, width), "the window has its width")
            QApplication.sendPostedEvents()
            said = [words for _, words in window.footer.keys.shown]
            assert said[0] == "next, previous"
            assert said[-2:] == ["search", "all keys"]
        assert len(said) < len(view.keys()), "what has no room gave way, from the right"

    world.run(story())


def test_the_panes_of_every_screen_can_be_moved_and_the_place_is_kept(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        for entry in PRESENT:
            window.show_view(entry.number)
            await world.until(lambda: not world.busy)
        splitters = window.findChildren(QSplitter)
        assert len(splitters) >= 3
        assert all(isinstance(one, Splitter) for one in splitters)
        one = window.findChildren(Splitter)[0]
        one.splitterMoved.emit(400, 1)
        assert any("split" in key for key in world.context.settings.allKeys())

    world.run(story())


# -- 3. tokens: focus ring -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_what_has_the_keyboard_wears_a_ring_of_two_pixels_in_accent(
    qapp: QApplication, tmp_path: Path, scheme: str
) -> None:
    made = WindowWorld(qapp, tmp_path, "dark" if scheme == "dark" else "light")

    async def story() -> None:
        view = await opened(made)
        accent = made.theme.color("accent")
        for widget in (*view.desk.bar.buttons, view.desk.card.checks.boxes[0], view.window().rail.items[1]):  # type: ignore[attr-defined]
            bare = ring(widget.grab().toImage(), accent)
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            assert widget.hasFocus()
            around = ring(widget.grab().toImage(), accent)
            assert bare < 0.5 <= around, f"{widget.accessibleName()}: {bare:.2f} without, {around:.2f} with"
        choices = shelve_dialog(made.context, "Refund order 1042", 3, made.window)
        choices.show()
        choice = next(iter(choices.choices.values()))
        await made.until(choices.isActiveWindow, "the dialog is in front")
        bare = ring(choice.grab().toImage(), accent)
        choice.setFocus(Qt.FocusReason.TabFocusReason)
        await made.until(choice.hasFocus, "the choice has the keyboard")
        assert bare < 0.5 <= ring(choice.grab().toImage(), accent), "a choice of a dialog"
        choices.close()
        choices.deleteLater()
        ground = made.theme.palette["surface"]
        assert contrast(made.theme.palette["accent"], ground) >= 3

    try:
        made.run(story())
    finally:
        made.close()


def ring(picture: QImage, accent: QColor) -> float:
    """The share of the edge's straight parts that is painted in accent, one pixel inside."""
    middle, seen, hits = picture.height() // 2, 0, 0
    for x in range(picture.width() // 4, picture.width() * 3 // 4):
        for y in (0, 1, picture.height() - 2, picture.height() - 1):
            seen += 1
            hits += near(picture.pixelColor(x, y), accent)
    return hits / seen if middle else 0.0


def near(one: QColor, other: QColor) -> bool:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue())) < 12


# -- 11. accessibility -----------------------------------------------------------------------------------------------
def test_tab_goes_list_tabs_checks_action_bar_and_round_again(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        desk = view.desk
        tab = desk.card.evidence.tabs.segment(desk.card.evidence.tabs.current)
        stops = [view.pane.list, tab, *desk.card.checks.boxes, desk.bar.approve]
        view.pane.list.setFocus()
        met: list[QWidget] = []
        for _ in range(80):
            focus = QApplication.focusWidget()
            assert focus is not None
            if focus in met:
                break
            met.append(focus)
            view.window().focusNextChild()
        places_met = [met.index(stop) for stop in stops if stop in met]
        assert len(places_met) == len(stops)
        assert places_met == sorted(places_met)
        assert met[0] in (view.pane.list,)
        assert QApplication.focusWidget() in met, "round again: no trap"

    world.run(story())


def test_everything_mirrors_for_readers_from_right_to_left_and_code_does_not(runs: RunWorld) -> None:
    async def story() -> None:
        view = await opened_run(runs)
        window = runs.window
        assert window is not None
        left_before = window.rail.geometry().left()
        QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        try:
            await runs.until(lambda: window.rail.geometry().left() > left_before, "the rail is at the right")
            assert window.rail.geometry().right() >= window.width() - 2
            assert view.page.timeline.layoutDirection() is Qt.LayoutDirection.RightToLeft
            codes = window.findChildren(ExactText)
            assert all(code.layoutDirection() is Qt.LayoutDirection.LeftToRight for code in codes)
        finally:
            QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        assert window.current == RUNS

    runs.run(story())
