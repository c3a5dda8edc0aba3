"""The window's loop hears every socket, in either direction, as long as somebody waits for it and no longer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from console.loop import WindowLoop

pytestmark = pytest.mark.window
SOME = b"streamed " * 200_000
"""More than the buffers of a socket hold, so that either side has to wait for the other."""


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[WindowLoop]:
    made = WindowLoop(qapp)
    yield made
    made.close()


def test_many_connections_at_once_each_carry_all_of_it_there_and_back(loop: WindowLoop) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()  # the reading stops meanwhile
        writer.close()

    async def told(port: int, number: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(SOME + b"%d" % number)
        writer.write_eof()
        found = await reader.read()
        writer.close()
        return found

    async def work() -> list[bytes]:
        async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await asyncio.gather(*(told(port, number) for number in range(8)))

    assert loop.run_until_complete(work()) == [SOME + b"%d" % number for number in range(8)]


def test_what_is_no_longer_waited_for_is_not_heard_and_the_other_direction_still_is(loop: WindowLoop) -> None:
    mine, theirs = socket.socketpair()
    heard: list[str] = []

    async def work() -> None:
        written = asyncio.Event()

        def write() -> None:
            heard.append("write")
            loop.remove_writer(mine)
            written.set()

        def read() -> None:
            heard.append(mine.recv(1).decode())
            written.set()

        loop.add_reader(mine, heard.append, "before")
        loop.add_reader(mine, heard.append, "read")
        loop.add_writer(mine, write)
        assert loop.remove_reader(mine)
        assert not loop.remove_reader(mine)
        theirs.send(b"x")
        await written.wait()
        loop.add_reader(mine, read)
        written.clear()
        await written.wait()
        loop.remove_reader(mine)

    with mine, theirs:
        loop.run_until_complete(work())
    assert heard == ["write", "x"]


def test_a_number_that_another_socket_got_is_heard_as_the_other_one(loop: WindowLoop) -> None:
    async def once() -> tuple[int, bytes]:
        mine, theirs = socket.socketpair()
        with mine, theirs:
            mine.setblocking(False)
            waiting = asyncio.ensure_future(loop.sock_recv(mine, 10))
            await asyncio.sleep(0)
            theirs.send(b"news")
            return mine.fileno(), await waiting

    async def work() -> list[tuple[int, bytes]]:
        return [await once() for _ in range(3)]

    found = loop.run_until_complete(work())
    assert len({number for number, _ in found}) == 1
    assert [data for _, data in found] == [b"news"] * 3
