"""What a POST made is undone by DELETE at the address the server named for it, where the grant says so."""

import json
import re
from dataclasses import dataclass

from runtime.domain.action import canonical
from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.tools.contract import ToolFailed
from runtime.tools.http.address import Address, address_of
from runtime.tools.http.arguments import Answered, Send
from runtime.tools.http.options import HttpOptions
from runtime.tools.http.outgoing import Header, Outgoing, assembled

_STRONG = re.compile(r'"[\x21\x23-\x7e]*"')
HOW = (
    "Undone by DELETE at the address the server names for what was made, below the one it was sent to; where it names "
    "none, it can't be undone."
)
NAMED_NONE = "The server named no address of what was made below the one it was sent to, so no DELETE can be sent."


@dataclass(frozen=True, slots=True)
class Made:
    """What the server said it made."""

    address: str
    version: str = ""
    """Its ETag: somebody who changes it changes this. Only a strong one can be asked for (RFC 9110, If-Match)."""

    @property
    def record(self) -> UndoRecord:
        """For the journal."""
        data = canonical({"address": self.address, "etag": self.version})
        return UndoRecord(data, things=(f"DELETE {self.address}",))


def made_by(sent_to: Address, answer: Answered, options: HttpOptions) -> Made | None:
    """What an answer names below the address it was sent to: the server can have nothing else deleted."""
    named = answer.headers.get("location", "")
    if named.startswith("/") and not named.startswith("//"):
        named = f"{sent_to.scheme}://{sent_to.authority}{named}"
    made = _below(named, answer.headers.get("etag", ""), options)
    if made is None or (at := address_of(made.address)).path.rstrip("/") == sent_to.path.rstrip("/"):
        return None
    return made if at.below(sent_to) else None


def recorded(record: UndoRecord, options: HttpOptions) -> Made | None:
    """What a record names, where the grant of now still allows it."""
    data = json.loads(record.data)
    return _below(str(data.get("address", "")), str(data.get("etag", "")), options)


def _below(named: str, version: str, options: HttpOptions) -> Made | None:
    version = version if _STRONG.fullmatch(version) else ""
    try:
        return Made(named, version) if options.covers(address_of(named)) else None
    except ValueError:
        return None


def forecast(made: Made | None) -> UndoForecast:
    """Nobody is asked: a DELETE tells the server what it is about only when it is sent."""
    if made is None:
        return UndoForecast(UndoOutcome.CANNOT, NAMED_NONE)
    return UndoForecast(UndoOutcome.UNDONE, f"DELETE is sent to {made.address}.")


def taking_back(made: Made, options: HttpOptions, key: str, *, overwrite: bool) -> Outgoing:
    """The request that undoes. Without ``overwrite`` the server is told which version is meant, where it named one."""
    given = Send(method="DELETE", address=made.address, body="", content_type="application/json")
    only = (Header("If-Match", made.version),) if made.version and not overwrite else ()
    return assembled(given, options, key, only)


def outcome_of(made: Made, answer: Answered) -> tuple[UndoOutcome, str]:
    """What the answer to it means. Raises ToolFailed where that is not known."""
    told = f"{made.address} answered {answer.status} to DELETE"
    if answer.status in (404, 410):
        return UndoOutcome.UNDONE, f"{told}: it is gone already."
    if answer.status == 412:
        return UndoOutcome.CONFLICT, f"{told}: somebody changed it since; it was left alone."
    if 200 <= answer.status < 300:
        return UndoOutcome.UNDONE, f"{told}."
    if answer.status >= 500:
        raise ToolFailed("server-fault", f"{told}; it may have been deleted.", uncertain=True)
    return UndoOutcome.FAILED, f"{told}; it was not deleted."
