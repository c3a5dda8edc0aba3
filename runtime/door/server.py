"""The owner's side of the second door: listens for this person's other processes and ends in the same ``perform``."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.commands import Approve, Secret
from runtime.domain.refusals import Refusal
from runtime.door import wire
from runtime.door.address import door_address
from runtime.door.peer import peer_is_me
from runtime.interface import Runtime

log = logging.getLogger("runtime.door")
REQUEST_WITHIN_S = 10.0
ANSWERED_WITHIN_S = 10.0
"""How long an owner that closes goes on answering what it was asked before."""
HEARD_WITHIN_S = 2.0
"""How long it waits for who has come in and has not said yet what they want."""
LET_IN = 10
"""Rounds of the loop in which a connection that was made becomes a visit; it takes three or four."""


class Door:
    """``on_show`` brings the window to the front and opens the ask it is given, if any; None: there is no window."""

    def __init__(self, runtime: Runtime, on_show: Callable[[str], None] | None = None) -> None:
        self.runtime = runtime
        self.on_show = on_show
        self.address = ""
        self._stop: Callable[[], Awaitable[None]] | None = None
        self._visits: set[asyncio.Task[None]] = set()
        self._streams: set[asyncio.Task[None]] = set()
        """Those that last until somebody hangs up."""
        self._hearing: set[asyncio.Timeout] = set()
        """Of visits that have not said yet what they want."""
        self._closing = False

    async def start(self) -> str:
        """Listen; answers the address for the lock file. Raises NoPlaceForDoor or OSError."""
        address = await asyncio.to_thread(door_address, self.runtime.folder)
        self._stop = await (_listen_pipe if sys.platform == "win32" else _listen_socket)(address, self._visited)
        self.address = address
        return address

    async def close(self) -> None:
        """Stop listening. What was begun is answered, what comes now is told that nothing was done."""
        self._closing = True
        if self._stop is not None:
            stop, self._stop = self._stop, None
            await stop()
        for hearing in self._hearing:
            hearing.reschedule(asyncio.get_running_loop().time() + HEARD_WITHIN_S)
        for watching in self._streams:
            watching.cancel()
        if answered := self._visits - self._streams:
            await asyncio.wait(answered, timeout=ANSWERED_WITHIN_S)
        for visit in tuple(self._visits):
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.get_running_loop().create_task(self._answer(reader, writer), name="second door")
        self._visits.add(visit)
        visit.add_done_callback(self._visits.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not peer_is_me(writer):
                log.warning("Another person's process was turned away at the second door.")
                return
            payload = await self._heard(reader)
            if payload is not None:
                await self._serve(payload, reader, writer)
        except (TimeoutError, wire.DoorFault, ConnectionError) as error:
            log.info("A visit at the second door ended early: %s", type(error).__name__)
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _heard(self, reader: asyncio.StreamReader) -> bytes | None:
        within = HEARD_WITHIN_S if self._closing else REQUEST_WITHIN_S
        async with asyncio.timeout(within) as hearing:
            self._hearing.add(hearing)
            try:
                return await wire.receive(reader, wire.LONGEST_REQUEST)
            finally:
                self._hearing.discard(hearing)

    async def _serve(self, payload: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = wire.decode_request(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            request = None
        if request is None or request.version != wire.VERSION:
            sentence = (
                "The program that has the workspace open is of another version; nothing was done. "
                "Close it, or use the same version."
            )
            await wire.send(writer, wire.encode(wire.Answer(refusal=Refusal(sentence, "version"))))
        elif self._closing:
            sentence = "The program that has the workspace open is being closed; nothing was done."
            await wire.send(writer, wire.encode(wire.Answer(refusal=Refusal(sentence, wire.CLOSING))))
        elif isinstance(request, wire.Watch):
            await self._stream(reader, writer, self._events(writer))
        elif isinstance(request, wire.FollowProgress):
            await self._stream(reader, writer, self._pieces(request.run_id, writer))
        else:
            await wire.send(writer, wire.encode(await self._answered(request)))

    async def _answered(self, request: wire.Request) -> wire.Answer:
        try:
            return await self._one(request)
        except msgspec.ValidationError as error:
            sentence = f"The request is not well formed: {error}. Nothing was done."
            return wire.Answer(refusal=Refusal(sentence, "request"))
        except Exception as error:  # told to the one who asked; the owner's own work goes on
            told = str(error) if hasattr(error, "to_do") or isinstance(error, TimeoutError | FileNotFoundError) else ""
            if not told:
                log.error("The second door could not answer %s", type(request).__name__, exc_info=error)
            return wire.Answer(fault=told or f"The program made a mistake ({type(error).__name__}: {error}).")

    async def _one(self, request: wire.Request) -> wire.Answer:
        match request:
            case wire.Perform(command=name, body=body):
                kind = wire.COMMANDS.get(name)
                if kind is None:
                    return wire.Answer(refusal=Refusal(_not_here(name), "not-here"))
                result = await self.runtime.perform(msgspec.json.decode(body, type=kind))
                return wire.Answer(refusal=result) if isinstance(result, Refusal) else wire.Answer(done=result)
            case wire.ApproveTogether(body=body, words=words):
                approval = msgspec.json.decode(body, type=Approve)
                result = await self.runtime.perform(msgspec.structs.replace(approval, passphrase=Secret(words)))
                return wire.Answer(refusal=result) if isinstance(result, Refusal) else wire.Answer(done=result)
            case wire.Ask(query=query, arguments=arguments):
                return await self._asked(query, arguments)
            case wire.ReadAgentFile(text=text):
                checked = await self.runtime.read_agent_file(text)
                return _value(_checked_file(checked))
            case wire.Show(ask_id=ask_id):
                if self.on_show is None:
                    return wire.Answer(refusal=Refusal("The workspace is open without a window.", "no-window"))
                self.on_show(ask_id)
                return _value(True)
            case _:
                folder = str(self.runtime.folder)
                return _value(wire.Welcome(self.runtime.title, folder, self.on_show is not None))

    async def _asked(self, query: str, arguments: msgspec.Raw) -> wire.Answer:
        if query in wire.HISTORY:
            method = getattr(self.runtime.history, query)
        elif query in wire.RUNTIME:
            method = getattr(self.runtime, query)
        else:
            return wire.Answer(refusal=Refusal(_not_here(query), "not-here"))
        kinds = wire.parameter_types(query)
        given = msgspec.json.decode(arguments, type=dict[str, msgspec.Raw])
        unknown = given.keys() - kinds.keys()
        if unknown:
            raise msgspec.ValidationError(f"{query} does not know {', '.join(sorted(unknown))}")
        result = await method(**{name: msgspec.json.decode(raw, type=kinds[name]) for name, raw in given.items()})
        return wire.Answer(refusal=result) if isinstance(result, Refusal) else _value(result)

    async def _stream(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, work: "Awaitable[None]"
    ) -> None:
        """Until the watcher hangs up or the owner closes."""
        visit = asyncio.current_task()
        assert visit is not None
        self._streams.add(visit)
        visit.add_done_callback(self._streams.discard)
        sending = asyncio.ensure_future(work)
        hang_up = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({sending, hang_up}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            hang_up.cancel()
            await asyncio.gather(sending, hang_up, return_exceptions=True)

    async def _events(self, writer: asyncio.StreamWriter) -> None:
        subscription = self.runtime.watch()
        try:
            await wire.send(writer, b"[]")  # from here on nothing is missed
            async for batch in subscription:
                if subscription.missed and batch:
                    await wire.send(writer, b"[]")  # an empty batch: events before the next one were dropped
                await wire.send(writer, wire.encode(list(batch)))
        finally:
            subscription.close()

    async def _pieces(self, run_id: str, writer: asyncio.StreamWriter) -> None:
        async for piece in self.runtime.progress.watch(run_id):
            await wire.send(writer, wire.encode(piece))


def _value(value: object) -> wire.Answer:
    return wire.Answer(value=msgspec.Raw(wire.encode(value)))


def _checked_file(checked: AgentSpec | tuple[str, ...]) -> wire.CheckedFile:
    return wire.CheckedFile(spec=checked) if isinstance(checked, AgentSpec) else wire.CheckedFile(faults=checked)


def _not_here(name: str) -> str:
    if name in ("StoreCredential", "SetPassphrase", "StoreKey"):
        return "A secret never goes from one process to another; store it in the window that has the workspace open."
    return f"{name} cannot be asked for from another process; nothing was done."


Visit = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


async def _listen_socket(address: str, visit: Visit) -> Callable[[], Awaitable[None]]:
    listening = await asyncio.to_thread(_bound, address)
    # Python 3.13 would take the file away itself, by asking the disk on the loop.
    options: dict[str, Any] = {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}
    server = await asyncio.start_unix_server(visit, sock=listening, **options)

    async def stop() -> None:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(Path(address).unlink, missing_ok=True)
        for _ in range(LET_IN):  # nobody finds it any more; who knocked before that is let in, and answered
            await asyncio.sleep(0)
        server.close()

    return stop


def _bound(address: str) -> socket.socket:
    """Whoever holds the workspace's lock is its only owner: a socket left by a crash may be replaced."""
    Path(address).unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(address)
        os.chmod(address, 0o600)
        listening.setblocking(False)
    except BaseException:
        listening.close()
        raise
    return listening


async def _listen_pipe(address: str, visit: Visit) -> Callable[[], Awaitable[None]]:
    loop: Any = asyncio.get_running_loop()

    def protocol() -> asyncio.StreamReaderProtocol:
        return asyncio.StreamReaderProtocol(asyncio.StreamReader(), visit)

    (server,) = await loop.start_serving_pipe(protocol, address)

    async def stop() -> None:
        server.close()

    return stop
