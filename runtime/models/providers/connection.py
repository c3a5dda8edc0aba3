"""A connection: which provider, under which address, and whose key. The key itself is not in it."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit


class Structured(StrEnum):
    """How a plan is asked for in its agreed form."""

    SCHEMA = "schema"
    """The provider holds the answer to a schema."""
    WORDS = "words"
    """The request says the form in words, and the answer is checked."""


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How long a provider is waited for, in seconds."""

    connect_s: float = 15.0
    first_s: float = 300.0
    """Until the answer begins; a server on this machine may have to load its model."""
    idle_s: float = 120.0
    """Without a whole line of a streamed answer; one byte now and then does not count."""
    total_s: float = 900.0
    """The whole call."""


NORMAL_TIMES: Final = TimeLimits()


@dataclass(frozen=True, slots=True)
class Connection:
    """One account at one address. ``max_output_tokens`` 0 = what the model's family takes."""

    name: str
    kind: str
    """Whose API it speaks: a key of the table of providers."""
    base_url: str
    keyless: bool = False
    """A server that needs no key (on this machine); none is asked for and none is sent."""
    streams: bool = True
    structured: Structured = Structured.SCHEMA
    summaries: bool = True
    """Ask for summaries of reasoning; some accounts may not have them and refuse the request."""
    max_output_tokens: int = 0
    largest_answer: int = 16 * 1024 * 1024
    """Bytes; an answer that is larger is given up."""
    times: TimeLimits = NORMAL_TIMES

    @property
    def key_scope(self) -> str:
        """Names the keyring entry of its key. The address is part of it: a key cannot be led elsewhere."""
        origin = hashlib.sha256(self.base_url.rstrip("/").lower().encode()).hexdigest()[:16]
        return f"{self.kind}/{self.name}/{origin}"


Secret = Callable[[Connection], Awaitable[str]]
"""Answers the key of a connection, off the loop where it must wait. Raises ModelFault with a sentence."""


def connection_fault(connection: Connection) -> str:
    """What is wrong with a connection, in a sentence; empty where it can be used."""
    try:
        parts = urlsplit(connection.base_url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return f"{connection.name}: its address cannot be read."
    if parts.scheme not in ("https", "http") or not host:
        return f"{connection.name}: its address starts with https:// and names a host."
    if parts.username is not None or parts.password is not None:
        return f"{connection.name}: no name or password belongs into its address; the key is kept in the keyring."
    if parts.query or parts.fragment:
        return f"{connection.name}: its address has no ? and no # part."
    if parts.scheme == "http" and not (connection.keyless or _on_this_machine(host)):
        return f"{connection.name}: http:// would send the key readable over the network; write https://."
    return ""


def _on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
