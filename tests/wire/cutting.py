"""Cuts an exchange short at many places and checks what comes of each."""

from dataclasses import dataclass, field, replace

from tests.wire.checking import cut_faults
from tests.wire.loopback import Cut
from tests.wire.replaying import Player, reply_of


@dataclass(slots=True)
class CutsDone:
    """How many cuts were tried, how many left a whole answer, and what was wrong."""

    cuts: int = 0
    whole: int = 0
    wrong: list[str] = field(default_factory=list)


async def cut_all(player: Player, every_byte: bool) -> CutsDone:
    """Each place once, in turns as a clean end and as a broken connection; with ``every_byte`` both ways at each."""
    done = CutsDone()
    reply = reply_of(player.exchange)
    for number, at in enumerate(player.exchange.cuts(every_byte)):
        for how in Cut if every_byte else (list(Cut)[number % 2],):
            outcome = await player.play(replace(reply, cut=at, how=how))
            done.cuts += 1
            done.whole += outcome.answered is not None
            done.wrong += [f"{how}: {one}" for one in cut_faults(player.exchange, outcome, at)]
    return done
