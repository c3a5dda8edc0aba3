"""Plays one recorded exchange to our provider through the real SDK, and tells what came of it."""

import asyncio
import json
from dataclasses import dataclass, field, replace

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.decision import Decision
from runtime.domain.ids import AgentName, RunId
from runtime.domain.task import Task
from runtime.models.interface import Answered, ModelFault, ModelRequest, ToolOffer
from runtime.models.providers.calling import ProviderModel
from runtime.models.providers.connection import Connection, TimeLimits
from runtime.models.providers.known import PROVIDERS
from tests.fixtures.kinds import ANTHROPIC
from tests.wire.loopback import Loopback, Reply
from tests.wire.recorded import Recorded

KEY = "sk-loopback-9f3b1c7d5e2a4068"
TIMES = TimeLimits(connect_s=10, first_s=30, idle_s=30, total_s=60)


@dataclass(slots=True)
class Heard:
    """Listens to what streams."""

    text: list[str] = field(default_factory=list)
    thought: list[str] = field(default_factory=list)

    def __call__(self, text: str, /) -> None:
        self.text.append(text)

    def reasoning(self, text: str, /) -> None:
        self.thought.append(text)


@dataclass(slots=True)
class Outcome:
    """What came of one call: an answer or a fault."""

    answered: Answered[Decision] | None
    fault: ModelFault | None
    heard: Heard


async def key(connection: Connection) -> str:
    """The key of every connection here."""
    return KEY


def connection_to(address: str, kind: str, streams: bool = True) -> Connection:
    """A connection to a loopback server."""
    path = "" if kind is ANTHROPIC else "/v1"
    return Connection("loopback", kind, address + path, streams=streams, times=TIMES)


def model_for(exchange: Recorded, connection: Connection) -> ProviderModel:
    """Our provider for an exchange."""
    return PROVIDERS[exchange.kind](connection, exchange.model, key, f"{exchange.kind}/{exchange.model}")


def request_with(tools: list[tuple[str, dict[str, object]]], text: str = "Do it.") -> ModelRequest:
    """A first turn with these tools."""
    agent = AgentSpec(AgentName("tester"), "Tests.")
    offers = tuple(ToolOffer(name, f"The tool {name}.", json.dumps(schema).encode()) for name, schema in tools)
    return ModelRequest(RunId("r1"), 1, agent, Task("A task", text, trusted=True), None, (), (), offers)


def reply_of(exchange: Recorded) -> Reply:
    """The recorded answer, whole."""
    return Reply(exchange.status, exchange.headers, exchange.body)


class Player:
    """Keeps one model open for one exchange, so that many cuts are quick."""

    def __init__(self, server: Loopback, exchange: Recorded) -> None:
        self._server = server
        self.exchange = exchange
        connection = connection_to(server.address, exchange.kind, exchange.streamed)
        if exchange.fails and not exchange.streamed:
            connection = replace(connection, streams=True)
        self.model = model_for(exchange, connection)
        self._request = request_with(exchange.tools)

    async def play(self, reply: Reply) -> Outcome:
        """One call. A hang is a failure: it ends after the time limits of the connection."""
        self._server.give(reply)
        heard = Heard()
        try:
            async with asyncio.timeout(TIMES.total_s * 2):
                return Outcome(await self.model.act(self._request, heard), None, heard)
        except ModelFault as fault:
            return Outcome(None, fault, heard)

    async def close(self) -> None:
        """Close its connections."""
        await self.model.close()
