"""What our provider layer costs over the bare SDK call, in CPU time: ``python -m tests.benchmarks.provider_overhead``.

Both read the same stream from a server in another thread; only the CPU time of the reading thread is counted, in turns.
Targets: at most 10 % more per event, at most 2 ms more per call. Exit status 1 where one is missed.
"""

import asyncio
import statistics
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from runtime.models.providers.connection import ProviderKind
from runtime.models.table import PROVIDERS
from tests.wire.loopback import Loopback, Reply
from tests.wire.replaying import Heard, connection_to, key, request_with
from tests.wire.spoken import BUILD, STREAM

ROUNDS, LONG, SHORT = 15, 2_000, 4
PER_EVENT, PER_CALL_MS = 0.10, 2.0
WHOLE = {ProviderKind.ANTHROPIC: "end_turn", ProviderKind.OPENAI: "completed", ProviderKind.COMPATIBLE: "stop"}


def bare(kind: ProviderKind, address: str) -> tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]:
    """(one call with nothing but the SDK, close)."""
    said = [{"role": "user", "content": "Do it."}]
    client: Any
    if kind is ProviderKind.ANTHROPIC:
        import anthropic

        client = anthropic.AsyncAnthropic(api_key="k", base_url=address, max_retries=0)
    else:
        import openai

        client = openai.AsyncOpenAI(api_key="k", base_url=f"{address}/v1", max_retries=0)

    async def call() -> None:
        if kind is ProviderKind.ANTHROPIC:
            stream = await client.messages.create(model="m", max_tokens=9, messages=said, stream=True)
        elif kind is ProviderKind.OPENAI:
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
    began = time.thread_time()
    await call()
    return time.thread_time() - began


async def measure(kind: ProviderKind, server: Loopback, address: str) -> bool:
    """Print the line of one provider; answers whether both targets are met."""
    model = PROVIDERS[kind](connection_to(address, kind), "m", key, "m")
    plain, close = bare(kind, address)
    request = request_with([])

    async def ours() -> object:
        return await model.act(request, Heard())

    took: dict[tuple[str, int], list[float]] = {}
    for number in range(ROUNDS + 1):
        for events in (SHORT, LONG):
            server.give(Reply(200, STREAM, BUILD[kind](["word "] * events, [], WHOLE[kind])))
            for name, call in (("bare", plain), ("ours", ours)):
                cost = await spent(call)
                if number:  # the first round loads and warms
                    took.setdefault((name, events), []).append(cost)
    await model.close()
    await close()
    middle = {which: statistics.median(costs) for which, costs in took.items()}
    per_event = {name: (middle[name, LONG] - middle[name, SHORT]) / (LONG - SHORT) for name in ("bare", "ours")}
    more = per_event["ours"] / per_event["bare"] - 1
    call_ms = (middle["ours", SHORT] - middle["bare", SHORT]) * 1_000
    print(
        f"{kind:11} bare {per_event['bare'] * 1e6:6.1f} µs an event, ours {per_event['ours'] * 1e6:6.1f} µs "
        f"({more:+.1%}); a call costs {call_ms:+.2f} ms more"
    )
    return more <= PER_EVENT and call_ms <= PER_CALL_MS


async def main() -> int:
    """Every provider in turn."""
    server, address = served()
    met = [await measure(kind, server, address) for kind in ProviderKind]
    print("targets met" if all(met) else f"a target is missed (at most {PER_EVENT:.0%} and {PER_CALL_MS:g} ms)")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
