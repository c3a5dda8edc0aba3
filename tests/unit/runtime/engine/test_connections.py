"""Connections and keys in a real workspace: a key goes to the address it was entered for, and a test has its price."""

import asyncio
import json
from pathlib import Path

import msgspec
import pytest

from console.presenters.connection_text import trial_words
from runtime.domain.agent_spec import PLAYBOOK
from runtime.domain.budget import Cap, Caps, EnteredPrice
from runtime.domain.commands import (
    EnterPrice,
    RemoveConnection,
    RemoveKey,
    SaveAgent,
    SaveConnection,
    Secret,
    SetCaps,
    StartRun,
    StoreCredential,
    StoreKey,
)
from runtime.domain.connection import ConnectionSpec
from runtime.domain.events.workspace import ConnectionTested
from runtime.domain.ids import AgentName
from runtime.domain.refusals import Refusal
from runtime.domain.routing_commands import MoveConnection
from runtime.domain.task import Task
from runtime.domain.words import Outcome
from runtime.engine.exchanges import keep_exchange
from runtime.operations.new_ids import new_run_id
from runtime.operations.unopened import forget_secrets
from tests.fixtures.kinds import OPENAI
from tests.fixtures.provided_room import ASKS_OPENAI, provided
from tests.wire.loopback import Got, Loopback, Reply
from tests.wire.spoken import BUILD, STREAM

KEY = "sk-test-4f1e2d3c5b6a79881726354f"
PLAN = json.dumps({"steps": [{"title": "Say", "tool": ""}], "note": "", "reason": "r", "confidence": 0.9})
END = ("c2", "end_with_result", '{"text":"It is done.","confidence":0.9,"reason":"seen"}')


def openai(got: Got) -> Reply:
    planning = b"json_schema" in got.body
    return Reply(200, STREAM, BUILD[OPENAI]([PLAN] if planning else [], [] if planning else [END]))


async def test_that_the_keyring_is_waited_for_is_a_trouble_of_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.keyring_calls.SAID_AFTER_S", 0.0)
    async with provided(tmp_path) as way:
        keyring, runtime, before = way.keyring, way.room.runtime, len(way.keyring.asked)
        keyring.answers.clear()  # as behind a prompt that nobody answers yet
        looking = asyncio.create_task(runtime.keyring_state())
        while len(keyring.asked) == before:  # noqa: ASYNC110 - the thread that waits has no event of its own
            await asyncio.sleep(0)
        assert [one[:23] for one in runtime.troubles] == ["Waiting for the keyring"]
        keyring.answers.set()
        assert (await looking)[0] == "available"
        assert runtime.troubles == ()


async def test_an_agent_works_over_a_connection_of_the_workspace(tmp_path: Path) -> None:
    async with Loopback(answer=openai) as server, provided(tmp_path) as way:
        await way.connect("openai", server.address, KEY)
        run = await way.worked("Do it")
        assert (run.outcome, run.summary) == (Outcome.COMPLETED, "It is done.")
        assert {got.headers["authorization"] for got in server.got} == {f"Bearer {KEY}"}
        [row] = [row for row in await way.room.runtime.history.connections() if row.spec.name == "openai"]
        assert row.added
        assert row.key_for == f"{server.address}/v1"
        reads = [call for call in way.keyring.asked if call[0] == "get" and "provider-key" in call[1]]
        assert len(reads) <= 2  # before it was stored, and once for all calls


async def test_without_a_key_nothing_is_sent_and_a_person_is_told(tmp_path: Path) -> None:
    async with Loopback(answer=openai) as server, provided(tmp_path) as way:
        await way.connect("openai", server.address)
        assert f"There is no key of openai for {server.address}/v1" in await way.waits("Do it")
        assert server.got == []


async def test_another_address_takes_the_key_away(tmp_path: Path) -> None:
    async with Loopback(answer=openai) as home, Loopback(answer=openai) as thief, provided(tmp_path) as way:
        await way.connect("openai", home.address, KEY)
        moved = ConnectionSpec("openai", "openai", f"{thief.address}/v1")
        done = await way.room.do(SaveConnection(moved, "anna"))
        assert "enter it again" in done.sentence
        assert f"no key of openai for {thief.address}/v1" in await way.waits("Do it")
        # Back at the old address the key is not there either: it left the keyring.
        await way.connect("openai", home.address)
        assert "openai" in await way.waits("Again")
        assert (home.got, thief.got) == ([], [])


