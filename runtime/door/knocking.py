"""One request to the process that owns a workspace, and its answer."""

import asyncio
import contextlib
import sys
from typing import Any

import msgspec

from runtime.door import wire
from runtime.door.peer import peer_is_me

CONNECT_WITHIN_S = 5.0


class DoorClosed(wire.DoorFault):
    """Nobody answers at the door."""

    what = "The program that has this workspace open cannot be reached."
    holds = "Nothing was changed."
    to_do = "Use its window, or close it first."


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def knock(address: str) -> Streams:
    """Connect to an owner. Raises DoorClosed."""
    try:
        async with asyncio.timeout(CONNECT_WITHIN_S):
            reader, writer = await (_open_pipe if sys.platform == "win32" else _open_socket)(address)
    except (OSError, TimeoutError) as error:
        raise DoorClosed from error
    if not peer_is_me(writer):
        writer.close()
        raise DoorClosed("Another person's program answered.")
    return reader, writer


async def _open_socket(address: str) -> Streams:
    return await asyncio.open_unix_connection(address)


async def _open_pipe(address: str) -> Streams:
    loop: Any = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await loop.create_pipe_connection(lambda: protocol, address)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


async def request(address: str, what: wire.Request) -> wire.Answer:
    """One request, one answer. Raises DoorFault: NotConfirmed where a command may have been carried out, DoorClosed
    where nothing was."""
    reader, writer = await knock(address)
    try:
        await wire.send(writer, wire.encode(what))
        payload = await wire.receive(reader, wire.LONGEST_ANSWER)
    except (OSError, wire.DoorFault) as error:
        raise _unanswered(what, "The connection broke.") from error
    finally:
        await _hang_up(writer)
    if payload is None:
        raise _unanswered(what, "It hung up without an answer.")
    try:
        answer = wire.decode_answer(payload)
    except msgspec.DecodeError as error:
        raise wire.DoorFault("Its answer could not be read.") from error
    if answer.fault:
        raise wire.DoorFault(answer.fault)
    if answer.refusal is not None and answer.refusal.code == wire.CLOSING:
        raise DoorClosed("It is being closed.")
    return answer


def _unanswered(what: wire.Request, detail: str) -> wire.DoorFault:
    if isinstance(what, wire.Perform | wire.ApproveTogether):
        return wire.NotConfirmed()
    if isinstance(what, wire.Ask | wire.ReadAgentFile):
        return DoorClosed(detail)  # it was only to say something
    return wire.DoorFault(detail)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def show_window(address: str, ask_id: str = "") -> bool:
    """Ask the owner to bring its window to the front; False when it has none. Raises DoorFault."""
    return (await request(address, wire.Show(ask_id))).refusal is None
