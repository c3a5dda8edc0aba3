"""Decisions about connections to providers and their keys. A key holds for the address it was entered for, alone."""

from runtime.domain.commands import RemoveConnection, RemoveKey, SaveConnection
from runtime.domain.connection import ConnectionSpec, Homes
from runtime.domain.decide_run import Decided
from runtime.domain.decide_workspace import NAME_CHARACTERS
from runtime.domain.envelope import Fact
from runtime.domain.events.workspace import ConnectionRemoved, ConnectionSaved, KeyRemoved, KeyStored
from runtime.domain.ids import WORKSPACE_STREAM
from runtime.domain.refusals import Refusal
from runtime.domain.workspace_state import Workspace

LONGEST_NAME = 40


def no_such_connection(name: str) -> Refusal:
    """The answer to a command about a connection that is not there."""
    return Refusal(f"There is no connection {name}. `connections list` and Settings show those that exist.", "unknown")


def loses_key(workspace: Workspace, spec: ConnectionSpec, homes: Homes) -> bool:
    """Whether saving it would lead its key to another address, or leave one that nothing needs."""
    kept = workspace.keys.get(spec.name)
    before = workspace.connections(homes).get(spec.name)
    return kept is not None and (kept != spec.base_url or spec.keyless or before is None or before.kind != spec.kind)


def decide_save_connection(workspace: Workspace, command: SaveConnection, fault: str, homes: Homes) -> Decided:
    """Add or change; ``fault`` is what is wrong with its address."""
    spec = command.connection
    if not spec.name or len(spec.name) > LONGEST_NAME or not set(spec.name) <= NAME_CHARACTERS:
        return Refusal(
            f"A connection's name is 1 to {LONGEST_NAME} of a-z, 0-9 and -; nothing was saved.",
            "invalid",
        )
    if fault:
        return Refusal(f"{fault} Nothing was saved.", "invalid")
    if spec.name in homes and spec.kind != spec.name:
        return Refusal(f"{spec.name} is the name of that provider; choose another. Nothing was saved.", "name")
    if workspace.connections(homes).get(spec.name) == spec:
        return Refusal("Nothing was changed.", "same")
    decided = [Fact(WORKSPACE_STREAM, ConnectionSaved(spec))]
    if loses_key(workspace, spec, homes):
        why = f"It was entered for {workspace.keys[spec.name]}."
        decided.append(Fact(WORKSPACE_STREAM, KeyRemoved(spec.name, why)))
    return decided


def decide_remove_connection(workspace: Workspace, command: RemoveConnection, homes: Homes) -> Decided:
    """A provider's own address cannot be removed; what was changed about it can."""
    name = command.connection
    if name not in workspace.saved_connections:
        if name in homes:
            return Refusal(f"{name} is the provider's own address, which is always there; remove its key.", "own")
        return no_such_connection(name)
    decided = [Fact(WORKSPACE_STREAM, ConnectionRemoved(name))]
    if name in workspace.keys:
        decided.append(Fact(WORKSPACE_STREAM, KeyRemoved(name, "Its connection was removed.")))
    return decided


def decide_key_stored(workspace: Workspace, kept: ConnectionSpec, homes: Homes) -> Decided:
    """The keyring has it, for the address the connection had when it was entered."""
    if workspace.connections(homes).get(kept.name) != kept:
        return Refusal(f"{kept.name} was changed meanwhile; enter the key again.", "moved-on")
    replaced = kept.name in workspace.keys
    return [Fact(WORKSPACE_STREAM, KeyStored(kept.name, kept.base_url, replaced))]


def decide_remove_key(workspace: Workspace, command: RemoveKey, was_there: bool) -> Decided:
    """Out of the keyring."""
    if command.connection not in workspace.keys and not was_there:
        return Refusal(f"There is no key of {command.connection}; nothing was removed.", "unknown")
    return [Fact(WORKSPACE_STREAM, KeyRemoved(command.connection))]
