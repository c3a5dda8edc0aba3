"""The runner tells what became of a command: done, refused, not confirmed in time, failed."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from console.notices.centre import NoticeCentre
from console.notices.notice import Notice
from console.operations.operation import OperationRunner
from console.tasks import Tasks
from runtime.domain.changes import Done
from runtime.domain.commands import Command, PauseAll
from runtime.domain.refusals import Refusal
from tests.fixtures.story_runtime import StoryRuntime

pytestmark = pytest.mark.window


class _Scene:
    def __init__(self, runtime: StoryRuntime, patience: float = 5.0) -> None:
        self.told: list[Notice] = []
        self.notices = NoticeCentre()
        self.notices.listen(self.told.append)
        self.tasks = Tasks(self.notices.failed)
        self.runner = OperationRunner(runtime, self.tasks, self.notices, patience)

    async def send(self, command: Command) -> Done | Refusal:
        task = self.runner.submit(command)
        assert task is not None
        return await task


async def test_done_tells_its_sentence_and_its_changes(qapp: QApplication) -> None:
    scene = _Scene(StoryRuntime())
    changed: list[object] = []
    scene.runner.changed.connect(changed.append)
    answer = await scene.send(PauseAll("anna"))
    assert isinstance(answer, Done)
    assert [notice.headline for notice in scene.told] == ["3 paused, 1 call still finishing."]
    assert len(changed) == 1
    assert scene.runner.pending == 0


async def test_a_refusal_is_told_in_its_own_words(qapp: QApplication) -> None:
    scene = _Scene(StoryRuntime())
    answer = await scene.send(PauseAll(""))
    assert isinstance(answer, Refusal)
    assert [(notice.tone, notice.sentence) for notice in scene.told] == [
        ("refused", "Nobody is named as the one who decides.")
    ]


async def test_what_is_not_confirmed_says_so_and_is_sent_once(qapp: QApplication) -> None:
    story = StoryRuntime()
    story.gate = asyncio.Event()
    scene = _Scene(story, patience=0.0)
    task = scene.runner.submit(PauseAll("anna"))
    assert task is not None
    while not scene.told:  # noqa: ASYNC110  (the next step of another task is what is waited for)
        await asyncio.sleep(0)
    assert scene.told[0].headline == "Sent, not confirmed"
    assert scene.told[0].action == "Check now"
    story.gate.set()
    await task
    assert [notice.headline for notice in scene.told[1:]] == ["Confirmed", "3 paused, 1 call still finishing."]
    assert scene.told[1].key == scene.told[0].key, "the confirmation takes the place of the doubt"
    assert len(story.performed) == 1


class _FullDisk(StoryRuntime):
    async def perform(self, command: Command) -> Done | Refusal:
        raise OSError(28, "No space left on device")


class _Broken(StoryRuntime):
    async def perform(self, command: Command) -> Done | Refusal:
        raise LookupError("a mistake of ours")


@pytest.mark.may_block("the log handler of pytest writes at once")
@pytest.mark.may_log("a fault of the world is logged by its kind")
async def test_a_fault_of_the_world_is_told_in_a_sentence(qapp: QApplication) -> None:
    scene = _Scene(_FullDisk())
    answer = await scene.send(PauseAll("anna"))
    assert isinstance(answer, Refusal)
    (notice,) = scene.told
    assert notice.tone == "fault"
    assert "No space left on device" in notice.sentence


@pytest.mark.may_block("the log handler of pytest writes at once")
@pytest.mark.may_log("a crash is logged")
async def test_a_mistake_of_ours_becomes_a_crash_report(qapp: QApplication) -> None:
    scene = _Scene(_Broken())
    await scene.send(PauseAll("anna"))
    await scene.send(PauseAll("anna"))
    (notice,) = scene.told
    assert notice.tone == "crash"
    assert "LookupError" in scene.notices.reports()
    assert "Times: 2" in scene.notices.reports()


async def test_whoever_asked_and_was_closed_meanwhile_is_left_alone_and_the_answer_is_told(qapp: QApplication) -> None:
    story = StoryRuntime()
    story.gate = asyncio.Event()
    scene, asker = _Scene(story), QObject()
    heard: list[object] = []
    task = scene.runner.submit(PauseAll(""), heard.append, quiet=True, asker=asker)
    assert task is not None
    asker.deleteLater()
    qapp.sendPostedEvents(asker, QEvent.Type.DeferredDelete.value)
    story.gate.set()
    await task
    assert heard == []
    assert [notice.sentence for notice in scene.told] == ["Nobody is named as the one who decides."]
