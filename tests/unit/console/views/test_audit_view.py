"""What a person does on the Audit screen: page, filter, read, copy, verify, export; what must not move meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from console.dialogs.export_dialog import AuditExport
from console.models.audit_rows import MOST_KEPT
from console.views.audit_view import AuditView
from console.views.table import AUDIT
from runtime.domain import commands as c
from runtime.domain.changes import Done
from runtime.domain.events.agents import AgentPaused
from runtime.domain.ids import AgentName
from runtime.domain.refusals import Refusal
from runtime.engine.progress import CHAIN_PROGRESS, COMPARISON_PROGRESS, ProgressFeed
from runtime.projections.comparison_report import ComparisonReport
from runtime.projections.rows import AuditFilter
from tests.fixtures.held_answers import HeldAnswers
from tests.fixtures.settings_history import entry_row
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld, named_descendants

pytestmark = pytest.mark.window


@pytest.fixture
def story(tmp_path: Path) -> SettingsStory:
    return SettingsStory(tmp_path)


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path, story: SettingsStory) -> Iterator[WindowWorld]:
    made = WindowWorld(qapp, tmp_path, story=story)
    yield made
    made.close()
    assert made.crashes == []


async def opened(world: WindowWorld) -> AuditView:
    window = await world.show()
    window.show_view(AUDIT)
    view = window.view(AUDIT)
    assert isinstance(view, AuditView)
    await world.until(lambda: view.model.rows and not world.busy, "entries are shown")
    return view


def test_pages_load_as_a_person_scrolls(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        view = await opened(world)
        assert len(view.model.rows) == 200
        assert view.count.text() == "200 of 420 entries shown, more load as you scroll"
        view.table.scrollToBottom()
        await world.until(lambda: len(view.model.rows) == 400, "the second page is there")
        assert (221, 200) in story.pages  # by keyset: below the last seq of the page before
        slow = story.history = HeldAnswers(story.history, "audit")
        view.table.scrollToBottom()
        await world.until(lambda: slow.held, "the rest is being read")
        view.open_item("7")
        story.history = slow._history
        slow.held[0].set()
        await world.until(lambda: len(view.model.rows) == 420, "the rest is there, whatever was opened meanwhile")
        await world.until(lambda: not world.busy)
        assert view.count.text() == "420 entries, all shown"
        assert [row.seq for row in view.model.rows] == list(range(420, 0, -1))

    world.run(gestures())


def test_new_entries_come_on_top_without_moving_the_selection(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        view = await opened(world)
        view.table.choose_row(40)
        chosen = view.model.rows[40].seq
        await world.until(lambda: view.entry.entry and not world.busy, "the entry is read")
        before = view.table.visualRect(view.model.index(40, 0)).top()
        resets: list[bool] = []
        view.model.modelReset.connect(lambda: resets.append(True))
        story.entries += [entry_row(seq) for seq in (421, 422, 423)]
        story.publish("agent:refunds", "anna", AgentPaused(AgentName("refunds"), "anna"))
        await world.until(lambda: view.model.newest == 423, "the new entries are on top")
        row = view.table.chosen_row()
        assert view.model.rows[row].seq == chosen
        assert row == 43
        assert view.entry.entry is not None
        assert view.entry.entry.row.seq == chosen
        assert resets == []
        assert (
            view.table.verticalScrollBar().value() == 0
            or before == view.table.visualRect(view.model.index(row, 0)).top()
        )

    world.run(gestures())


def test_entries_of_a_day_do_not_pile_up_and_none_is_lost(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        view = await opened(world)
        view.table.choose_row(10)
        chosen = view.model.rows[10].seq
        await world.until(lambda: view.entry.entry and not world.busy, "the entry is read")
        for newest in (1_200, 2_000):
            story.entries += [entry_row(seq) for seq in range(len(story.entries) + 1, newest + 1)]
            story.publish("agent:refunds", "anna", AgentPaused(AgentName("refunds"), "anna"))
            await world.until(lambda: view.model.newest == newest and not world.busy, "they are on top")  # noqa: B023
        assert len(view.model.rows) == MOST_KEPT
        assert view.count.text() == "1,000 of 2,000 entries shown, more load as you scroll"
        assert view.table.currentIndex().row() == -1
        assert view.entry.entry is not None
        assert view.entry.entry.row.seq == chosen, "what is read stays"
        view.table.scrollToBottom()
        await world.until(lambda: len(view.model.rows) == MOST_KEPT + 200 and not world.busy, "they are read again")
        assert [row.seq for row in view.model.rows] == list(range(2_000, 800, -1))

    world.run(gestures())


def test_what_is_typed_becomes_chips_and_filters(world: WindowWorld) -> None:
    async def gestures() -> None:
        view = await opened(world)
        QTest.keyClick(view.table, Qt.Key.Key_Slash)
        await world.until(view.filter.field.hasFocus, "the field has the keyboard")
        QTest.keyClicks(view.filter.field, "agent:refunds order 12")
        assert view.filter._enter.isVisible(), "what applies it is said while it is typed"
        QTest.keyClick(view.filter.field, Qt.Key.Key_Return)
        assert not view.filter._enter.isVisible()
        await world.until(lambda: not world.busy, "the filter holds")
        assert [term.said for term in view.filter.terms] == ["agent: refunds"]
        assert view.model.rows
        assert all(row.agent == "refunds" and "order 12" in row.what for row in view.model.rows)
        QTest.keyClick(view.filter.field, Qt.Key.Key_Escape)
        await world.until(lambda: not world.busy)
        QTest.keyClick(view.filter.field, Qt.Key.Key_Backspace)
        await world.until(lambda: len(view.model.rows) == 200, "everything is shown again")
        assert view.filter.terms == ()

    world.run(gestures())


def test_a_term_nobody_knows_is_told_in_place(world: WindowWorld) -> None:
    async def gestures() -> None:
        view = await opened(world)
        view.filter.search("event:nonsense")
        await world.until(lambda: not world.busy)
        assert view.fault.isVisibleTo(view)
        assert "No event is called nonsense" in view.fault.accessibleName()

    world.run(gestures())


def test_an_empty_filter_result_offers_the_way_back(world: WindowWorld) -> None:
    async def gestures() -> None:
        view = await opened(world)
        view.filter.search("nothing has these words")
        await world.until(lambda: view.empty.isVisibleTo(view), "it says so")
        assert view.count.text() == "No entry fits"
        view.empty.button.click()
        await world.until(lambda: len(view.model.rows) == 200, "all entries are back")

    world.run(gestures())


def test_an_entry_is_shown_exactly_and_copied(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        story.recorded[420] = {
            "text": "<b>bold</b> \u202e",
            "why": "It is long enough for lines of its own.",
        }
        view = await opened(world)
        QTest.keyClick(view.table, Qt.Key.Key_J)
        await world.until(lambda: view.entry.entry and not world.busy, "the entry is read")
        shown = [line.text for line in view.entry.recorded._lines]
        assert [shown[1], shown[7]] == ["seq: 420", "event (2 fields)"]
        assert '  text: "<b>bold</b> \u202e"' in shown
        labels = {piece.label for row in view.entry.recorded._rows for piece in row.pieces}
        assert any("RLO" in label or "202E" in label for label in labels), labels
        QTest.keyClick(view.table, Qt.Key.Key_BracketRight)
        assert view.entry.recorded._lines[0].text == "{"
        assert view.entry.form.current == "json"
        QTest.keyClick(view.table, Qt.Key.Key_BracketLeft)
        assert view.entry.form.current == "lines"
        assert json.loads(view.entry.recorded.text())["event"] == story.recorded[420]
        assert "420" in view.entry.place.accessibleName()
        QTest.keyClick(view.table, Qt.Key.Key_C)
        assert QGuiApplication.clipboard().text() == view.entry.recorded.text()

    world.run(gestures())


def test_the_badge_counts_while_the_chain_is_verified(
    world: WindowWorld, story: SettingsStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = ProgressFeed(lambda text: text)
    monkeypatch.setattr(story, "progress", feed)
    let_go = asyncio.Event()
    perform = story.perform

    async def slowly(command: c.Command) -> Done | Refusal:
        await let_go.wait()
        return await perform(command)

    async def gestures() -> None:
        view = await opened(world)
        monkeypatch.setattr(story, "perform", slowly)
        view.verify()
        await world.until(lambda: feed._watchers.get(CHAIN_PROGRESS), "somebody counts")
        feed.say(CHAIN_PROGRESS, "", "5,000 of 420,000")
        await world.until(lambda: view.badge.text() == "Verifying the chain 5,000 of 420,000", "it says how far")
        feed.say(CHAIN_PROGRESS, "", "10,000 of 420,000")
        await world.until(lambda: view.badge.text() == "Verifying the chain 10,000 of 420,000", "it moves")
        assert "10,000" in view.badge.accessibleName()
        await view.watch.read()
        view.verify()
        assert view.badge.text() == "Verifying the chain 10,000 of 420,000", "a reading meanwhile ends nothing"
        assert len(feed._watchers[CHAIN_PROGRESS]) == 1, "and nothing is verified twice"
        let_go.set()
        let_go.clear()  # for the verification alone
        await world.until(lambda: feed._watchers.get(COMPARISON_PROGRESS), "somebody counts what is compared")
        feed.say(COMPARISON_PROGRESS, "contents", "6,000 of 420")
        now = "Chain verified 420 entries, now contents 6,000 of 420"
        await world.until(lambda: view.badge.text() == now, "the chain's result stands beside how far the rest is")
        let_go.set()
        await world.until(lambda: view.badge.text().startswith("Chain verified 420 entries"), "it is verified")
        await world.until(lambda: not feed._watchers and not world.busy, "nobody counts any more")

    world.run(gestures())


def test_v_verifies_and_the_badge_says_how_many(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        view = await opened(world)
        assert view.badge.text() == "Chain not verified yet"
        QTest.keyClick(view.table, Qt.Key.Key_V)
        assert view.badge.text().startswith("Verifying the chain")
        await world.until(lambda: view.badge.text().startswith("Chain verified 420 entries"), "it is verified")
        await world.until(lambda: not world.busy and not view.chain.comparing, "lists and contents are compared")
        assert [type(command) for command in story.performed] == [c.VerifyChain, c.CompareWithJournal]
        assert story.entries[-1].kind == "journal-compared"
        assert view.badge.text().startswith("Chain verified 420 entries, "), "the comparison itself needs no verifying"
        assert "lists" not in view.badge.text(), "nothing is claimed that was not compared"
        story.comparison = ComparisonReport(420, story.clock + 1)
        await view.watch.read_newest()
        assert view.badge.text().startswith("Chain verified 420 entries, lists and contents, ")
        story.comparison = ComparisonReport(420, story.clock + 1, "Somebody changed them.")
        await view.watch.read_newest()
        assert view.badge.text().startswith("Chain verified lists or contents differ, ")
        story.comparison = ComparisonReport()
        view.filter.search("agent:refunds")  # what is hidden by a filter counts as well
        story.entries += [entry_row(seq) for seq in range(423, 426)]
        story.publish("agent:refunds", "anna", AgentPaused(AgentName("refunds"), "anna"))
        await world.until(lambda: "up to 420 of 425" in view.badge.text(), "it covers less than there is")
        view.verify()
        await world.until(lambda: view.badge.text().startswith("Chain verified 425 entries"), "all of it again")
        await world.until(lambda: not world.busy and not view.chain.comparing, "and the rest")
        late = story.history = HeldAnswers(story.history, "audit_entry")
        world.tasks.start(view.watch.read(), "read before it is verified again")
        await world.until(lambda: late.held, "what was known is being read")
        story.history = late._history
        story.entries += [entry_row(seq) for seq in range(428, 431)]
        view.verify()
        await world.until(lambda: view.badge.text().startswith("Chain verified 430 entries"), "and once more")
        await world.until(lambda: not view.chain.comparing, "and the rest")
        late.held[0].set()
        await world.until(lambda: not world.busy, "what was known before comes late")
        assert view.badge.text().startswith("Chain verified 430 entries")

    world.run(gestures())


def test_a_broken_chain_names_the_first_bad_entry(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        story.broken_at = 7
        view = await opened(world)
        view.verify()
        await world.until(lambda: view.broken.isVisibleTo(view), "the banner is there")
        assert "changed at entry 7" in view.broken.accessibleName()
        view.broken.button.click()
        await world.until(lambda: view.entry.entry and view.entry.entry.row.seq == 7, "the entry is shown")
        assert "changed" in view.entry.place.accessibleName()

    world.run(gestures())


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_the_filtered_entries_are_exported(world: WindowWorld, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"audit.{ending}"

    async def gestures() -> None:
        await opened(world)
        await AuditExport(world.context, AuditFilter(agent="refunds"), 140).write(target)

    world.run(gestures())
    lines = target.read_text("utf-8").splitlines()
    assert len(lines) == 140 + (ending == "csv")
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
    if ending == "jsonl":
        assert {json.loads(line)["agent"] for line in lines} == {"refunds"}


def test_an_export_that_cannot_be_written_says_so(world: WindowWorld, tmp_path: Path) -> None:
    told: list[str] = []

    async def gestures() -> None:
        await opened(world)
        world.notices.listen(lambda notice: told.append(f"{notice.headline}. {notice.sentence}"))
        await AuditExport(world.context, AuditFilter(), 420).write(tmp_path / "nowhere" / "audit.csv")

    world.run(gestures())
    assert "audit.csv could not be written" in told[-1]


def test_every_button_has_a_name(world: WindowWorld) -> None:
    async def gestures() -> None:
        view = await opened(world)
        assert all(button.accessibleName() for button in named_descendants(view, QPushButton))

    world.run(gestures())
