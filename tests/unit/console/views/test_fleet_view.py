"""What a person does on the Fleet screen: see who needs them, open, pause, start; and the order that stands still."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from console.dialogs.start_run_dialog import StartRunDialog
from console.models.fleet_model import FleetModel
from console.presenters.fleet_text import Group, activity_text, card_text, decision_figures, group_of, in_order
from console.views.fleet_view import FleetView
from console.views.runs_view import RunsView
from console.views.table import FLEET, RUNS
from runtime.domain import commands as c
from runtime.domain.words import RunState
from runtime.projections import rows
from tests.fixtures.window_world import WindowWorld


def card(name: str, **more: object) -> rows.FleetCard:
    """An agent at work that is well."""
    plain = rows.FleetCard(
        name, 1, "works", "playbook, no language model", False, False, f"run-{name}", RunState.RUNNING, None,
        "Looking up order 1042", 2, 5, 0, 0, 1, 0, 4, (0.9, 0.8), 0.7, 1_840_000, 5_000_000, "",
    )  # fmt: skip
    return replace(plain, **more)


NEEDS_1 = card("needs one", waiting=1, waiting_priority=1, doing="Waiting on you: refund order 1042")
NEEDS_3 = card("a needs three", waiting=2, waiting_priority=3)
UNWELL = card("unwell", unwell="Its last 3 runs failed")
PAUSED = card("b paused", paused=True)
IDLE = card("c idle", runs_at_work=0, run_state=RunState.FINISHED)


def test_who_needs_a_person_comes_first() -> None:
    cards = [IDLE, PAUSED, card("running"), UNWELL, NEEDS_3, NEEDS_1]
    assert [one.name for one in in_order(cards)] == [
        "needs one", "a needs three", "unwell", "running", "b paused", "c idle",
    ]  # fmt: skip
    assert [group_of(one) for one in (NEEDS_1, UNWELL, card("x"), PAUSED, IDLE)] == [
        Group.NEED_YOU, Group.UNWELL, Group.RUNNING, Group.OFF, Group.OFF,
    ]  # fmt: skip


def test_a_card_says_everything_in_one_sentence() -> None:
    said = card_text(NEEDS_1).said
    assert said == (
        "needs one, priority 1, Waiting on you: refund order 1042, steps done 2 of 5, "
        "model playbook, no language model, confidence 80 %, asks below 70 %, spend $1.84 today, cap $5.00 a run"
    )
    assert card_text(card("low", confidence=(0.5,))).confidence_low
    assert not card_text(replace(IDLE, confidence=(0.5,))).confidence_low  # nothing is unsure where nothing is done
    assert card_text(IDLE).step == "done"
    assert card_text(card("free", cap_micros=0)).share is None


def test_the_order_stands_still_for_ten_seconds() -> None:
    now = [100.0]
    model = FleetModel(lambda: now[0])
    moved: list[int] = []
    model.rowsMoved.connect(lambda *_: moved.append(1))
    assert model.show_cards([card("a"), card("b")]) == 0.0
    now[0] += 4
    waits = model.show_cards([card("a"), card("b", waiting=1, waiting_priority=1), card("z")])
    assert (model.keys(), waits, moved) == (["a", "b", "z"], 6.0, [])
    now[0] += 6
    assert model.show_cards(model.cards) == 0.0
    assert model.keys() == ["b", "a", "z"]
    now[0] += 1
    assert model.show_cards([card("b", runs_at_work=0), card("z")]) == 9.0
    assert model.keys() == ["b", "z"]


def test_figures_have_their_counts() -> None:
    figures = decision_figures(rows.DecisionFigures(23, 6, 40, 39, 2, 1))
    assert [(one.name, one.value, one.warn) for one in figures] == [
        ("Asks today", "23", False),
        ("Busiest 10 min", "6", True),
        ("Approved", "39 of 40", True),
        ("Looked under 3 s", "2 of 40", True),
        ("Rolled back later", "1", True),
    ]
    assert decision_figures(rows.DecisionFigures(0, 0, 0, 0, 0, 0))[2].meaning == "nothing decided yet"
    text = activity_text([rows.ActivityMinute(60_000_000 * at, at, 2 if at == 3 else 0) for at in range(5)])
    assert (text.values, text.marks) == ((0, 1, 2, 3, 4), {3: 2})
    assert "10 actions" in text.sentence
    assert "1 of 5 minutes" in text.sentence


async def shown(world: WindowWorld) -> FleetView:
    window = await world.show()
    window.show_view(FLEET)
    view = window.view(FLEET)
    assert isinstance(view, FleetView)
    await world.until(window.isActiveWindow, "the window is active")
    await world.until(lambda: not world.busy, "the fleet is read")
    view.grid.setFocus()
    return view


def press(key: Qt.Key, text: str = "") -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text))
    QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyRelease, key, Qt.KeyboardModifier.NoModifier, text))


@pytest.mark.window
def test_arrows_move_and_enter_opens_the_run(world: WindowWorld) -> None:
    async def story() -> None:
        view = await shown(world)
        assert view.model.keys() == ["refunds", "catalogue", "support triage"]
        press(Qt.Key.Key_Right)
        press(Qt.Key.Key_Right)
        press(Qt.Key.Key_Left)
        chosen = view.grid.chosen()
        assert chosen is not None
        assert chosen.name == "catalogue"
        press(Qt.Key.Key_Return)
        assert world.window is not None
        assert world.window.current == RUNS
        runs = world.window.view(RUNS)
        assert isinstance(runs, RunsView)
        await world.until(lambda: runs.page.run_id == "run-2" and not world.busy, "its run is opened")

    world.run(story())


@pytest.mark.window
def test_p_pauses_and_resumes_the_agent(world: WindowWorld) -> None:
    async def story() -> None:
        view = await shown(world)
        press(Qt.Key.Key_P, "p")
        await world.until(lambda: "refunds" in world.story.paused_agents and not world.busy, "it is paused")
        chosen = view.grid.chosen()
        assert chosen is not None
        await world.until(lambda: (one := view.grid.chosen()) is not None and one.paused, "the card says so")
        press(Qt.Key.Key_P, "p")
        await world.until(lambda: not world.story.paused_agents and not world.busy, "it works again")
        assert [type(command) for command in world.story.performed] == [c.PauseAgent, c.ResumeAgent]
        view.set_stale(1)
        press(Qt.Key.Key_P, "p")
        assert len(world.story.performed) == 2

    world.run(story())


def _is_wide(view: FleetView, least: int) -> bool:
    return view.width() > least


@pytest.mark.window
def test_every_card_is_on_screen_at_every_width_and_size(world: WindowWorld) -> None:
    async def story() -> None:
        view = await shown(world)
        assert world.window is not None
        for scale in (1.0, 1.5):
            world.theme.apply(world.app, scale=scale)
            for width in (1100, 1290, 1440, 1700):
                world.window.resize(width, 900)
                await world.until(partial(_is_wide, view, width - 340), "it is resized")
                view.grid.doItemsLayout()
                rects = [view.grid.visualRect(view.model.index(place)) for place in range(view.model.rowCount())]
                room = view.grid.viewport().rect()
                assert all(rect.left() >= 0 and rect.right() <= room.right() for rect in rects), (scale, width, rects)
                lines = {rect.top() for rect in rects}
                assert len(lines) == -(-len(rects) // view.grid.columns()), (scale, width, rects)
                assert not any(one.intersects(two) for one in rects for two in rects if one != two)
        world.theme.apply(world.app, scale=1.0)

    world.run(story())


@pytest.mark.window
def test_n_starts_a_run_of_the_chosen_agent(world: WindowWorld) -> None:
    async def story() -> None:
        await shown(world)
        press(Qt.Key.Key_N, "n")
        found = [one for one in QApplication.topLevelWidgets() if isinstance(one, StartRunDialog) and one.isVisible()]
        assert len(found) == 1
        dialog = found[0]
        await world.until(lambda: dialog.agent.count() == 3, "the agents are listed")
        assert dialog.agent.currentData() == "refunds"
        dialog.reject()

    world.run(story())


@pytest.mark.window
def test_without_an_agent_the_first_steps_are_shown(world: WindowWorld) -> None:
    async def none() -> list[rows.FleetCard]:
        return []

    async def story() -> None:
        world.story.history.fleet = none  # type: ignore[method-assign]
        view = await shown(world)
        assert view.welcome.isVisible()
        assert not view.grid.isVisible()

    world.run(story())
