"""How many tokens a model can read at once: by the offline price table, which knows that too; else a careful guess."""

from typing import Final

from runtime.models.prices import known_window
from runtime.models.worst_case import MOST_OUTPUT

UNKNOWN_WINDOW: Final = 32_000
"""Taken for a model nobody knows (a server of one's own); the agent's setting goes before it."""
SHARE: Final = 0.75
"""Of what is left beside the answer: the count of tokens before a call is an estimate."""
_KEPT: dict[tuple[str, int], int] = {}


def context_tokens(route: str, wanted: int, longest: int = 0) -> int | None:
    """The budget of a request to this route, as far as it is known without reading the table; None = read it first.

    ``longest`` are the tokens of an answer that its connection asks for; 0 = no more than is usual.
    """
    return wanted or _KEPT.get((route, longest))


def read_context_tokens(route: str, longest: int = 0) -> int:
    """The same for an agent without a setting of its own. Reads the table: call it in a worker thread."""
    window = known_window(route) or UNKNOWN_WINDOW
    answer = min(longest, window // 2) if longest > MOST_OUTPUT else min(MOST_OUTPUT, window // 4)
    _KEPT[route, longest] = int((window - answer) * SHARE)
    return _KEPT[route, longest]
