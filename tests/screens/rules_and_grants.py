"""Settings over the story: what history proposes, a backtest and its list, grants that count down."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from console.dialogs.backtest_dialog import BacktestDialog
from console.dialogs.settings.grants_page import GrantsPage
from console.dialogs.settings.rules_page import RulesPage
from console.dialogs.settings_dialog import SettingsDialog
from runtime.domain.grant_commands import GrantTerms
from runtime.domain.policy import Rule
from runtime.domain.rule_proposals import RuleProposal
from runtime.domain.words import VerdictKind
from runtime.projections.backtest_rows import BacktestReport, ChangedAction
from tests.fixtures.story_grants import story_grant
from tests.fixtures.story_rows import HOUR
from tests.screens.screen import Screen, Stage

ASK, ALLOW = VerdictKind.ASK, VerdictKind.ALLOW


async def rules(stage: Stage) -> RulesPage:
    stage.window.open_settings("rules")
    dialog = await stage.shown(SettingsDialog)
    assert isinstance(dialog.current, RulesPage)
    return dialog.current


async def proposals(stage: Stage) -> QWidget:
    said = "40 of 41 requests of refunds to write docs were approved. A narrower rule would have asked once."
    rule = Rule("docs-allowed", ALLOW, "refunds", "files.write", "docs/*")
    stage.story.story.proposals = [RuleProposal("docs", "refunds-asks", said, rule)] * 2
    return (await rules(stage)).window()


def changed(at: int, now: int) -> ChangedAction:
    ruling = "rejected" if at == 3 else "approved"
    title = f"Write docs/returns-{at}.md, 3 lines"
    return ChangedAction(
        f"run-{at}", "1.1", now - at * HOUR, "refunds", "files.write", title, ASK, ALLOW, True, ruling, at == 5
    )


async def tried(stage: Stage) -> RulesPage:
    """A rule was edited; what it would have done is told."""
    story = stage.story.story
    story.backtest_says = BacktestReport(1_000, tuple(changed(at, story.clock) for at in range(1, 9)), 12)
    page = await rules(stage)
    page.rules.table.choose_row(0)
    page.rules.verdict.set_current("ask")
    page.rules.form.edited.emit()
    await stage.until(lambda: page.backtest.report is not None, "it was tried")
    return page


async def backtest(stage: Stage) -> QWidget:
    return (await tried(stage)).window()


async def backtest_list(stage: Stage) -> QWidget:
    (await tried(stage)).backtest.open_list()
    return await stage.shown(BacktestDialog)


async def discard(stage: Stage, shown: QWidget) -> None:
    """Nothing is kept."""
    dialog = shown.parent() if isinstance(shown, BacktestDialog) else shown
    if isinstance(shown, BacktestDialog):
        shown.reject()
    assert isinstance(dialog, SettingsDialog)
    stage.story.story.proposals = []
    dialog.current.discard()
    await stage.settled()
    dialog.reject()
    await stage.settled()


async def grants(stage: Stage) -> QWidget:
    story = stage.story.story
    first, second = story.asks["ask-file"], story.asks["ask-mail"]
    story.grants = [
        story_grant(first, GrantTerms(3600, 10), "anna", story.clock, 1),
        story_grant(second, GrantTerms(900, 3, this_run=True), "maria", story.clock, 2),
    ]
    stage.story.pass_time(125)
    stage.window.open_settings("grants")
    dialog = await stage.shown(SettingsDialog)
    assert isinstance(dialog.current, GrantsPage)
    return dialog


RULES_AND_GRANTS = (
    Screen("rule-proposals", proposals, discard),
    Screen("backtest", backtest, discard),
    Screen("backtest-list", backtest_list, discard),
    Screen("grants", grants, sample=True),
)
