"""Agents: edited by form or file, faults with places, saved as a new revision, taught."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from console.dialogs.settings.agent_editor import starter
from console.dialogs.settings.agents_page import AgentsPage
from console.dialogs.settings.form import pick
from runtime.domain import commands as c
from runtime.domain.agent_spec import Criterion, ModelRoute, ToolGrant, Vote
from runtime.domain.ids import AgentName
from runtime.domain.words import UnmetAction
from runtime.models.table import model_faults
from runtime.operations.agent_file import write_agent_file
from runtime.tools.families import standard_families
from runtime.tools.registry import Registry
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_opening_an_agent_changes_nothing(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        spec = replace(
            story.saved["refunds"].spec,
            confidence_threshold=0.625,
            tools=(ToolGrant("sql", '{"database":"a.sqlite","statements":[{"name":"find"}]}'),),
        )
        story.saved["refunds"] = replace(
            story.saved["refunds"], spec=replace(spec, limits=replace(spec.limits, cost_micros=1_234_567))
        )
        dialog, page = await opened_settings(world, AgentsPage)
        for key in ("role", "models", "limits", "tools", "quotas", "success", "file", "revisions", "teach"):
            page.editor.show_part(key)
            assert not page.is_dirty, key
        page.editor.role.role.setText("Answers mail about money")
        assert page.editor.spec == replace(story.saved["refunds"].spec, role="Answers mail about money")
        page.editor.tools.table.choose_row(0)
        assert page.editor.tools.statement_rows.key_at(0) == "find"
        dialog._drop_and_leave()

    world.run(gestures())


def test_chains_and_votes_are_set_in_the_form(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        models = ModelRoute(("openai/a",), ("openai/a", "playbook"), judge=("openai/b",), escalate_below=0.555)
        spec = replace(story.saved["refunds"].spec, models=models)
        story.saved["refunds"] = replace(story.saved["refunds"], spec=spec)
        dialog, page = await opened_settings(world, AgentsPage)
        part = page.editor.models
        page.editor.show_part("models")
        assert part.actor.toPlainText() == "openai/a\nplaybook"
        part.actor.setPlainText(" openai/a \n\nanthropic/b\n")
        part.votes.setValue(3)
        part.tools.setText("mail.*, ,sql.change ")
        part.keep.setValue(60)
        changed = replace(models, actor=("openai/a", "anthropic/b"), keep_answers_s=60)
        assert page.editor.spec == replace(spec, models=changed, vote=Vote(3, True, ("mail.*", "sql.change")))
        dialog._drop_and_leave()

    world.run(gestures())


def test_criteria_judges_context_and_calls_at_once_are_set_in_the_form(
    world: WindowWorld, story: SettingsStory
) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, AgentsPage)
        editor = page.editor
        editor.show_part("success")
        editor.success.add.activated.emit()
        editor.success.sentence.setText("It looked something up.")
        editor.success.when.setPlainText("reads >= 1")
        if (folder := os.environ.get("CONSOLE_SCREENS")) is not None:
            dialog.grab().save(f"{folder}/agent_success.png")
        editor.models.judge.setPlainText("openai/b")
        editor.models.context.setValue(20_000)
        editor.limits.beside.setValue(2)
        pick(editor.limits.unmet, "mark")
        spec = editor.spec
        assert spec.criteria == (Criterion("reads >= 1", "It looked something up."),)
        assert (spec.models.judge, spec.context_tokens) == (("openai/b",), 20_000)
        assert (spec.limits.side_by_side, spec.unmet) == (2, UnmetAction.MARK)
        assert "judge" not in editor.faults.text()
        editor.models.actor.setPlainText("playbook\nopenai/b")
        assert "openai/b acts for this agent as well; name a model that does not act" in editor.faults.text()
        dialog._drop_and_leave()

    world.run(gestures())


def test_what_a_new_agent_starts_with_can_be_saved() -> None:
    new = replace(starter(), name=AgentName("new-agent"), role="Hands everything over")
    assert model_faults(new, {}) == ()
    assert Registry(standard_families()).faults(new) == []


@pytest.mark.parametrize(("name", "saved_as"), [("research", "research"), ("code-maintenance", "code-maintenance-2")])
def test_a_ready_agent_is_chosen_from_the_menu_and_saved(
    world: WindowWorld, story: SettingsStory, name: str, saved_as: str
) -> None:
    async def gestures() -> None:
        if name != saved_as:
            story.saved[name] = replace(story.saved["refunds"], spec=replace(starter(), name=AgentName(name)))
        dialog, page = await opened_settings(world, AgentsPage)
        page.ready.click()
        await world.until(lambda: page.ready.choices is not None and not world.busy, "the menu is open")
        assert page.ready.choices is not None
        lines = {line.text().partition(":")[0]: line for line in page.ready.choices.actions()}
        assert set(lines) == {"research", "code-maintenance"}
        lines[name].trigger()
        page.ready.choices.close()
        await world.until(lambda: page.is_dirty and not world.busy, "its file is read")
        if name == saved_as:
            assert page.editor.file.text.toPlainText().startswith("#")
            if (folder := os.environ.get("CONSOLE_SCREENS")) is not None:
                dialog.grab().save(f"{folder}/agent_ready.png")
        assert f"{saved_as} is not saved yet." in page.said.accessibleName()
        dialog.save.click()
        await world.until(lambda: not world.busy and not page.is_dirty, "it is saved")
        dialog.reject()

    world.run(gestures())
    sent = story.performed[-1]
    assert isinstance(sent, c.SaveAgent)
    assert (sent.spec.name, sent.expected_revision) == (saved_as, 0)
    assert sent.spec.tools
    assert model_faults(sent.spec) == ()
    assert Registry(standard_families()).faults(sent.spec) == []


def test_a_save_names_the_revision_that_was_edited(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, AgentsPage)
        page.editor.limits.threshold.setValue(85)
        dialog.save.click()
        await world.until(lambda: not world.busy and not page.is_dirty, "it is saved")
        assert page.editor.agent is not None
        assert page.editor.agent.revision == 4
        dialog.reject()

    world.run(gestures())
    sent = story.performed[-1]
    assert isinstance(sent, c.SaveAgent)
    assert (sent.expected_revision, sent.spec.confidence_threshold) == (3, 0.85)


def test_faults_are_listed_while_typing(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, AgentsPage)
        page.editor.role.role.setText("")
        assert "role: " in page.editor.faults.text()
        page.editor.role.role.setText("Answers mail about money")
        assert not page.editor.faults.isVisibleTo(page)
        dialog._drop_and_leave()

    world.run(gestures())


def test_another_agent_is_not_shown_while_edits_would_be_lost(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, AgentsPage)
        page.editor.role.role.setText("Something else")
        page.table.choose_row(page.model.row_of("catalogue"))
        assert page.model.key_at(page.table.chosen_row()) == "refunds"
        assert page.editor.role.role.text() == "Something else"
        assert "Edits would be lost" in page.said.accessibleName()
        dialog._drop_and_leave()

    world.run(gestures())


def test_a_file_with_faults_takes_nothing_and_names_each(world: WindowWorld, tmp_path: Path) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, AgentsPage)
        bad = tmp_path / "bad.toml"
        bad.write_text('name = "refunds"\nrole = 5\nat_once = "two"\n', "utf-8")
        page.editor.show_part("file")
        await page.editor.file.read_file(bad)
        assert len(page.editor.file.faults.text().splitlines()) == 2
        assert not page.is_dirty
        dialog.reject()

    world.run(gestures())


def test_a_new_agent_comes_from_a_file(world: WindowWorld, story: SettingsStory, tmp_path: Path) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, AgentsPage)
        file = tmp_path / "new.toml"
        file.write_text(write_agent_file(replace(story.saved["refunds"].spec, name="returns")), "utf-8")
        page.new.click()
        page.editor.show_part("file")
        await page.editor.file.read_file(file)
        assert page.is_dirty
        dialog.save.click()
        await world.until(lambda: "returns" in story.saved and not world.busy, "it is saved")
        assert page.model.key_at(page.table.chosen_row()) == "returns"
        dialog.reject()

    world.run(gestures())
    sent = story.performed[-1]
    assert isinstance(sent, c.SaveAgent)
    assert sent.expected_revision == 0


def test_an_example_and_a_csv_file_are_taught(world: WindowWorld, story: SettingsStory, tmp_path: Path) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, AgentsPage)
        page.editor.show_part("teach")
        assert not page.editor.teach.teach.isEnabled()
        page.editor.teach.text.setPlainText("I want a refund")
        page.editor.teach.teach.click()
        await world.until(lambda: story.saved["refunds"].taught == 1 and not world.busy, "it is learned")
        file = tmp_path / "train.csv"
        file.write_text('text,category\n"Money, please",refund\nGive it back,refund\n', "utf-8")
        await page.editor.teach.read_file(file)
        await world.until(lambda: story.saved["refunds"].taught == 3 and not world.busy, "the file is learned")
        dialog.reject()

    world.run(gestures())
    lessons = [command for command in story.performed if isinstance(command, c.TeachExamples)]
    assert [lesson.examples for lesson in lessons] == [
        (("I want a refund", "refund"),),
        (("Money, please", "refund"), ("Give it back", "refund")),
    ]
