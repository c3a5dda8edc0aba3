"""One call to a provider as it is exchanged: what was sent, what came, how much and how long is allowed."""

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from runtime.models.interface import FaultKind, ModelFault
from runtime.models.providers.connection import Connection

JSON: Final = "application/json"
KEPT_HEADERS: Final = (
    "retry-after",
    "retry-after-ms",
    "request-id",
    "x-request-id",
    "content-type",
    "location",
    "x-should-retry",
)


@dataclass(slots=True)
class Exchange:
    """Filled while the call runs. The key is never part of it."""

    connection: Connection
    key: str = field(default="", repr=False)
    prompt: str = ""
    """Revision of our own words in the request."""
    wanted_type: str = ""
    """The content type the answer must have."""
    sent: bytes = b""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    received: list[bytes] = field(default_factory=list)
    size: int = 0
    unsent: bool = False
    """The server was not reached."""
    fault: ModelFault | None = None
    """Set by our own limits, which the SDKs would wrap into errors of theirs."""
    limit: asyncio.Timeout | None = None
    idle_until: float = 0.0

    @property
    def in_pieces(self) -> bool:
        """Whether the answer streams; some servers give it whole, as JSON, although they were asked to stream."""
        return self.connection.streams and self.content_type != JSON

    @property
    def content_type(self) -> str:
        """Without its parameters, in small letters; empty where none is told."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str:
        """The provider's name of this exchange."""
        return self.headers.get("request-id") or self.headers.get("x-request-id", "")

    def begun(self, status: int, headers: dict[str, str]) -> None:
        """The head of the answer came: from now on every whole line sets the clock back."""
        self.status, self.headers = status, headers
        self.moved()

    def moved(self) -> None:
        """A whole line came."""
        if self.limit is None or self.limit.expired():
            return
        idle = self.connection.times.idle_s
        until = asyncio.get_running_loop().time() + idle
        if until - self.idle_until > min(
            0.5, idle / 4
        ):  # moving the clock for every line would cost more than the line
            self.idle_until = until
            self.limit.reschedule(until)

    def take(self, piece: bytes) -> None:
        """A piece of the body. Raises ModelFault when it grows larger than the connection allows."""
        self.size += len(piece)
        if self.size > self.connection.largest_answer:
            limit = self.connection.largest_answer // 1024
            self.fault = ModelFault(
                FaultKind.FINAL,
                f"The answer of {self.connection.name} is larger than {limit:,} KiB and was given up. "
                "Nothing of it was run.",
            )
            raise self.fault
        self.received.append(piece)
        if b"\n" in piece or b"\r" in piece:
            self.moved()

    def body(self) -> bytes:
        """What came, without the key should it have been sent back."""
        return self._clean(b"".join(self.received))

    def request_body(self) -> bytes:
        """What was sent, without the key should a person have written it into a task."""
        return self._clean(self.sent)

    def _clean(self, body: bytes) -> bytes:
        key = self.key.encode()
        return body.replace(key, b"[key removed]") if len(key) >= 8 and key in body else body

    def clean_words(self, words: str) -> str:
        """Words of the provider in one line, without the key and of bounded length."""
        if len(self.key) >= 8:
            words = words.replace(self.key, "[key removed]")
        return " ".join(words.split())[:500]


NOW: ContextVar[Exchange | None] = ContextVar("exchange", default=None)
"""The exchange of the task at work; the SDKs pass nothing of ours down to the transport."""
