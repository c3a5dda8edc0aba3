"""Pictures of every screen in dark and light, of the real program on the demo; nothing on them may be clipped."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QDialog

from console.dialogs.settings_dialog import SettingsDialog
from console.first_steps import open_for_work
from console.theme.theme import Contrast, Scheme
from console.views.approvals_view import ApprovalsView
from console.views.audit_view import AuditView
from console.views.fleet_view import FleetView
from console.views.palette import Palette
from console.views.runs_view import RunsView
from console.views.table import APPROVALS, AUDIT, FLEET, RUNS, SPEND
from runtime.domain.words import Tier
from tests.fixtures.camera import Camera, screens_folder, write_small
from tests.fixtures.real_console import Person, sit_down
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
KEY = Qt.Key
Looks = tuple[Scheme, Contrast, float]
SCREEN, SMALL = (1440, 900), (1100, 700)
ROLLED_BACK = "Price of the blue mug"


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo after its agents went through all their mail, closed in order."""
    folder = tmp_path_factory.mktemp("demo") / "ws"

    async def work() -> None:
        runtime = await open_for_work(folder, demo=True, operator="Anna Keller")
        await runtime.wait_idle()
        await runtime.history.caught_up()
        await runtime.close()

    asyncio.run(work())
    return folder


def look_at(
    worked: Path, tmp_path: Path, look: Looks, visit: Callable[[Person, Camera], Awaitable[None]], name: str = ""
) -> None:
    """The window over a copy of the worked-through demo in one look."""
    folder = tmp_path / "ws"
    shutil.copytree(worked, folder)
    settings = QSettings(str(tmp_path / "ws.ini"), QSettings.Format.IniFormat)
    for key, value in zip(("scheme", "contrast", "scale"), look, strict=True):
        settings.setValue(f"look/{key}", value)
    settings.sync()
    camera = Camera(name or look[0])

    async def whole(person: Person) -> None:
        person.window.resize(*SCREEN)
        await person.worked_through()
        await visit(person, camera)

    sit_down(folder, whole)
    camera.complain()


# -- screens ---------------------------------------------------------------------------------------------------------
async def approvals(person: Person) -> ApprovalsView:
    person.window.show_view(APPROVALS)
    await person.settled()
    view = person.window.view(APPROVALS)
    assert isinstance(view, ApprovalsView)
    return view


async def card(person: Person, tool: str) -> ApprovalsView:
    """The card of the first ask for a tool, read to its end, deaf no more."""
    view = await approvals(person)
    wanted = next(row.ask_id for row in await person.window.context.runtime.history.asks() if row.tool == tool)
    view.pane.select(wanted)
    await person.until(lambda: view.desk.detail and view.desk.detail.row.ask_id == wanted, f"the card of {tool}")
    await person.settled()
    await person.until(lambda: view.desk.card.evidence.has_seen_end, "the end was seen")
    await person.until(lambda: not view.desk.guard.is_deaf, "keys count again")
    view.desk.tick()
    return view


