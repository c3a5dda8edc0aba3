"""What goes over the second door: frames, requests, answers, and which commands and queries may pass.

A frame is four bytes of length (big-endian) and JSON. One connection carries one request; ``watch`` and ``progress``
are answered by a stream of frames, everything else by one.
"""

import asyncio
import struct
import types
import typing
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from runtime import interface
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.changes import Done
from runtime.domain.commands import Command, Secret, SetPassphrase, StoreCredential, StoreKey
from runtime.domain.envelope import Envelope
from runtime.domain.refusals import Refusal

VERSION = 1
CLOSING = "closing"
"""Code of the refusal of an owner that is just closing: it did nothing."""
LONGEST_REQUEST = 64 << 20
LONGEST_ANSWER = 256 << 20
_LENGTH = struct.Struct(">I")

COMMANDS: dict[str, type] = {
    kind.__name__: kind for kind in get_args(Command) if kind not in (StoreCredential, SetPassphrase, StoreKey)
}
"""Commands that may pass. Credentials never travel: they are stored in the process that owns the workspace."""

HISTORY = tuple(name for name in vars(interface.History) if not name.startswith("_"))
RUNTIME = (
    "preview", "judge_edit", "rollback_sheet", "verify_chain", "compare_with_journal", "compared",
    "space", "blob", "agent_file", "heartbeat",
    "keyring_state", "test_credential", "test_connection", "backtest",
)  # fmt: skip
"""Questions about the workspace that are neither commands nor history."""


class DoorFault(Exception):
    """The other side broke off or spoke in another way; the message is a sentence."""

    what = "The program that has the workspace open did not answer as expected."
    holds = "Nothing is known to have changed."
    to_do = "Look again in a moment; if it stays so, close that program and start anew."

    def __init__(self, detail: str = "") -> None:
        super().__init__(" ".join(part for part in (self.what, detail, self.holds, self.to_do) if part))


class NotConfirmed(DoorFault):
    """The owner had a command, or part of it, and was gone before it answered."""

    what = "The program that has the workspace open was gone before it answered."
    holds = "It is not known whether this was recorded."
    to_do = "The journal decides: look there (asks list, runs list, audit search) before you do it again."


class Perform(msgspec.Struct, frozen=True, tag="perform"):
    """Carry out a command."""

    command: str
    body: msgspec.Raw
    version: int = VERSION


class ApproveTogether(msgspec.Struct, frozen=True, tag="approve-together"):
    """An approval with what its second person typed: the one secret that passes, because it is typed where the asking
    process is and compared where the keyring is. It goes from a process of this person to another, both checked, over
    a socket nobody else can open; it is in no repr, and whoever receives it keeps it for the comparison alone.
    """

    body: msgspec.Raw
    """The approval, without it."""
    words: str
    version: int = VERSION

    def __repr__(self) -> str:
        return "ApproveTogether(…)"


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """A named query. ``arguments`` is a JSON object of keyword arguments."""

    query: str
    arguments: msgspec.Raw
    version: int = VERSION


class ReadAgentFile(msgspec.Struct, frozen=True, tag="read-agent-file"):
    """Check an agent file; answered with the agent as JSON or with faults."""

    text: str
    version: int = VERSION


class Watch(msgspec.Struct, frozen=True, tag="watch"):
    """Events as they become durable, until the connection is closed."""

    version: int = VERSION


class FollowProgress(msgspec.Struct, frozen=True, tag="progress"):
    """Passing text of one run, until the connection is closed."""

    run_id: str
    version: int = VERSION


class Show(msgspec.Struct, frozen=True, tag="show"):
    """Bring the owner's window to the front, with an ask on its card where one is named."""

    ask_id: str = ""
    version: int = VERSION


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """Who is there: title and folder."""

    version: int = VERSION


Request = Perform | ApproveTogether | Ask | ReadAgentFile | Watch | FollowProgress | Show | Hello


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Exactly one of these is set; ``value`` is the JSON of the query's result."""

    done: Done | None = None
    refusal: Refusal | None = None
    fault: str = ""
    value: msgspec.Raw = msgspec.Raw(b"")


class Welcome(msgspec.Struct, frozen=True):
    """The workspace behind the door. ``window``: whether ``show`` can bring one to the front."""

    title: str
    folder: str
    window: bool


class CheckedFile(msgspec.Struct, frozen=True):
    """An agent file that was read: the agent, or every fault with its place."""

    spec: AgentSpec | None = None
    faults: tuple[str, ...] = ()


def encode(value: object) -> bytes:
    """JSON bytes. A secret has no written form and is refused here."""
    return msgspec.json.encode(value, enc_hook=_no_other_types)


def _no_other_types(value: object) -> object:
    if isinstance(value, Secret):
        raise TypeError("A secret never leaves its process.")
    raise TypeError(f"{type(value).__name__} has no form on the wire")


def parameter_types(query: str) -> dict[str, Any]:
    """Names and types of a query's arguments."""
    return {name: kind for name, kind in _hints(query).items() if name != "return"}


def result_type(query: str) -> Any:
    """Type of a query's result; a refusal travels beside it and is taken out here."""
    hint = _hints(query)["return"]
    if get_origin(hint) in (Union, types.UnionType):
        rest = tuple(part for part in get_args(hint) if part is not Refusal)
        return Union[rest]  # noqa: UP007  (built at run time)
    return hint


def _hints(query: str) -> dict[str, Any]:
    owner = interface.History if query in HISTORY else interface.Runtime
    return get_type_hints(getattr(owner, query))


def bound_arguments(query: str, args: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """Positional arguments by their names, as JSON needs them."""
    names = list(parameter_types(query))
    return {**dict(zip(names, args, strict=False)), **named}


decode_request: typing.Callable[[bytes], Request] = msgspec.json.Decoder(Request).decode
decode_answer: typing.Callable[[bytes], Answer] = msgspec.json.Decoder(Answer).decode
decode_batch: typing.Callable[[bytes], list[Envelope]] = msgspec.json.Decoder(list[Envelope]).decode
decode_piece: typing.Callable[[bytes], tuple[str, str]] = msgspec.json.Decoder(tuple[str, str]).decode


async def send(writer: asyncio.StreamWriter, payload: bytes) -> None:
    """One frame."""
    writer.write(_LENGTH.pack(len(payload)) + payload)
    await writer.drain()


async def receive(reader: asyncio.StreamReader, longest: int) -> bytes | None:
    """One frame, or None when the other side closed between frames. Raises DoorFault."""
    try:
        head = await reader.readexactly(_LENGTH.size)
    except asyncio.IncompleteReadError as ended:
        if not ended.partial:
            return None
        raise DoorFault("A message was cut short.") from ended
    except OSError:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > longest:
        raise DoorFault(f"A message of {length:,} bytes is longer than the {longest:,} that are read.")
    try:
        return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, OSError) as ended:
        raise DoorFault("A message was cut short.") from ended
