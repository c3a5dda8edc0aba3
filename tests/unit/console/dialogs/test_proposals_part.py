"""Proposals in Settings, Rules: one becomes an edit that is tried and saved by a person, or is dismissed for good."""

from __future__ import annotations

import pytest

from console.dialogs.settings.rules_page import RulesPage
from runtime.domain.policy import Rule
from runtime.domain.proposal_commands import DismissProposal
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