async def test_a_kept_answer_of_one_server_is_not_given_for_another(tmp_path: Path) -> None:
    models = msgspec.structs.replace(ASKS_OPENAI.models, keep_answers_s=600)
    spec = msgspec.structs.replace(ASKS_OPENAI, models=models)
    async with Loopback(answer=openai) as one, Loopback(answer=openai) as two, provided(tmp_path, spec) as way:
        await way.connect("openai", one.address, KEY)
        await way.worked("The same")
        asked = len(one.got)
        assert (await way.worked("The same")).cost_micros == 0
        await way.connect("openai", two.address, KEY)
        await way.worked("The same")
        assert (len(one.got), len(two.got)) == (asked, asked)


async def test_accounts_share_no_answer_neither_of_two_connections_nor_of_an_old_key_and_a_new_one(
    tmp_path: Path,
) -> None:
    second, models = "openai:second/gpt-5-mini", ASKS_OPENAI.models
    spec = msgspec.structs.replace(ASKS_OPENAI, models=msgspec.structs.replace(models, keep_answers_s=600))
    theirs = msgspec.structs.replace(
        spec,
        name=AgentName("porter"),
        models=msgspec.structs.replace(spec.models, planner=(second,), actor=(second,)),
    )
    async with Loopback(answer=openai) as server, provided(tmp_path, spec) as way:
        await way.connect("openai", server.address, KEY)
        await way.connect("second", server.address, "sk-second-9876543210", "openai")
        await way.room.do(EnterPrice(second, EnteredPrice(250_000, 2_000_000), "anna"))
        await way.room.do(SaveAgent(theirs, "anna"))
        await way.worked("The same")
        run_id = new_run_id()
        await way.room.do(StartRun(run_id, theirs.name, Task("The same", "The same", trusted=True), "anna"))
        await way.room.finished(run_id)
        await way.room.do(StoreKey("openai", Secret("sk-another-0123456789"), "anna"))
        await way.worked("The same")
        await way.reopen()
        assert (await way.worked("The same")).cost_micros == 0  # the answer of this key's own account
        keys = [got.headers["authorization"].removeprefix("Bearer ") for got in server.got]
        assert keys == [KEY] * 2 + ["sk-second-9876543210"] * 2 + ["sk-another-0123456789"] * 2


async def test_a_key_that_was_put_under_another_address_by_hand_is_not_sent_there(tmp_path: Path) -> None:
    async with Loopback(answer=openai) as home, Loopback(answer=openai) as thief, provided(tmp_path) as way:
        await way.connect("openai", home.address, KEY)
        [(where, kept)] = [(k, v) for k, v in way.keyring.kept.items() if "provider-key" in k[1]]
        # As if the name of the entry, which holds a hash of the address alone, had been made to fit another one.
        own = way.room.own
        spec = ConnectionSpec("openai", "openai", f"{thief.address}/v1")
        await way.room.do(SaveConnection(spec, "anna"))
        from runtime.models.workspace_connections import connection_of
        from runtime.operations.provider_keys import account_of

        way.keyring.kept[where[0], account_of(connection_of(spec))] = kept
        assert await own.keys.read(connection_of(spec)) is None
        assert "openai" in await way.waits("Do it")
        assert thief.got == []


async def test_names_of_the_program_are_kept_from_people_and_tools(tmp_path: Path) -> None:
    async with provided(tmp_path) as way:
        await way.connect("openai", "http://127.0.0.1:9", KEY)
        [account] = [account for _, account in way.keyring.kept if "provider-key" in account]
        refused = await way.room.refused(StoreCredential(account, "x", Secret("y" * 9), "anna"))
        assert refused.code == "reserved"
        lookup = way.room.own._secret()
        assert await asyncio.to_thread(lookup, account) is None
        assert isinstance(await way.room.runtime.test_credential(account), Refusal)


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        (ConnectionSpec("Not A Name", "openai", "https://a.example"), "invalid"),
        (ConnectionSpec("x", "telepathy", "https://a.example"), "invalid"),
        (ConnectionSpec("x", "openai", "http://a.example"), "invalid"),
        (ConnectionSpec("x", "openai", "https://key@a.example"), "invalid"),
        (ConnectionSpec("x", "openai", "https://a.example", max_output_tokens=10**6), "invalid"),
        (ConnectionSpec("anthropic", "openai", "https://a.example"), "name"),
    ],
)
async def test_a_connection_that_cannot_be_used_is_not_saved(tmp_path: Path, spec: ConnectionSpec, code: str) -> None:
    async with provided(tmp_path) as way:
        assert (await way.room.refused(SaveConnection(spec, "anna"))).code == code


async def test_what_is_not_saved_costs_nobody_their_key(tmp_path: Path) -> None:
    async with provided(tmp_path) as way:
        await way.connect("openai", "http://127.0.0.1:9", KEY)
        kept = dict(way.keyring.kept)
        other = ConnectionSpec("openai", "anthropic", "http://127.0.0.1:9")
        assert (await way.room.refused(SaveConnection(other, "anna"))).code == "name"
        assert way.keyring.kept == kept
        assert "openai" in way.room.own.engine.states.workspace.keys


