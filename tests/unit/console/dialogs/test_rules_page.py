"""The rules: order, verdicts, conditions judged while they are typed, and what saving sends."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from console.dialogs.settings.rules_page import RulesPage
from console.widgets.data_table import CELL
from runtime.domain import commands as c
from runtime.domain.policy import Policy
from runtime.domain.words import VerdictKind
from runtime.projections.rows import RuleRate
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def stop_looking(page: RulesPage) -> None:
    """A person does not wait for what the edited rules would have done; that it is being looked at is shown."""
    assert page.backtest.isVisibleTo(page), "the edit is tried before it is saved"
    assert page.backtest.is_looking
    assert page.backtest.stop.isVisibleTo(page)
    page.backtest.stop.click()


def test_a_rule_moves_and_is_saved_in_its_new_place(world: WindowWorld, story: SettingsStory) -> None:
    before = story.policy

    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        assert page.rules.rules() == before.rules
        page.rules.table.choose_row(2)
        page.rules.up.click()
        assert page.rules.table.chosen_row() == 1
        stop_looking(page)
        dialog.save.click()
        await world.until(lambda: not world.busy and not page.is_dirty, "it is saved")
        dialog.reject()

    world.run(gestures())
    ids = [rule.rule_id for rule in before.rules]
    ids[1], ids[2] = ids[2], ids[1]
    assert [rule.rule_id for rule in story.policy.rules] == ids
    sent = story.performed[-1]
    assert isinstance(sent, c.SavePolicy)
    assert sent.expected_version == before.version


def test_a_new_rule_asks_and_has_an_id_of_its_own(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        count = len(page.rules.rules())
        page.rules.table.choose_row(0)
        page.rules.add.click()
        page.rules.add.click()
        assert page.backtest.is_looking, "the edit is tried before it is saved"
        new = page.rules.rules()[1:3]
        assert len(page.rules.rules()) == count + 2
        assert {rule.verdict for rule in new} == {VerdictKind.ASK}
        assert len({rule.rule_id for rule in page.rules.rules()}) == count + 2
        dialog._drop_and_leave()

    world.run(gestures())


def test_what_became_of_what_a_rule_asked_stands_beside_it(world: WindowWorld, story: SettingsStory) -> None:
    rule = story.policy.rules[2].rule_id
    rates = (
        RuleRate(f"confidence, {rule}", 10, 10, 0, 0),
        RuleRate(rule, 30, 29, 1, 0, 2),
        RuleRate("other", 9, 0, 9, 0),
    )
    story.queue.health = replace(story.queue.health, rules=rates)

    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        cells = [page.rules.model.index(at, 5).data(CELL) for at in range(3)]
        assert [(cell.text, cell.ink) for cell in cells] == [
            ("none", "text2"),
            ("none", "text2"),
            ("39 of 40 (98 %) yes", "warn"),
        ]
        page.rules.table.choose_row(2)
        assert page.rules.rate.text() == (
            "In 90 days: approved 39 of 40 (98 %), rejected 1, expired unseen 2; undone or harmful later 0."
        )
        dialog.reject()

    world.run(gestures())


def test_a_condition_is_judged_while_it_is_typed(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        page.tabs.set_current("checks")
        page.tabs.chosen.emit("checks")
        page.checks.add.click()
        page.checks.when.setPlainText("amount_cents > ")
        assert page.faults.isVisibleTo(page)
        assert "check 1" in page.faults.text()
        dialog.save.click()
        await world.until(lambda: not world.busy)
        assert "The rules were not saved; the old ones hold." in page.said.accessibleName()
        page.checks.when.setPlainText("amount_cents > 50000")
        assert not page.faults.isVisibleTo(page)
        stop_looking(page)
        dialog.save.click()
        await world.until(lambda: not world.busy and not page.is_dirty, "it is saved")
        dialog.reject()

    world.run(gestures())
    assert [check.when for check in story.policy.checks] == ["amount_cents > 50000"]


def test_rules_saved_by_somebody_else_meanwhile_are_not_overwritten(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, RulesPage)
        page.rules.table.choose_row(0)
        page.rules.remove.click()
        story.policy = replace(story.policy, version=9)
        stop_looking(page)
        dialog.save.click()
        await world.until(lambda: not world.busy)
        assert page.is_dirty
        assert "not saved" in page.said.accessibleName()
        dialog._drop_and_leave()

    world.run(gestures())
    assert story.policy.version == 9


def test_an_empty_policy_can_be_edited(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        story.policy = Policy()
        dialog, page = await opened_settings(world, RulesPage)
        assert not page.rules.remove.isEnabled()
        assert not page.rules.form.isEnabled()
        page.rules.add.click()
        assert page.rules.form.isEnabled()
        assert len(page.policy().rules) == 1
        dialog._drop_and_leave()

    world.run(gestures())
