"""Proposals in Settings, Rules: one becomes an edit that is tried and saved by a person, or is dismissed for good."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid

from console.dialogs.settings.proposals_part import ProposalsPart
from console.dialogs.settings.rules_page import RulesPage
from runtime.domain.changes import Done
from runtime.domain.commands import Command
from runtime.domain.policy import Rule
from runtime.domain.proposal_commands import DismissProposal
from runtime.domain.refusals import Refusal
from runtime.domain.rule_proposals import RuleProposal
from runtime.domain.words import VerdictKind
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def proposal(name: str) -> RuleProposal:
    rule = Rule(name, VerdictKind.ALLOW, "refunds", "files.write", "docs/*")
    return RuleProposal(name, "refunds-asks", f"40 of 41 requests were approved: {name}.", rule)


def test_a_proposal_is_an_edit_that_is_tried_and_saved_by_a_person(world: WindowWorld, story: SettingsStory) -> None:
    story.proposals = [proposal("first"), proposal("second")]

    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        assert page.proposed.isVisibleTo(dialog)
        assert "first" in page.proposed.sentence.text()
        page.proposed.dismiss.click()
        await world.until(lambda: "second" in page.proposed.sentence.text(), "the next one is shown")
        page.proposed.use.click()
        assert page.is_dirty
        assert story.performed == [DismissProposal("first", "anna", proposal("first").sentence)]
        await world.until(lambda: page.backtest.report is not None, "it was tried")
        dialog.save.click()
        await world.until(lambda: not world.busy and not page.is_dirty, "it is saved")
        dialog.reject()

    world.run(gestures())
    ids = [rule.rule_id for rule in story.policy.rules]
    assert ids.index("second") == ids.index("refunds-asks") - 1
    assert "first" not in ids


def fewer(part: ProposalsPart, dismissed: int) -> bool:
    return len(part._dismissed) == dismissed


def test_each_of_several_that_were_dismissed_can_be_brought_back(world: WindowWorld, story: SettingsStory) -> None:
    story.proposals = [proposal("first"), proposal("second"), proposal("third")]

    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        part = page.proposed
        for left in (2, 1, 0):
            part.dismiss.click()
            await world.until(partial(fewer, part, 3 - left), "one more is dismissed")
        await world.until(lambda: part.model.rowCount() == 3 and not world.busy, "all of them are listed")
        told = [part.model.index(row, 2).data() for row in range(3)]
        assert all(any(name in text for text in told) for name in ("first", "second", "third"))
        part.table.choose_row(next(row for row, text in enumerate(told) if "first" in text))
        part.restore.setFocus()
        QTest.keyClick(part.restore, Qt.Key.Key_Space)
        await world.until(lambda: part.use.isVisibleTo(dialog), "it is proposed again")
        assert "first" in part.sentence.text()  # not the newest: the one that was chosen
        assert part.model.rowCount() == 2
        dialog.reject()

    world.run(gestures())


def test_what_was_dismissed_stays_away_until_somebody_brings_it_back(world: WindowWorld, story: SettingsStory) -> None:
    story.proposals = [proposal("first")]

    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        page.proposed.dismiss.click()
        await world.until(lambda: not page.proposed.use.isVisibleTo(dialog), "it is gone")
        dialog.reject()
        dialog, page = await opened_settings(world, RulesPage)
        assert not page.proposed.use.isVisibleTo(dialog)
        assert page.proposed.aside.text().startswith("Dismissed by Anna Keller, ")
        page.proposed.restore.click()
        await world.until(lambda: page.proposed.use.isVisibleTo(dialog), "it is proposed again")
        assert not page.proposed.restore.isVisibleTo(dialog)
        dialog.reject()

    world.run(gestures())


def test_the_settings_may_be_closed_before_a_dismissal_is_answered(
    world: WindowWorld, story: SettingsStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.proposals = [proposal("first")]
    perform, let_go = story.perform, asyncio.Event()

    async def slowly(command: Command) -> Done | Refusal:
        await let_go.wait()
        return await perform(command)

    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        monkeypatch.setattr(story, "perform", slowly)
        page.proposed.dismiss.click()
        dialog.finished.connect(dialog.deleteLater)  # as the window has it
        dialog.reject()
        await world.until(lambda: not isValid(dialog), "it is gone")
        let_go.set()
        await world.until(lambda: not world.busy, "it was answered")
        assert [type(command) for command in story.performed] == [DismissProposal]

    world.run(gestures())