async def test_after_a_new_key_the_next_call_tries_the_connection_and_settings_say_so(tmp_path: Path) -> None:
    async with provided(tmp_path) as way:
        await way.connect("openai", "http://127.0.0.1:9", KEY)
        await way.room.own.engine.record(MoveConnection("openai", "failed", "Its key was refused.", by_person=True))
        await way.room.do(StoreKey("openai", Secret("sk-another-0123456789"), "anna"))
        [row] = [row for row in await way.room.runtime.history.connections() if row.spec.name == "openai"]
        assert trial_words(row) == "the next call tries it"


async def test_a_key_is_replaced_and_removed(tmp_path: Path) -> None:
    async with Loopback(answer=openai) as server, provided(tmp_path) as way:
        await way.connect("openai", server.address, KEY)
        await way.room.do(StoreKey("openai", Secret("sk-another-0123456789"), "anna"))
        await way.worked("Do it")
        assert {got.headers["authorization"] for got in server.got} == {"Bearer sk-another-0123456789"}
        assert (await way.room.refused(StoreKey("openai", Secret("with blank in it"), "anna"))).code == "invalid"
        await way.room.do(RemoveKey("openai", "anna"))
        assert "openai" in await way.waits("Again")
        await way.room.do(RemoveConnection("openai", "anna"))
        assert (await way.room.refused(RemoveConnection("openai", "anna"))).code == "own"
        assert not [account for _, account in way.keyring.kept if "provider-key" in account]


async def test_a_test_is_a_real_call_within_the_caps(tmp_path: Path) -> None:
    async with Loopback(answer=openai) as server, provided(tmp_path) as way:
        runtime = way.room.runtime
        await way.connect("openai", server.address, KEY)
        told = await runtime.test_connection("openai", "gpt-5-mini", "anna")
        assert isinstance(told, str)
        assert "5 tokens in, 9 out, $" in told
        assert len(server.got) == 1
        assert json.loads(server.got[0].body)["max_output_tokens"] == 1_024
        spent = await runtime.history.spend()
        assert [(row.agent, row.input_tokens) for row in spent] == [("connection test", 5)]
        figures = await runtime.history.budget()
        assert figures.reservations == ()
        # A cap that leaves too little: nothing is sent.
        await way.room.do(SetCaps(Caps(day=Cap(10, 0)), "anna"))
        refused = await runtime.test_connection("openai", "gpt-5-mini", "anna")
        assert isinstance(refused, Refusal)
        assert refused.code == "cap"
        assert (await runtime.test_connection("openai", "no-such-model-7", "anna")).code == "price"  # type: ignore[union-attr]
        assert len(server.got) == 1


async def test_a_test_that_fails_says_why_and_is_recorded(tmp_path: Path) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}}).encode()
    async with Loopback([Reply(401, {"content-type": "application/json"}, body)]) as server, provided(tmp_path) as way:
        await way.connect("openai", server.address, KEY)
        refused = await way.room.runtime.test_connection("openai", "gpt-5-mini", "anna")
        assert isinstance(refused, Refusal)
        assert "did not accept the key" in refused.sentence
        assert KEY not in refused.sentence
        events = [one.event for one in await way.room.log.read() if isinstance(one.event, ConnectionTested)]
        assert [(event.works, event.usage.cost_micros) for event in events] == [(False, 0)]


async def test_deleting_a_workspace_takes_its_entries_out_of_the_keyring(tmp_path: Path) -> None:
    async with provided(tmp_path) as way:
        await way.connect("openai", "http://127.0.0.1:9", KEY)
        await way.connect("anthropic", "http://127.0.0.1:9", KEY + "2")
        await way.room.do(StoreCredential("smtp", "mail", Secret("hunter22"), "anna"))
        keyring = way.keyring
        keyring.kept["operator-console/another", "smtp"] = "v:theirs"
    assert len(keyring.kept) >= 5  # with the seal
    there = len(keyring.kept) - 1
    assert await forget_secrets(tmp_path, keyring.calls()) == there
    assert list(keyring.kept) == [("operator-console/another", "smtp")]


async def test_what_is_exchanged_with_a_provider_is_kept_however_small_it_is(tmp_path: Path) -> None:
    """A classifier's question is smaller than a kilobyte, and is paid for."""
    async with provided(tmp_path) as way:
        engine = way.room.own.engine
        sent, received = await keep_exchange(engine, "openai/gpt-5-mini", b'{"q":1}', b'{"a":2}')
        assert [await asyncio.to_thread(engine.blobs.get, one) for one in (sent, received)] == [b'{"q":1}', b'{"a":2}']
        assert await keep_exchange(engine, PLAYBOOK, b'{"q":1}', b'{"a":2}') == ("", "")
