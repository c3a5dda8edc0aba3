"""A provider on this machine that streams 50 events a second to everybody who asks; each piece says when it was sent.

``python -m tests.benchmarks.stream_server`` prints its address and serves until its standard input is closed. A path
names the API: ``/anthropic``, ``/openai`` or ``/compatible``. Every answer ends with a call of a reading tool.
"""

import asyncio
import itertools
import re
import sys
import time
from collections.abc import AsyncIterator

from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, OPENAI
from tests.wire.loopback import Got, Loopback, Reply
from tests.wire.spoken import BUILD, STREAM

EVENTS_A_SECOND, PIECES = 50, 150
FIRST, LATER = "#", "@"
STAMP = re.compile(rf"([{FIRST}{LATER}])(\d{{8}}\.\d{{4}})")
"""A piece: whether it is the first of its answer, and ``time.perf_counter`` just before it was written, in seconds."""
BLANK = "00000000.0000"
STOPS = {ANTHROPIC: "tool_use", OPENAI: "completed", COMPATIBLE: "tool_calls"}
_numbers = itertools.count()


async def answer_of(kind: str, number: int) -> AsyncIterator[bytes]:
    """The events of one answer, at their pace; models asked at the same moment do not begin at the same moment."""
    texts = [f"{FIRST}{BLANK} ", *[f"{LATER}{BLANK} "] * (PIECES - 1)]
    call = ("c1", "bench_read", f'{{"note":"{number}","confidence":0.9,"reason":"because"}}')
    whole = BUILD[kind](texts, [call], STOPS[kind])
    due = time.perf_counter() + 0.2 + (number * 0.618) % 1
    for event in whole.split(b"\n\n")[:-1]:
        if event.count(BLANK.encode()) == 1:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            due += 1 / EVENTS_A_SECOND
            event = event.replace(BLANK.encode(), f"{time.perf_counter():013.4f}".encode())
        yield event + b"\n\n"


def reply(got: Got) -> Reply:
    """The next answer, in the words of the API that was asked."""
    kind = got.path.split("/")[1]
    return Reply(200, STREAM, b"", fed=answer_of(kind, next(_numbers)))


async def main() -> None:
    """Serve until nobody is there any more."""
    async with Loopback(answer=reply) as server:
        print(server.address, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
