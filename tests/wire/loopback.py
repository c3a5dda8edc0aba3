"""A provider on this machine: answers with given bytes, piece by piece, late, or cut at any byte, over a raw socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Cut(StrEnum):
    """How an answer ends before its end."""

    CLEAN = "clean"
    """The transfer ends as if that were all: nothing tells the client that something is missing."""
    BROKEN = "broken"
    """The connection is closed in the middle."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. ``pieces`` 0 = whole; ``cut`` None = to its end; ``hold`` keeps the connection open after it."""

    status: int
    headers: dict[str, str]
    body: bytes
    pieces: int = 0
    cut: int | None = None
    how: Cut = Cut.CLEAN
    delay_s: float = 0.0
    hold: asyncio.Event | None = None
    endless: bytes = b""
    """Sent over and over after the body, until the client goes away."""
    fed: AsyncIterator[bytes] | None = None
    """Sent after the body, each piece when it comes."""


@dataclass(slots=True)
class Got:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body."""
        return json.loads(self.body)


@dataclass(slots=True)
class Loopback:
    """The server. ``replies`` are given in order; the last one is given again and again."""

    replies: list[Reply] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], Reply] | None = None
    raw: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]] | None = None
    """Serves a connection in its own way instead."""
    _server: asyncio.Server | None = None
    _over: bool = False
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _serving: set[asyncio.Task[Any]] = field(default_factory=set)

    async def __aenter__(self) -> "Loopback":
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._over = True
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    @property
    def address(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def give(self, *replies: Reply) -> None:
        """From now on these answers, in order."""
        self.replies[:] = replies

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The task is known from here on, also where it has not had its first turn when the server is closed."""
        if self._over:
            writer.transport.abort()
            return
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self.raw is not None:
                await self.raw(reader, writer)
                return
            while (got := await _request(reader)) is not None:
                self.got.append(got)
                reply = self.answer(got) if self.answer else self._next()
                if not await _send(writer, reply):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client went, or the test is over
        finally:
            writer.transport.abort()
            self._open.discard(writer)

    def _next(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


async def _request(reader: asyncio.StreamReader) -> Got | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Got(method, path, headers, body)


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> bool:
    """Answers whether the connection may be used again."""
    kept = {name: value for name, value in reply.headers.items() if name.lower() not in _OWN}
    lines = [f"HTTP/1.1 {reply.status} Said", *(f"{name}: {value}" for name, value in kept.items())]
    writer.write("\r\n".join([*lines, "transfer-encoding: chunked", "", ""]).encode())
    for piece in _pieces(reply.body[: reply.cut], reply.pieces):
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if reply.pieces:
            await writer.drain()
        if reply.delay_s:
            await asyncio.sleep(reply.delay_s)
    if reply.fed is not None:
        async for piece in reply.fed:
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
    while reply.endless:
        writer.write(f"{len(reply.endless):x}\r\n".encode() + reply.endless + b"\r\n")
        await writer.drain()
        await asyncio.sleep(reply.delay_s)
    if reply.hold is not None:
        await writer.drain()
        await reply.hold.wait()
    if reply.cut is not None and reply.how is Cut.BROKEN:
        writer.write_eof()
        await writer.drain()
        return False
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


_OWN = frozenset({"transfer-encoding", "content-length", "content-encoding", "connection"})


def _pieces(body: bytes, size: int) -> Sequence[bytes]:
    if not body:
        return ()
    return [body[at : at + size] for at in range(0, len(body), size)] if size else (body,)
