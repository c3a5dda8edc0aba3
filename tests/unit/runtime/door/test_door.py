"""The second door over real sockets: commands, questions, streams, and what is turned away."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from runtime.domain.changes import Done
from runtime.domain.commands import Approve, PauseAgent, PauseAll, Reject, ResumeAll, Secret, StoreCredential
from runtime.domain.envelope import Envelope
from runtime.domain.ids import AgentName, AskId
from runtime.domain.refusals import Refusal
from runtime.domain.words import AskState
from runtime.door import address, knocking, server, wire
from runtime.door.address import LONGEST_PATH, NoPlaceForDoor, door_address
from runtime.door.client import DoorClosed, RemoteRuntime, connect, show_window
from runtime.door.knocking import knock, request
from runtime.door.server import Door
from runtime.interface import Runtime
from runtime.projections import rows
from tests.fixtures.story_runtime import StoryRuntime

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="The doubles of these tests speak Unix sockets.")


@pytest.fixture
def story(tmp_path: Path) -> StoryRuntime:
    return StoryRuntime(tmp_path / "shop")


@pytest.fixture
async def door(story: StoryRuntime) -> AsyncIterator[Door]:
    opened = Door(cast(Runtime, story))
    await opened.start()
    yield opened
    await opened.close()


@pytest.fixture
async def remote(door: Door) -> RemoteRuntime:
    return await connect(door.address)


async def test_every_history_method_answers_as_it_does_at_home(story: StoryRuntime, remote: RemoteRuntime) -> None:
    ask_id, run_id = next(iter(story.asks)), next(iter(story.runs))
    await story.perform(PauseAll("anna"))
    arguments: dict[str, tuple[object, ...]] = {
        "decisions_today": ("anna",), "ask": (ask_id,), "run": (run_id,), "timeline": (run_id,),
        "audit": (rows.AuditFilter(),), "audit_count": (rows.AuditFilter(),), "audit_entry": (1,),
        "agent": ("refunds",), "search": ("mug",), "run_course": (run_id,), "agent_record": ("refunds",),
        "grant_uses": ("g",), "afterwards": ("anna",),
    }  # fmt: skip
    for name in wire.HISTORY:
        given = arguments.get(name, ())
        here = await getattr(story.history, name)(*given)
        assert await getattr(remote.history, name)(*given) == here, name


async def test_named_arguments_and_pages_pass(story: StoryRuntime, remote: RemoteRuntime) -> None:
    first = (await story.history.runs())[0]
    before = (first.started_at, first.run_id)
    assert await remote.history.runs(before=before, limit=2) == await story.history.runs(before=before, limit=2)


async def test_an_approval_ends_in_the_same_perform(story: StoryRuntime, remote: RemoteRuntime) -> None:
    ask = next(iter(story.asks.values()))
    command = Approve(AskId(ask.row.ask_id), "anna", ask.digest, ticked=tuple(range(len(ask.checks))), second="maria")
    answer = await remote.perform(command)
    assert isinstance(answer, Done)
    assert answer.changes.asks == (ask.row.ask_id,)
    assert story.performed == [command]
    assert story.asks[ask.row.ask_id].row.state is AskState.HELD


async def test_a_refusal_comes_back_as_it_was_said(story: StoryRuntime, remote: RemoteRuntime) -> None:
    command = Reject(AskId("nowhere"), "anna", "no")
    assert await remote.perform(command) == await story.perform(command)


async def test_previews_sheets_and_files_pass(story: StoryRuntime, remote: RemoteRuntime) -> None:
    ask_id, run_id = next(iter(story.asks)), next(iter(story.runs))
    assert await remote.preview(ask_id) == await story.preview(ask_id)
    assert await remote.preview("nowhere") == Refusal("There is no such request.")
    assert await remote.rollback_sheet(run_id, 0) == await story.rollback_sheet(run_id, 0)
    assert await remote.judge_edit(ask_id, "{}") == await story.judge_edit(ask_id, "{}")
    assert await remote.verify_chain() == await story.verify_chain()
    assert await remote.space() == await story.space()
    assert await remote.agent_file("refunds") == await story.agent_file("refunds")
    assert await remote.read_agent_file("?") == await story.read_agent_file("?")
    assert await remote.heartbeat() == await story.heartbeat()


async def test_the_feed_is_passed_on_and_ends_with_the_door(
    story: StoryRuntime, door: Door, remote: RemoteRuntime
) -> None:
    watching = remote.watch()
    await watching.open()
    await story.perform(PauseAgent(AgentName("refunds"), "anna"))
    await story.perform(PauseAll("anna"))
    got: list[Envelope] = []
    async for batch in watching:
        got.extend(batch)
        if len(got) == 2:
            await door.close()
    assert got == story.journal


async def test_a_watcher_that_hangs_up_is_forgotten(story: StoryRuntime, door: Door, remote: RemoteRuntime) -> None:
    watching = remote.watch()
    await watching.open()
    assert len(door._visits) == 1
    watching.close()
    await asyncio.gather(*door._visits)
    assert not door._visits


async def test_a_secret_never_travels(story: StoryRuntime, remote: RemoteRuntime, door: Door) -> None:
    command = StoreCredential("smtp", "mail", Secret("hunter2"), "anna")
    refused = await remote.perform(command)
    assert isinstance(refused, Refusal)
    assert refused.code == "not-here"
    forged = wire.Perform("StoreCredential", msgspec.Raw(b'{"account":"a","purpose":"b","value":"c","by":"anna"}'))
    answer = await request(door.address, forged)
    assert answer.refusal is not None
    assert story.performed == []
    with pytest.raises(TypeError):
        wire.encode(command)


@pytest.mark.parametrize("name", ["BeginRun", "RecordPlan", "close", "perform", "history", "__class__"])
async def test_what_is_no_command_of_a_person_is_turned_away(story: StoryRuntime, door: Door, name: str) -> None:
    told = await request(door.address, wire.Perform(name, msgspec.Raw(b'{"run_id":"r"}')))
    asked = await request(door.address, wire.Ask(name, msgspec.Raw(b"{}")))
    assert told.refusal is not None
    assert asked.refusal is not None
    assert not story.closed
    assert story.performed == []


async def test_a_command_with_wrong_fields_is_refused_with_the_fault(story: StoryRuntime, door: Door) -> None:
    answer = await request(door.address, wire.Perform("PauseRun", msgspec.Raw(b'{"run_id": 7, "by": "anna"}')))
    assert answer.refusal is not None
    assert "Nothing was done" in answer.refusal.sentence
    assert story.performed == []


async def test_another_version_is_told_so(door: Door) -> None:
    answer = await request(door.address, wire.Hello(version=99))
    assert answer.refusal is not None
    assert "another version" in answer.refusal.sentence


async def test_garbage_is_answered_and_the_door_stays_open(door: Door, story: StoryRuntime) -> None:
    for payload in (b"", b"{}", b'{"type":"loop"}', b"\xff\xfe", b"[" * 2000):
        reader, writer = await knock(door.address)
        await wire.send(writer, payload)
        answer = await wire.receive(reader, 10_000)
        assert answer is not None
        assert wire.decode_answer(answer).refusal is not None
        writer.close()
    assert (await connect(door.address)).title == story.title


async def test_a_frame_that_is_too_long_is_not_read(door: Door) -> None:
    reader, writer = await knock(door.address)
    writer.write((wire.LONGEST_REQUEST + 1).to_bytes(4, "big"))
    assert await reader.read() == b""
    writer.close()


@pytest.mark.may_block(reason="a mistake is logged with its traceback")
async def test_the_program_s_own_mistake_is_told_and_harms_nobody(
    door: Door, remote: RemoteRuntime, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(wire.DoorFault, match="There is no such body"):
        await remote.blob("abc")
    with pytest.raises(wire.DoorFault, match="KeyError"):
        await remote.judge_edit("nowhere", "{}")
    assert await remote.heartbeat() == 0.004


async def test_an_owner_that_closes_answers_what_was_begun_and_does_nothing_more(
    story: StoryRuntime, door: Door, remote: RemoteRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEARD_WITHIN_S", 60.0)
    begun, go_on = asyncio.Event(), asyncio.Event()
    own = story.perform

    async def slow(command: Any) -> Any:
        begun.set()
        await go_on.wait()
        return await own(command)

    monkeypatch.setattr(story, "perform", slow)
    first = asyncio.ensure_future(remote.perform(PauseAll("anna")))
    await begun.wait()
    late = await knock(door.address)
    closing = asyncio.ensure_future(door.close())
    while await asyncio.to_thread(Path(door.address).exists):  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0)
    with pytest.raises(DoorClosed):
        await remote.perform(ResumeAll("anna"))
    await wire.send(late[1], wire.encode(wire.Perform("ResumeAll", msgspec.Raw(wire.encode(ResumeAll("anna"))))))
    told = wire.decode_answer(await wire.receive(late[0], wire.LONGEST_ANSWER) or b"")
    assert told.refusal is not None
    assert told.refusal.code == wire.CLOSING
    late[1].close()
    assert not closing.done()
    go_on.set()
    assert isinstance(await first, Done)
    await closing
    assert [type(command) for command in story.performed] == [PauseAll]


async def test_show_reaches_the_window_and_says_when_there_is_none(story: StoryRuntime, door: Door) -> None:
    assert await show_window(door.address) is False
    shown: list[str] = []
    door.on_show = lambda ask_id: shown.append(ask_id or "front")
    assert await show_window(door.address) is True
    assert await show_window(door.address, "ask-7") is True
    assert shown == ["front", "ask-7"]


@pytest.mark.may_block(reason="turning somebody away is logged")
async def test_another_person_is_turned_away_on_both_sides(
    door: Door, story: StoryRuntime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(server, "peer_is_me", lambda writer: False)
        with pytest.raises(wire.DoorFault, match="hung up"):
            await connect(door.address)
    assert "turned away" in caplog.text
    monkeypatch.setattr(knocking, "peer_is_me", lambda writer: False)
    with pytest.raises(DoorClosed, match="Another person"):
        await connect(door.address)


async def test_the_system_says_who_is_at_the_other_end(door: Door) -> None:
    from runtime.door.peer import peer_uid

    _, writer = await knock(door.address)
    assert peer_uid(writer.get_extra_info("socket")) == os.getuid()
    writer.close()


async def test_only_its_owner_can_enter_and_it_is_outside_the_workspace(door: Door, story: StoryRuntime) -> None:
    path = Path(door.address)
    file, folder = await asyncio.to_thread(lambda: (path.stat(), path.parent.stat()))
    assert (stat.S_IMODE(file.st_mode), stat.S_IMODE(folder.st_mode)) == (0o600, 0o700)
    assert story.folder not in path.parents
    assert len(os.fsencode(path)) <= LONGEST_PATH


async def test_a_socket_left_by_a_crash_is_replaced_and_taken_away_at_the_end(story: StoryRuntime) -> None:
    left = Path(await asyncio.to_thread(door_address, story.folder))
    await asyncio.to_thread(left.write_text, "left over")
    door = Door(cast(Runtime, story))
    assert await door.start() == str(left)
    assert (await connect(str(left))).title == story.title
    await door.close()
    assert not await asyncio.to_thread(left.exists)
    with pytest.raises(DoorClosed, match="cannot be reached"):
        await connect(str(left))


def test_a_folder_others_can_enter_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_to_all = tmp_path / "operator-console"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    monkeypatch.setattr(address, "LONGEST_PATH", 4096)  # the folders of tests have long names
    monkeypatch.setattr(address, "_places", lambda: [open_to_all])
    with pytest.raises(NoPlaceForDoor, match="can be entered by others"):
        door_address(tmp_path / "shop")
    link = tmp_path / "link"
    (tmp_path / "mine").mkdir(mode=0o700)
    link.symlink_to(tmp_path / "mine")
    monkeypatch.setattr(address, "_places", lambda: [link])
    with pytest.raises(NoPlaceForDoor, match="is not a folder"):
        door_address(tmp_path / "shop")


def test_a_long_path_gives_way_to_a_short_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "LONGEST_PATH", len(os.fsencode(tmp_path)) + 60)
    monkeypatch.setattr(address, "_places", lambda: [tmp_path / ("x" * 90), tmp_path / "s"])
    assert Path(door_address(tmp_path / "shop")).parent == tmp_path / "s"


def test_the_same_folder_has_the_same_door_however_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "also").symlink_to(tmp_path / "shop")
    assert door_address(tmp_path / "shop") == door_address(tmp_path / "also")
    assert door_address(tmp_path / "shop") != door_address(tmp_path / "other")
