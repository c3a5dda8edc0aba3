"""What a workspace takes from outside: models, tools, clock and disk. Whatever is left out is the program's own."""

from collections.abc import Callable
from dataclasses import dataclass

from runtime.engine.clock import Clock
from runtime.engine.parts import ModelFor
from runtime.tools.contract import ToolFamily
from storage.keyring_calls import KeyringCalls, no_keyring
from storage.recorder import Recorder

RETRY_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``recorder`` is given the workspace's own recorder and answers the one to work with."""

    models: ModelFor | None = None
    families: tuple[ToolFamily, ...] = ()
    """Tool families beside the standard ones."""
    clock: Callable[[], Clock] = Clock
    recorder: Callable[[Recorder], Recorder] = lambda own: own
    keyring: Callable[[], KeyringCalls] = KeyringCalls
    retry_pause_s: float = RETRY_PAUSE_S
    """First pause before a passing failure is tried again; doubled each time."""


def without_keyring() -> Surroundings:
    """For a workspace that is thrown away: nothing of it is kept in the person's keyring."""
    return Surroundings(keyring=no_keyring)
