"""Prints what was checked of every recorded exchange: ``python -m tests.wire.table [--every-byte] [FOLDER]``.

Exit status 1 where anything is not as the official SDK made of it, or a cut let something through.
"""

import argparse
import asyncio
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

from tests.wire.checking import faults_of
from tests.wire.cutting import cut_all
from tests.wire.loopback import Loopback
from tests.wire.priced import Priced, how_priced
from tests.wire.recorded import Recorded, folder, recorded
from tests.wire.replaying import Player, reply_of

HEAD = (
    f"{'exchange':46} {'way':6} {'whole':5} {'7-byte':6} {'late':5} {'calls':>5} {'stop':>14} {'price':>7} {'cuts':>6} "
    f"{'wrong':>5}"
)


async def line_for(exchange: Recorded, every_byte: bool) -> tuple[str, int, list[str]]:
    """The line of one exchange, how many cuts it took, and everything wrong with it."""
    reply = reply_of(exchange)
    third = max(1, len(reply.body) // 3)
    async with Loopback() as server:
        player = Player(server, exchange)
        found = [
            faults_of(exchange, await player.play(one))
            for one in (reply, replace(reply, pieces=7), replace(reply, pieces=third, delay_s=0.02))
        ]
        done = await cut_all(player, every_byte)
        await player.close()
    marks = ["no" if one else "yes" for one in found]
    way = "stream" if exchange.streamed else "json"
    stop = exchange.expect.get("stop") or f"error {exchange.status}"
    calls = len(exchange.expect.get("tool_calls") or [])
    line = f"{exchange.name[:46]:46} {way:6} {marks[0]:5} {marks[1]:6} {marks[2]:5} {calls:5} {stop[:14]:>14} "
    line += f"{how_priced(exchange):>7} "
    wrong = [text for one in found for text in one] + done.wrong
    return f"{line}{done.cuts:6} {len(wrong):5}", done.cuts, wrong


async def main(where: Path, every_byte: bool) -> int:
    """Print the table. Answers the exit status."""
    exchanges = recorded(where)
    if not exchanges:
        print(f"No exchanges in {where}; name the folder that holds dev/ and modelled/.")
        return 2
    print(HEAD)
    began, cuts, wrong = time.monotonic(), 0, []
    for exchange in exchanges:
        line, tried, found = await line_for(exchange, every_byte)
        print(line, flush=True)
        cuts += tried
        wrong += [f"{exchange.name}: {one}" for one in found]
    green = len(exchanges) - len({one.partition(":")[0] for one in wrong})
    priced = sum(how_priced(one) is Priced.TABLE for one in exchanges)
    print(
        f"{green} of {len(exchanges)} exchanges green, {priced} of them priced to the micro-dollar, {cuts} cuts tried, "
        f"{time.monotonic() - began:.0f} s"
    )
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)  # of the models that were recorded
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=folder())
    parser.add_argument("--every-byte", action="store_true")
    given = parser.parse_args()
    sys.exit(asyncio.run(main(given.folder, given.every_byte)))
