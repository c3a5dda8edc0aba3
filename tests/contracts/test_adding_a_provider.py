"""Adding a provider touches one new file and one line of the table: everything else finds it there."""

import ast
import asyncio
import contextlib
import inspect
import io
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import msgspec
import pytest

from console.__main__ import main
from runtime.assembly import open_workspace
from runtime.domain.agent_spec import ModelRoute
from runtime.domain.changes import Done
from runtime.domain.commands import RemoveConnection, SaveOperator
from runtime.domain.decision import Usage
from runtime.domain.refusals import Refusal
from runtime.domain.settings import Operator
from runtime.domain.words import Outcome
from runtime.models.prices import Prices
from runtime.models.providers.known import PROVIDERS
from runtime.models.table import model_faults, route_fault
from runtime.models.workspace_connections import connections_of, usable
from tests.fixtures.fourth_provider import FOURTH, added, fourth
from tests.fixtures.provided_room import provided
from tests.fixtures.room import CLERK
from tests.wire.loopback import Got, Loopback, Reply
from tests.wire.spoken import STREAM

CLONE = Path(__file__).parents[2]
KEY = "key-of-the-fourth-0123456789"
MODEL = "mistral-large-latest"
ROUTE = f"{FOURTH}/{MODEL}"
SPEC = msgspec.structs.replace(CLERK, models=ModelRoute((ROUTE,), (ROUTE,)))
PLAN = {"steps": [{"title": "Change", "tool": "bench.change"}], "note": "", "reason": "r", "confidence": 0.9}
CHANGE = ("c1", "bench_change", '{"note":"once","confidence":0.9,"reason":"as planned"}')
END = ("c2", "end_with_result", '{"text":"It is changed.","confidence":0.9,"reason":"seen"}')


@pytest.fixture
def with_fourth() -> Iterator[None]:
    with added():
        yield


def test_without_its_line_nothing_knows_it() -> None:
    assert "is not a provider of this build" in route_fault(ROUTE)
    assert Prices({}).cost(ROUTE, Usage(1_000, 10), 0) is None


@pytest.mark.usefixtures("with_fourth")
def test_routes_and_prices_answer_for_it() -> None:
    assert route_fault(ROUTE) == ""
    assert model_faults(SPEC) == ()
    cost = Prices({}).cost(ROUTE, Usage(1_000_000, 1_000_000), 1_790_000_000_000_000)
    assert cost is not None
    assert cost.micros > 1_000_000


async def test_its_connection_is_kept_over_restarts_and_a_run_goes_over_it(tmp_path: Path) -> None:
    answers = [fourth([json.dumps(PLAN)], []), fourth([], [CHANGE]), fourth([], [END])]

    def answer(got: Got) -> Reply:
        return Reply(200, STREAM, answers.pop(0))

    async with Loopback(answer=answer) as server, AsyncExitStack() as stack:
        build = stack.enter_context(ExitStack())
        build.enter_context(added())
        way = await stack.enter_async_context(provided(tmp_path, SPEC))
        own = connections_of(way.room.own.engine.states.workspace)[FOURTH]
        assert own.base_url == "https://api.fourth.example/v1"
        await way.connect(FOURTH, server.address, KEY)
        await way.reopen()
        rows = {row.spec.name: row for row in await way.room.runtime.history.connections()}
        assert rows[FOURTH].key_for == f"{server.address}/v1"
        run = await way.worked("Change it")
        assert (run.outcome, run.summary) == (Outcome.COMPLETED, "It is changed.")
        build.close()  # the next start is of a build without it: nothing breaks, and what was kept can be removed
        await way.reopen()
        workspace = way.room.own.engine.states.workspace
        assert FOURTH in connections_of(workspace)
        assert FOURTH not in usable(workspace.saved_connections)
        again = await way.worked("Change it again")
        assert again.outcome is Outcome.ESCALATED
        assert "is not a provider of this build" in again.summary
        refused = await way.room.runtime.test_connection(FOURTH, MODEL, "anna")
        assert isinstance(refused, Refusal)
        assert "is not a provider of this build" in refused.sentence
        await way.room.do(RemoveConnection(FOURTH, "anna"))
        assert not [account for _, account in way.keyring.kept if FOURTH in account]
    assert {got.headers.get("x-their-key") for got in server.got} == {KEY}
    assert not any("authorization" in got.headers for got in server.got)
    assert {got.json["max_tokens"] for got in server.got} == {2_345}


def test_the_command_line_takes_it_and_lists_it_after_a_restart(tmp_path: Path) -> None:
    desk = tmp_path / "shop"
    asyncio.run(furnished_desk(desk))
    words = ("connections", "add", "second", "--speaks", FOURTH, "--url", "https://second.example/v1")
    status, text = typed(desk, *words)
    assert (status, "is not a provider of this build; it knows" in text) == (2, True), text
    with added():
        status, text = typed(desk, *words)
        assert status == 0, text
        status, text = typed(desk, "connections")
        assert status == 0
        assert f"{FOURTH}/MODEL" in text
        assert f"{FOURTH}:second/MODEL" in text
        assert text.count("The fourth") == 2


async def furnished_desk(folder: Path) -> None:
    runtime = await open_workspace(folder, at_work=False)
    try:
        assert isinstance(await runtime.perform(SaveOperator(Operator("anna", "Anna"), "anna")), Done)
    finally:
        await runtime.close()


def typed(folder: Path, *words: str) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            status = main(["--workspace", str(folder), *words])
        except SystemExit as ended:  # wrong usage
            status = int(ended.code or 0)
    return status, out.getvalue()


def strangers(root: Path) -> list[str]:
    """Places outside the providers' own files that name a provider, by its word or its class."""
    own = {Path(inspect.getfile(provider)).name for provider in PROVIDERS.values()}
    packages = {"about_dialog.py", "known.py"}  # names what is installed, with its licences; the table itself
    classes = {provider.__name__ for provider in PROVIDERS.values()}
    heads = tuple(f"{kind}{mark}" for kind in PROVIDERS for mark in ("/", ":", "."))
    homes = tuple(provider.facts.home for provider in PROVIDERS.values() if provider.facts.home)
    found = []
    for path in sorted(file for room in ("console", "runtime", "storage") for file in (root / room).rglob("*.py")):
        if path.name in own | packages:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in prose
                and (node.value in PROVIDERS or any(head in node.value for head in (*heads, *homes)))
            ):
                found.append(f"{path.relative_to(root)}:{node.lineno} {node.value!r}")
            if isinstance(node, ast.Name) and node.id in classes:
                found.append(f"{path.relative_to(root)}:{node.lineno} {node.id}")
    return found


def test_no_other_file_names_a_provider(tmp_path: Path) -> None:
    assert strangers(CLONE) == []
    planted = tmp_path / "console" / "word.py"
    planted.parent.mkdir()
    planted.write_text('"""Of openai/x."""\n\nHINT = "openai/NAME"\nif HINT == "anthropic":\n    AnthropicMessages\n')
    assert [line.partition(" ")[2] for line in strangers(tmp_path)] == [
        "'openai/NAME'",
        "'anthropic'",
        "AnthropicMessages",
    ]
