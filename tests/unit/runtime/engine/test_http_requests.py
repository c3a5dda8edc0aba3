"""A request of an agent through the whole program: rules, the card, the wire, and an end that nobody knows."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.cli.ask_page import preview_lines
from console.masked_log import MaskedFormatter
from runtime.domain.action import canonical
from runtime.domain.agent_spec import ToolGrant
from runtime.domain.commands import TellOutcome
from runtime.domain.policy import Rule, SafetyCheck
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome, EffectKind, Tier, VerdictKind
from runtime.projections.export import as_json_lines
from runtime.projections.rows import AuditFilter
from runtime.tools.contract import Preview, PreviewKind
from tests.fixtures.room import ALLOW_ALL, CLERK, Room, act, done, furnished
from tests.fixtures.web_server import WebServer, answer
from tests.secrets.canaries import CANARIES, found_in, found_under

SECRET = CANARIES["crm"]


@asynccontextmanager
async def shop(folder: Path, monkeypatch: pytest.MonkeyPatch, *rules: Rule, **more: Any) -> AsyncIterator[Any]:
    """A room whose agent may use a server of this machine, and the server. The keyring holds one secret."""
    server = WebServer()
    server.begin()
    options = {
        "addresses": [server.address],
        "methods": ["GET", "POST", "DELETE"],
        "private_networks": ["127.0.0.1/32"],
        "credentials": [{"account": "crm", "prefix": "Bearer "}],
        **more,
    }
    spec = msgspec.structs.replace(CLERK, tools=(ToolGrant("http", canonical(options)),))

    try:
        async with furnished(folder, *rules, spec=spec) as room:
            others = room.own.credentials.get

            async def kept(account: str) -> str | None:
                return SECRET if account == "crm" else await others(account)

            monkeypatch.setattr(room.own.credentials, "get", kept)
            yield room, server
    finally:
        server.close()


def post(server: WebServer, body: str = '{"amount_cents":8400}') -> tuple[str, dict[str, Any]]:
    return "http.send", {"method": "POST", "address": f"{server.address}refunds?of=17", "body": body}


async def _previewed(room: Room, ask_id: str, arguments: str | None = None) -> Preview:
    shown = await room.runtime.preview(ask_id, arguments)
    assert isinstance(shown, Preview)
    return shown


@pytest.mark.may_block(
    reason="httpcore logs on the loop of the tool's own thread; at DEBUG pytest writes that to a file"
)
async def test_what_a_person_approves_is_what_arrives_and_its_secret_stays_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(MaskedFormatter("%(name)s: %(message)s"))
    folder = tmp_path / "workspace"
    async with shop(folder, monkeypatch, keyed=True) as (room, server):
        server.answers.append(answer(json.dumps({"you": f"Bearer {SECRET}"}).encode(), "200 OK", "application/json"))
        run_id = await room.start("Refund", act(post(server)), done())
        ask = await room.asked(run_id)
        assert (ask.raised.effect, ask.raised.tier) == (EffectKind.IRREVERSIBLE, Tier.FINAL)
        assert ask.raised.resource == f"POST {server.address}refunds?of=17"
        assert len(ask.raised.checks) == 2
        shown = await _previewed(room, ask.raised.ask_id)
        assert shown.kind is PreviewKind.REQUEST
        edited = await _previewed(room, ask.raised.ask_id, canonical(post(server, "{}")[1]))
        await room.approve(ask)
        await room.finished(run_id)
        (came,) = server.came
        assert shown.source.replace("[secret of crm]", SECRET) == came.raw
        assert came.headers["idempotency-key"] == room.call(run_id).key
        assert (edited.source != shown.source, edited.body) == (True, "{}")
        assert "[redacted]" in room.call(run_id).output
        told = "\n".join(preview_lines(shown))
        assert f"Address: {server.address}refunds?of=17" in told
        assert "Authorization: Bearer [secret of crm]" in told
        exported = "".join([piece async for piece in as_json_lines(room.runtime.history, AuditFilter())])
        everything = f"{told}{exported}{caplog.text}"
    assert await asyncio.to_thread(found_under, folder) == {}
    assert found_in(everything.encode()) == set()
    assert found_in(SECRET.encode())  # it would have been seen


async def test_rules_and_checks_see_host_and_method(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    never = Rule("no-delete", VerdictKind.DENY, resources="DELETE *")
    async with shop(tmp_path, monkeypatch, never, ALLOW_ALL, get_only_reads=True) as (room, server):
        large = "host == '127.0.0.1' && method == 'POST' && body_bytes > 30"
        check = SafetyCheck("large", large, VerdictKind.DENY, "Too much.", tools="http.*")
        await room.rules(never, ALLOW_ALL, checks=(check,))
        deleted = ("http.send", {"method": "DELETE", "address": f"{server.address}orders/1"})
        read = ("http.get", {"address": f"{server.address}orders/1"})
        script = (act(deleted), act(post(server, json.dumps({"note": "x" * 40}))), act(read), done())
        run_id = await room.start("Three", *script)
        await room.finished(run_id)
        said = [room.call(run_id, f"{turn}.1") for turn in (1, 2, 3)]
        assert "no-delete" in said[0].summary
        assert "Too much." in said[1].summary
        assert said[2].outcome is CallOutcome.OK
        assert [one.head.split(" ")[0] for one in server.came] == ["GET"]


@pytest.mark.parametrize("said", ["do-it", "happened"])
@pytest.mark.parametrize("verb", ["POST", "GET"])
async def test_an_end_that_nobody_knows_is_asked_and_never_repeated_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, said: str
) -> None:
    async with shop(tmp_path, monkeypatch) as (room, server):
        server.answers.append(b"")
        get = "http.get", {"address": f"{server.address}refunds?of=17"}
        run_id = await room.start("Refund", act(post(server) if verb == "POST" else get), done())
        await room.approve(await room.asked(run_id))
        ask = await room.asked(run_id, "unknown-outcome")
        assert "Nobody can look" in ask.raised.known
        assert len(server.came) == 1
        await room.do(TellOutcome(ask.raised.ask_id, "anna", said))
        await room.finished(run_id)
        assert len(server.came) == (2 if said == "do-it" else 1)
        assert room.call(run_id).outcome is CallOutcome.OK


async def test_what_was_made_is_rolled_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with shop(tmp_path, monkeypatch, methods=["POST"], delete_undoes=True) as (room, server):
        server.made = set()
        run_id = await room.start("Refund", act(post(server)), done())
        await room.finished(run_id)
        assert len(server.made) == 1
        (line,) = await room.runtime.rollback_sheet(run_id, 0)
        assert (line.outcome, "DELETE is sent to" in line.sentence) == (UndoOutcome.UNDONE, True)
        await room.roll_back(run_id)
        assert (server.made, room.call(run_id).undone) == (set(), UndoOutcome.UNDONE)
        assert [one.head.split(" ")[0] for one in server.came] == ["POST", "DELETE"]
