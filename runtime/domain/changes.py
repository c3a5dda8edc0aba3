"""What a command changed, so that a view refreshes only itself."""

import msgspec


class Changes(msgspec.Struct, frozen=True):
    """Ids of what changed; empty tuples and False where nothing did."""

    runs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    policy: bool = False
    settings: bool = False
    operators: bool = False
    credentials: bool = False
    grants: bool = False


class Done(msgspec.Struct, frozen=True):
    """The command is durably accepted (not: its work is done). ``sentence`` says what now holds, for the person."""

    changes: Changes = Changes()
    sentence: str = ""
    seq: int = 0
    """The journal's head after the command."""