async def cards(person: Person, camera: Camera) -> None:
    await card(person, "sql.give_voucher")
    camera.shoot("approvals-tier-1", person.window)
    view = await card(person, "sql.cancel_order")
    camera.shoot("approvals-tier-2", person.window)
    person.press(KEY.Key_E)
    await person.until(lambda: view.desk.edit_page.isVisible(), "the edit page is open")
    await person.settled()
    camera.shoot("approvals-edit", person.window)
    person.press(KEY.Key_Escape)
    view = await card(person, "mail.send")
    camera.shoot("approvals-mail", person.window)
    person.press(KEY.Key_BracketRight)
    person.press(KEY.Key_BracketRight)
    camera.shoot("approvals-mail-preview", person.window)
    view = await card(person, "sql.refund_order")
    camera.shoot("approvals-tier-3", person.window)
    person.press(KEY.Key_R)
    await person.until(lambda: view.desk.reject_panel.isVisible(), "the reject panel is open")
    person.press(KEY.Key_2)
    camera.shoot("approvals-reject", person.window)
    person.press(KEY.Key_Escape)
    await person.until(lambda: not view.desk.guard.is_deaf, "keys count again")
    for box in view.desk.card.checks.boxes:
        box.setChecked(True)
    view.desk.tick()
    camera.shoot("approvals-checked", person.window)
    view = await card(person, "sql.change_address")
    person.press(KEY.Key_A)
    await person.until(lambda: view.desk.state_bar.text, "the ruling is held")
    await person.settled()
    camera.shoot("approvals-held", person.window)
    person.press(KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    await person.until(lambda: not view.desk.state_bar.text, "the ruling is taken back")
    await person.settled()


async def fleet_and_runs(person: Person, camera: Camera) -> None:
    window = person.window
    window.show_view(FLEET)
    await person.settled()
    assert isinstance(window.view(FLEET), FleetView)
    camera.shoot("fleet", window)
    window.show_view(RUNS)
    await person.settled()
    camera.shoot("runs", window)
    view = window.view(RUNS)
    assert isinstance(view, RunsView)
    history = window.context.runtime.history
    waiting = await history.runs(state="waiting")
    view.open_item(waiting[-1].run_id)
    await person.until(lambda: view.page.detail, "the run is read")
    await person.settled()
    camera.shoot("run-waiting", window)
    (row,) = await history.runs(text=ROLLED_BACK)
    view.open_item(row.run_id)
    await person.until(lambda: view.page.detail and view.page.detail.row.run_id == row.run_id, "the run is read")
    await person.settled()
    camera.shoot("run", window)
    person.press(KEY.Key_Z)
    sheet = await dialog(person, "RollbackSheet")
    camera.shoot("rollback-sheet", sheet)
    sheet.reject()
    view.show_list()
    view.new_run()
    start = await dialog(person, "StartRunDialog")
    camera.shoot("start-run", start)
    start.reject()


async def audit_and_spend(person: Person, camera: Camera) -> None:
    window = person.window
    window.show_view(AUDIT)
    await person.settled()
    view = window.view(AUDIT)
    assert isinstance(view, AuditView)
    view.filter.field.setText("refund")
    view.filter.apply()
    await person.settled()
    await person.until(lambda: view.model.rowCount(), "entries are found")
    view.table.choose_row(1)
    await person.settled()
    camera.shoot("audit", window)
    window.show_view(SPEND)
    await person.settled()
    camera.shoot("spend", window)


async def dialog(person: Person, kind: str) -> QDialog:
    """An open dialog of that class, filled."""

    def found() -> QDialog | None:
        dialogs = (top for top in QApplication.topLevelWidgets() if isinstance(top, QDialog))
        return next((one for one in dialogs if type(one).__name__ == kind and one.isVisible()), None)

    shown = await person.until(found, f"the {kind} is open")
    assert shown is not None
    await person.settled()
    return shown


async def dialogs(person: Person, camera: Camera) -> None:
    window = person.window
    window.open_settings("agents")
    settings = await dialog(person, "SettingsDialog")
    assert isinstance(settings, SettingsDialog)
    for page in ("agents", "rules", "connections", "credentials", "operators", "general", "appearance", "workspace"):
        settings.show_page(page)
        await person.settled()
        camera.shoot(f"settings-{page}", settings)
    settings.reject()
    window.open_palette()
    palette = await dialog(person, "Palette")
    assert isinstance(palette, Palette)
    await person.until(lambda: palette.isAncestorOf(person.keyboard()), "the palette has the keyboard")
    person.type("refund")
    await person.until(lambda: any(row.kind == "ask" for row in palette.model.rows), "requests are found")
    camera.shoot("palette", palette)
    palette.reject()
    for name, opened, kind in (
        ("keys", window.open_keys, "KeysDialog"),
        ("about", window.open_about, "AboutDialog"),
    ):
        opened()
        shown = await dialog(person, kind)
        camera.shoot(name, shown)
        shown.reject()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_every_screen_of_the_demo_is_whole(qapp: QApplication, worked: Path, tmp_path: Path, scheme: Scheme) -> None:
    async def visit(person: Person, camera: Camera) -> None:
        await cards(person, camera)
        await fleet_and_runs(person, camera)
        await audit_and_spend(person, camera)
        await dialogs(person, camera)

    look_at(worked, tmp_path, (scheme, "normal", 1.0), visit)


@pytest.mark.parametrize(
    ("name", "look", "size"),
    [
        ("dark-contrast", ("dark", "high", 1.0), SCREEN),
        ("light-contrast", ("light", "high", 1.0), SCREEN),
        ("small", ("dark", "normal", 1.0), SMALL),
        ("150", ("light", "normal", 1.5), SCREEN),
    ],
)
def test_approvals_and_runs_hold_in_contrast_in_a_small_window_and_enlarged(
    qapp: QApplication, worked: Path, tmp_path: Path, name: str, look: Looks, size: tuple[int, int]
) -> None:
    async def visit(person: Person, camera: Camera) -> None:
        person.window.resize(*size)
        await card(person, "sql.refund_order")
        camera.shoot("approvals", person.window)
        person.window.show_view(RUNS)
        await person.settled()
        camera.shoot("runs", person.window)
        view = person.window.view(RUNS)
        assert isinstance(view, RunsView)
        (row,) = await person.window.context.runtime.history.runs(text=ROLLED_BACK)
        view.open_item(row.run_id)
        await person.until(lambda: view.page.detail, "the run is read")
        await person.settled()
        camera.shoot("run", person.window)

    look_at(worked, tmp_path, look, visit, name)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_empty_screens_are_whole(qapp: QApplication, tmp_path: Path, scheme: Scheme) -> None:
    camera = Camera(scheme)

    async def visit(person: Person) -> None:
        person.window.resize(*SCREEN)
        person.window.context.theme.apply(qapp, scheme)
        for name, number in (("fleet", FLEET), ("approvals", APPROVALS), ("runs", RUNS), ("audit", AUDIT),
                             ("spend", SPEND)):  # fmt: skip
            person.window.show_view(number)
            await person.settled()
            camera.shoot(f"empty-{name}", person.window)

    sit_down(tmp_path / "ws", visit, demo=False)
    camera.complain()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_what_the_demo_does_not_show_is_whole(qapp: QApplication, tmp_path: Path, scheme: Scheme) -> None:
    """A second person, a journal that does not answer, one that was changed, a request that changed."""
    world = WindowWorld(qapp, tmp_path, scheme)
    story, camera = world.story, Camera(scheme)
    refund = story.asks["ask-refund"]
    story.asks["ask-refund"] = replace(refund, row=replace(refund.row, tier=Tier.FINAL_AND_WIDE))

    async def visit() -> None:
        window = await world.show()
        window.resize(*SCREEN)
        view = window.view(APPROVALS)
        assert isinstance(view, ApprovalsView)
        view.open_item("ask-refund")
        await world.until(lambda: view.desk.card.evidence.has_seen_end, "the end was seen")
        await world.until(lambda: not world.busy)
        camera.shoot("approvals-tier-4", window)
        story.change_arguments("ask-refund", {"order": "1042", "amount_cents": 9900})
        await world.until(lambda: view.desk.state_bar.text, "the card says that the request changed")
        camera.shoot("approvals-changed", window)
        story.silent = True
        window.heartbeat.ask_now()
        world.pass_time(6)
        await world.until(lambda: window.heartbeat.is_stale, "the journal does not answer")
        camera.shoot("stale", window)
        story.silent = False
        story.chain_broken = "Entry 812 was changed after it was written. Approvals are off."
        window.heartbeat.ask_now()
        await world.until(lambda: window.chain_banner.isVisible(), "the banner is there")
        camera.shoot("broken-chain", window)

    try:
        world.run(visit())
    finally:
        world.close()
    camera.complain()


def test_the_picture_of_the_readme_is_small(qapp: QApplication, worked: Path, tmp_path: Path) -> None:
    target = screens_folder() / "window.png"

    async def visit(person: Person, _camera: Camera) -> None:
        view = await card(person, "sql.refund_order")
        view.desk.card.checks.boxes[0].setChecked(True)
        _camera.shoot("readme", person.window)
        write_small(person.window, target)

    look_at(worked, tmp_path, ("dark", "normal", 1.0), visit)
    assert target.stat().st_size < 200_000
