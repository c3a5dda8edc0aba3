"""What the monkey does: one move is one small thing a person could do with keyboard or mouse, chosen by a seed.

A move is plain data, so that a run can be written down and done again.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from typing import Any

LETTERS = "JKAREPVCOLZNH[]1234/? "
CONTROL = ("Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5", "Ctrl+K", "Ctrl+Z", "Ctrl+,", "Ctrl+Shift+P",
           "Ctrl+Return", "F6", "Tab", "Shift+Tab", "Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDown",
           "Return", "Esc", "Backspace", "Ctrl+A", "Shift+N", "Shift+C", "Ctrl+S", "Delete")  # fmt: skip
TYPED = "refund 1042 lamp;<b>'\"{"


@dataclass(frozen=True, slots=True)
class Move:
    """``kind`` and what it needs: ``key`` a key as Qt spells it, or ``x``/``y`` a place as shares of the window.

    Kinds: ``key`` (a stroke), ``down``/``up`` (a key goes down or up; ``repeats`` strokes of auto-repeat follow),
    ``click`` on a control (``x`` and ``y`` choose it and the place on it), ``drag``, ``double``, ``press``/``lift``
    (a mouse button), ``wheel``, ``resize``, ``wait`` (``ms``), ``whole`` (``key`` names a whole gesture).
    """

    kind: str
    key: str = ""
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    ms: int = 0
    repeats: int = 0

    def written(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}


def next_moves(dice: random.Random) -> list[Move]:
    """One or a few moves that belong together."""
    roll = dice.random()
    if roll < 0.34:
        return [Move("key", dice.choice(LETTERS))]
    if roll < 0.52:
        return [Move("key", dice.choice(CONTROL))]
    if roll < 0.80:
        return [Move("click", x=dice.random(), y=dice.random(), z=dice.random())]
    if roll < 0.84:
        return [Move("double", x=dice.random(), y=dice.random(), z=dice.random())]
    if roll < 0.88:
        return [Move("key", sign.upper()) for sign in dice.choice(TYPED.split(" "))]
    if roll < 0.91:
        return [Move("wheel", x=dice.random(), y=dice.random(), ms=dice.choice((-120, 120, 480, -480)))]
    if roll < 0.93:
        width, height = dice.choice(((1100, 700), (1440, 900), (1280, 720), (1700, 1000)))
        return [Move("resize", x=width, y=height)]
    if roll < 0.955:
        return [
            Move("down", "A", repeats=dice.randrange(4)),
            Move("wait", ms=dice.choice((5, 40, 300))),
            Move("up", "A"),
        ]
    if roll < 0.97:
        x, y, z = dice.random(), dice.random(), dice.random()
        return [Move("press", x=x, y=y, z=z), Move("wait", ms=dice.choice((5, 60))), Move("lift", x=x, y=y, z=z)]
    if roll < 0.985:
        return [Move("wait", ms=dice.choice((1, 20, 120)))]
    return [Move("whole", dice.choice(("approve", "approve", "approve briefly", "reject", "take back")))]
