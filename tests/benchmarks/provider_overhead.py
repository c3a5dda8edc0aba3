"""What our provider layer costs over the bare SDK call, in CPU time: ``python -m tests.benchmarks.provider_overhead``.

Both read the same stream from a server in another thread; only the CPU time of the reading thread is counted, in turns.
As in the program, the collector does not run in the middle of a call. Prints one JSON line: for each provider, µs of
CPU time an event, what ours costs more as a share of the bare call's, and ms more that a call of four events costs; for
answers of text, and for answers that call a tool whose arguments come in as many pieces.
"""

import argparse
import asyncio
import gc
import json
import statistics
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from runtime.models.providers.known import PROVIDERS
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, KINDS, OPENAI
from tests.wire.asking import TOOLS
from tests.wire.loopback import Loopback, Reply
from tests.wire.replaying import Heard, connection_to, key, request_with
from tests.wire.spoken import BUILD, SEAM, STREAM

ROUNDS, LONG, SHORT = 15, 2_000, 4
WHOLE = {ANTHROPIC: "end_turn", OPENAI: "completed", COMPATIBLE: "stop"}
SHAPES = ("text", "tool")


def answer_of(kind: str, shape: str, events: int) -> bytes:
    """So many pieces of text, or of the arguments of one call."""
    words = ["word "] * events
    if shape == "text":
        return BUILD[kind](words, [], WHOLE[kind])
    return BUILD[kind]([], [("c1", "files_write", f'{{"path":"{SEAM.join(words)}"}}')])


def bare(kind: str, address: str) -> tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]:
    """(one call with nothing but the SDK, close)."""
    said = [{"role": "user", "content": "Do it."}]
    client: Any
    if kind is ANTHROPIC:
        import anthropic

        client = anthropic.AsyncAnthropic(api_key="k", base_url=address, max_retries=0)
    else:
        import openai

        client = openai.AsyncOpenAI(api_key="k", base_url=f"{address}/v1", max_retries=0)

    async def call() -> None:
        if kind is ANTHROPIC:
            stream = await client.messages.create(model="m", max_tokens=9, messages=said, stream=True)
        elif kind is OPENAI:
            stream = await client.responses.create(model="m", input=said, stream=True)
        else:
            stream = await client.chat.completions.create(model="m", messages=said, stream=True)
        async for _ in stream:
            pass

    return call, client.close


def served() -> tuple[Loopback, str]:
    """A server in a thread of its own."""
    server, ready = Loopback(), threading.Event()

    async def run() -> None:
        async with server:
            ready.set()
            await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    ready.wait()
    return server, server.address


async def spent(call: Callable[[], Awaitable[object]]) -> float:
    """CPU seconds of this thread for one call."""
    gc.collect()
    began = time.thread_time()
    await call()
    return time.thread_time() - began


async def measure(kind: str, shape: str, server: Loopback, address: str) -> dict[str, float]:
    """The figures of one provider and shape.

    Differences are taken within a turn, so that a busy machine weighs on both sides.
    """
    model = PROVIDERS[kind](connection_to(address, kind), "m", key, "m")
    plain, close = bare(kind, address)
    request = request_with(TOOLS)

    async def ours() -> object:
        return await model.act(request, Heard())

    took: dict[tuple[str, int], list[float]] = {}
    for number in range(ROUNDS + 1):
        sides = [("bare", plain), ("ours", ours)]
        for events in (SHORT, LONG):
            server.give(Reply(200, STREAM, answer_of(kind, shape, events)))
            for name, call in sides if number % 2 else reversed(sides):
                cost = await spent(call)
                if number:  # the first turn loads and warms
                    took.setdefault((name, events), []).append(cost)
    await model.close()
    await close()

    def apart(first: tuple[str, int], second: tuple[str, int]) -> float:
        return statistics.median(a - b for a, b in zip(took[first], took[second], strict=True))

    bare_event = apart(("bare", LONG), ("bare", SHORT)) / (LONG - SHORT)
    call_more = apart(("ours", SHORT), ("bare", SHORT))
    event_more = (apart(("ours", LONG), ("bare", LONG)) - call_more) / (LONG - SHORT)
    return {
        f"{kind} {shape} bare µs": bare_event * 1e6,
        f"{kind} {shape} more": event_more / bare_event,
        f"{kind} {shape} call ms": call_more * 1e3,
    }


async def every() -> dict[str, float]:
    """Every provider and shape in turn."""
    server, address = served()
    found: dict[str, float] = {}
    for kind in KINDS:
        for shape in SHAPES:
            found |= await measure(kind, shape, server, address)
    return found


def main() -> None:
    """One JSON line."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--folder", type=Path, help="not used; every workload is given one")
    reading.parse_args()
    gc.disable()
    print(json.dumps(asyncio.run(every())))


if __name__ == "__main__":
    main()
