"""Every edit of a rule or a check is tried on recorded actions before it is saved; the list opens the runs."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.dialogs.backtest_dialog import BacktestDialog
from console.dialogs.settings.rules_page import RulesPage
from console.window import ConsoleWindow
from runtime.domain.policy import Policy
from runtime.domain.words import VerdictKind
from runtime.engine.progress import BACKTEST_PROGRESS, ProgressFeed
from runtime.projections.backtest_rows import BacktestReport, ChangedAction
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
ASK, ALLOW, DENY = VerdictKind.ASK, VerdictKind.ALLOW, VerdictKind.DENY
CHANGED = ChangedAction("run-1", "1.1", 5, "refunds", "files.write", "Write a.txt", ASK, ALLOW, True, "rejected", False)
OTHER = ChangedAction("run-2", "1.1", 6, "triage", "mail.send", "Mail to 2", ASK, DENY, True, "approved", True)


def test_an_edit_is_tried_before_it_is_saved(
    world: WindowWorld, story: SettingsStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.backtest_says = BacktestReport(1_000, (CHANGED, OTHER))
    opened: list[str] = []
    monkeypatch.setattr(ConsoleWindow, "open_run", lambda _window, run_id: opened.append(run_id))

    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        assert not page.backtest.isVisibleTo(dialog), "nothing is edited"
        page.rules.table.choose_row(0)
        page.rules.verdict.set_current("ask")
        page.rules.form.edited.emit()
        dialog.save.click()
        assert "not saved yet" in page.said.accessibleName(), "nobody has seen what they would have done"
        await world.until(lambda: page.backtest.report is not None, "it was tried")
        said = page.backtest.sentence.text()
        assert said.startswith("Of the last 1,000 actions: 1 ask would have been saved; 1 of them had been rejected")
        assert story.backtests[-1] == page.policy()
        assert story.performed == [], "nothing was saved"
        QTest.keyClick(page.rules.tools, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        [shown] = dialog.findChildren(BacktestDialog)
        rows = [[shown.model.index(row, column).data() for column in range(1, 6)] for row in range(2)]
        assert rows == [
            ["refunds", "files.write", "Write a.txt", "ask → allow", "rejected"],
            ["triage", "mail.send", "Mail to 2", "ask → deny", "approved, rolled back"],
        ]
        shown.table.choose_row(1)
        shown.open_run.click()
        assert opened == ["run-2"]
        dialog.discard.click()
        await world.until(lambda: not world.busy and not page.backtest.isVisibleTo(dialog), "nothing is edited again")
        dialog.reject()

    world.run(gestures())


def test_a_faulty_rule_is_not_tried_and_looking_can_be_stopped(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        page.rules.table.choose_row(0)
        page.rules.tools.setText("")
        page.rules.form.edited.emit()
        assert not page.backtest.isVisibleTo(dialog)
        page.rules.tools.setText("files.*")
        page.rules.form.edited.emit()
        assert page.backtest.isVisibleTo(dialog)
        page.backtest.stop.click()
        assert page.backtest.sentence.text().startswith("Not tried.")
        page.discard()
        await world.until(lambda: not world.busy and not page.is_dirty)
        dialog.reject()

    world.run(gestures())
    assert story.backtests == []


def test_what_is_found_of_rules_that_were_edited_on_is_never_shown(
    world: WindowWorld, story: SettingsStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, tried = asyncio.Event(), list[Policy]()

    async def slow_at_first(policy: Policy, limit: int = 1_000) -> BacktestReport:
        tried.append(policy)
        if len(tried) == 1:
            await let_go.wait()
        return BacktestReport(len(tried), ())

    monkeypatch.setattr(story, "backtest", slow_at_first)

    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        page.rules.table.choose_row(0)
        page.rules.verdict.set_current("ask")
        page.rules.form.edited.emit()
        await world.until(lambda: tried, "the first edit is being tried")
        page.rules.verdict.set_current("deny")
        page.rules.form.edited.emit()
        let_go.set()
        await world.until(lambda: len(tried) == 2 or page.backtest.report, "the second is tried, or the first is told")
        await world.until(lambda: page.backtest.report is not None, "it was tried")
        assert page.backtest.report == BacktestReport(2, ())
        assert tried[-1] == page.policy()
        dialog._drop_and_leave()

    world.run(gestures())


def test_it_says_how_many_actions_it_has_looked_at(
    world: WindowWorld, story: SettingsStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, let_go, backtest = ProgressFeed(lambda text: text), asyncio.Event(), story.backtest
    monkeypatch.setattr(story, "progress", feed)

    async def slowly(policy: Policy, limit: int = 1_000) -> BacktestReport:
        await let_go.wait()
        return await backtest(policy, limit)

    monkeypatch.setattr(story, "backtest", slowly)

    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        page.rules.table.choose_row(0)
        page.rules.verdict.set_current("ask")
        page.rules.form.edited.emit()
        await world.until(lambda: feed._watchers.get(BACKTEST_PROGRESS), "somebody counts")
        feed.say(BACKTEST_PROGRESS, "", "400")
        await world.until(lambda: "400 so far" in page.backtest.sentence.text(), "it says how far")
        let_go.set()
        await world.until(lambda: page.backtest.report is not None, "it was tried")
        await world.until(lambda: not feed._watchers, "nobody counts any more")
        dialog.discard.click()
        await world.until(lambda: not world.busy and not page.is_dirty)
        dialog.reject()

    world.run(gestures())
