"""The folder of tickets: one JSON file each, read and replaced as a whole, one writer at a time."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from runtime.tools.contract import ToolFailed
from runtime.tools.durable_file import make_folder, read_or_none, write_whole
from runtime.tools.tickets.ticket import TICKET_ID, Ticket

LAST_NUMBER = ".last-number"
"""The highest number ever given: a number is not given twice, also when the ticket was removed again by an undo."""
LARGEST = 2_000_000

_locks: dict[Path, threading.RLock] = {}
_locks_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class TicketStore:
    """The tickets of one folder."""

    folder: Path

    @property
    def lock(self) -> threading.RLock:
        """One writer at a time for each folder; the program owns its workspace alone."""
        with _locks_lock:
            return _locks.setdefault(self.folder.resolve(), threading.RLock())

    def path(self, ticket_id: str) -> Path:
        """The file of a ticket."""
        return self.folder / f"{ticket_id}.json"

    def load(self, ticket_id: str) -> Ticket:
        """Raises ToolFailed where there is no such ticket or its file is damaged."""
        path = self.path(ticket_id)
        try:
            content = None if path.is_symlink() else read_or_none(path)
        except OSError as error:
            raise ToolFailed("ticket-damaged", f"Ticket {ticket_id} can't be read: {error.strerror}.") from error
        if content is None:
            raise ToolFailed("no-ticket", f"There is no ticket {ticket_id}; nothing was changed.")
        if len(content) > LARGEST:
            raise ToolFailed(
                "ticket-damaged", f"The file of ticket {ticket_id} has {len(content):,} bytes; no ticket has."
            )
        try:
            ticket = Ticket.model_validate_json(content)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in fault["loc"]) or "the file"
            sentence = f"The file of ticket {ticket_id} is damaged ({place}: {fault['msg']}); nothing was changed."
            raise ToolFailed("ticket-damaged", sentence) from error
        if ticket.ticket_id != ticket_id:
            raise ToolFailed("ticket-damaged", f"The file of ticket {ticket_id} holds ticket {ticket.ticket_id}.")
        return ticket

    def ids(self) -> list[str]:
        """Numbers of all tickets, lowest first."""
        if not self.folder.is_dir():
            return []
        found = [path.stem for path in self.folder.glob("T-*.json") if TICKET_ID.fullmatch(path.stem)]
        return sorted(found, key=lambda ticket_id: int(ticket_id[2:]))

    def all(self) -> Iterator[Ticket]:
        """Every readable ticket; a damaged one is passed over (tickets.show names its fault)."""
        for ticket_id in self.ids():
            try:
                yield self.load(ticket_id)
            except ToolFailed:
                continue

    def of_key(self, key: str) -> Ticket | None:
        """The newest ticket that the change with this key was made to."""
        return next((ticket for ticket in reversed(list(self.all())) if ticket.carries(key)), None)

    def next_id(self) -> str:
        """A number never given before; it is used up durably. Call it under the lock."""
        make_folder(self.folder)
        noted = (read_or_none(self.folder / LAST_NUMBER) or b"").strip()
        last = int(noted) if noted.isdigit() and len(noted) < 10 else 0
        number = max([last, *(int(ticket_id[2:]) for ticket_id in self.ids())]) + 1
        write_whole(self.folder / LAST_NUMBER, f"{number}\n".encode())
        return f"T-{number:04d}"

    def save(self, ticket: Ticket) -> None:
        """Replace the file of a ticket as one step. Call it under the lock."""
        write_whole(self.path(ticket.ticket_id), ticket.content())
