"""How commands about connections to providers are carried out: the keyring first, then the journal says so."""

from collections.abc import Awaitable

import msgspec

from runtime.domain import decide_connection as decide
from runtime.domain.changes import Done
from runtime.domain.commands import RemoveConnection, RemoveKey, SaveConnection, StoreKey
from runtime.domain.connection import ConnectionSpec
from runtime.domain.decide_budget import decide_reserve, settle_facts
from runtime.domain.decide_routing import tried_next
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.ids import RUNTIME, WORKSPACE_STREAM, book_stream
from runtime.domain.loop_commands import RecordTest, ReserveTest
from runtime.domain.refusals import Refusal
from runtime.models.providers.known import homes
from runtime.models.workspace_connections import connection_of, connections_of, spec_fault
from runtime.operations.on_budget import caps_now, tester
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations
from runtime.operations.provider_keys import ProviderKeys

SHORTEST_KEY = 8
LONGEST_KEY = 8_000


class ConnectionHandlers:
    """The four handlers, over the keys in the keyring."""

    def __init__(self, keys: ProviderKeys) -> None:
        self._keys = keys

    async def save(self, ops: Operations, command: SaveConnection) -> Done | Refusal:
        """Add or change; a key that was entered for another address leaves the keyring first."""
        spec, workspace = _tidy(command.connection), ops.states.workspace
        command = SaveConnection(spec, command.by)
        fault = spec_fault(spec)

        def decided() -> Decided:
            made = decide.decide_save_connection(ops.states.workspace, command, fault, homes())
            return made if isinstance(made, Refusal) else made + tried_next(ops.states.workspace, spec.name, ops.now())

        if isinstance(refused := decided(), Refusal):
            return refused  # before the keyring is touched: what is not saved costs nobody their key
        before = connections_of(workspace).get(spec.name)
        lost = before is not None and decide.loses_key(workspace, spec, homes())
        sentence = f"{spec.name} was saved."
        if lost:
            sentence += " Its key was entered for another address and was removed; enter it again."
        elif not spec.keyless and spec.name not in workspace.keys:
            sentence += " It needs a key before it can be used."

        def record(there: bool = False) -> Awaitable[Done | Refusal]:
            return ops.commit([WORKSPACE_STREAM], decided, by=author(command.by), sentence=sentence)

        if lost and before is not None:
            return await self._keys.change(connection_of(before), None, record)
        return await record()

    async def remove(self, ops: Operations, command: RemoveConnection) -> Done | Refusal:
        """Its key leaves the keyring with it."""
        spec = ops.states.workspace.saved_connections.get(command.connection)

        def decided() -> Decided:
            return decide.decide_remove_connection(ops.states.workspace, command, homes())

        sentence = f"{command.connection} was removed. Agents that are routed to it ask a person instead."

        def record(there: bool = False) -> Awaitable[Done | Refusal]:
            return ops.commit([WORKSPACE_STREAM], decided, by=author(command.by), sentence=sentence)

        if spec is not None and command.connection in ops.states.workspace.keys:
            return await self._keys.change(connection_of(spec), None, record)
        return await record()

    async def store_key(self, ops: Operations, command: StoreKey) -> Done | Refusal:
        """The keyring keeps it together with the address it may be sent to."""
        spec = connections_of(ops.states.workspace).get(command.connection)
        if spec is None:
            return decide.no_such_connection(command.connection)
        if spec.keyless:
            return Refusal(f"{spec.name} is set up to need no key; nothing was stored.", "keyless")
        key = command.value.reveal().strip()
        if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable() or " " in key:
            sentence = (
                f"A key is {SHORTEST_KEY} to {LONGEST_KEY:,} letters, digits and signs without blanks; nothing was "
                "stored. Copy it again from the provider's page."
            )
            return Refusal(sentence, "invalid")

        def decided() -> Decided:
            made = decide.decide_key_stored(ops.states.workspace, spec, homes())
            return made if isinstance(made, Refusal) else made + tried_next(ops.states.workspace, spec.name, ops.now())

        sentence = f"The key of {spec.name} is in the keyring. It is sent to {spec.base_url} and nowhere else."

        def record(there: bool) -> Awaitable[Done | Refusal]:
            return ops.commit([WORKSPACE_STREAM], decided, by=author(command.by), sentence=sentence)

        return await self._keys.change(connection_of(spec), key, record)

    async def remove_key(self, ops: Operations, command: RemoveKey) -> Done | Refusal:
        """Out of the keyring, and the journal says so."""
        spec = connections_of(ops.states.workspace).get(command.connection)
        if spec is None:
            return decide.no_such_connection(command.connection)
        sentence = f"The key of {command.connection} was removed from the keyring."

        def record(there: bool) -> Awaitable[Done | Refusal]:
            def decided() -> Decided:
                return decide.decide_remove_key(ops.states.workspace, command, there)

            return ops.commit([WORKSPACE_STREAM], decided, by=author(command.by), sentence=sentence)

        return await self._keys.change(connection_of(spec), None, record)


def _tidy(spec: ConnectionSpec) -> ConnectionSpec:
    return msgspec.structs.replace(spec, name=spec.name.strip(), base_url=spec.base_url.strip().rstrip("/"))


async def reserve_test(ops: Operations, command: ReserveTest) -> Done | Refusal:
    """Hold the worst case of a test; it has to fit the caps like every other call."""
    held = command.reservation
    stream = book_stream(held.month)

    def decided() -> Decided:
        return decide_reserve(ops.states.book(held.month), caps_now(ops), tester(ops, held.day), held)

    return await ops.commit([stream], decided, by=RUNTIME)


async def record_test(ops: Operations, command: RecordTest) -> Done | Refusal:
    """What the test found, and what it did cost, in one commit."""
    spent = command.spent
    streams = [WORKSPACE_STREAM, *([book_stream(spent.month)] if spent is not None else [])]

    def decided() -> Decided:
        facts = [Fact(WORKSPACE_STREAM, command.found)]
        if spent is not None:
            book = ops.states.book(spent.month)
            held = book.open.get(spent.reservation_id)
            if held is not None:
                facts += settle_facts(book, caps_now(ops), tester(ops, held.day), spent)
        return facts

    return await ops.commit(streams, decided, by=author(command.by), sentence=command.found.sentence)
