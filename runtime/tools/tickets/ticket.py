"""A ticket as it stands in its file, and the changes a ticket can undergo: pure functions, the clock is handed in."""

import json
import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

KEPT_KEYS = 50
KEY_LETTERS = 32
MOST_NOTES = 1_000
MOST_TAGS = 50
TICKET_ID = re.compile(r"T-[0-9]{4,9}")


class Status(StrEnum):
    """How far a ticket is."""

    OPEN = "open"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    """How soon it is to be looked at."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


def _ticket_id(text: str) -> str:
    if TICKET_ID.fullmatch(text) is None:
        raise ValueError("A ticket's number is written like T-0042.")
    return text


def _word(text: str) -> str:
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", text) is None:
        raise ValueError("Small letters, digits, - and _ only, at most 40, for example refunds.")
    return text


def _text(text: str) -> str:
    for letter in text:
        if (letter < " " and letter not in "\n\t") or "\ud800" <= letter <= "\udfff":
            raise ValueError(f"The text holds the character U+{ord(letter):04X}, which is not allowed here.")
    return text


TicketId = Annotated[str, AfterValidator(_ticket_id)]
Word = Annotated[str, AfterValidator(_word)]
Text = Annotated[str, AfterValidator(_text)]


class Note(BaseModel):
    """Something written on a ticket; never shown to the customer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str = Field(description="When, UTC.")
    text: str = Field(description="What.")


class Ticket(BaseModel):
    """One case of the desk."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ticket_id: TicketId = Field(description="Its number.")
    title: str = Field(description="One line.")
    text: str = Field(default="", description="What it is about.")
    customer: str = Field(default="", description="Mail address of the customer, or empty.")
    source: str = Field(default="", description="Where it came from, for example a message id.")
    status: Status = Field(default=Status.OPEN, description="open, waiting, solved or closed.")
    queue: str = Field(default="support", description="Who looks at it.")
    priority: Priority = Field(default=Priority.NORMAL, description="low, normal, high or urgent.")
    tags: tuple[str, ...] = Field(default=(), description="Words it can be found by.")
    notes: tuple[Note, ...] = Field(default=(), description="What was written on it.")
    created_at: str = Field(description="When it was opened, UTC.")
    updated_at: str = Field(description="When it was last changed, UTC.")
    keys: tuple[str, ...] = Field(default=(), description="Marks of the changes the console made.")

    def content(self) -> bytes:
        """The bytes of its file."""
        text = json.dumps(self.model_dump(mode="json"), indent=2, sort_keys=True, ensure_ascii=False)
        return f"{text}\n".encode()

    def marked(self, key: str, at: str) -> "Ticket":
        """With the mark of the change that is being made."""
        keys = (*self.keys, key[:KEY_LETTERS])[-KEPT_KEYS:]
        return self.model_copy(update={"keys": keys, "updated_at": at})

    def carries(self, key: str) -> bool:
        """Whether the change with this key was made to it."""
        return key[:KEY_LETTERS] in self.keys if key else False

    @property
    def row(self) -> tuple[str, ...]:
        """What a preview shows."""
        tags, notes = ", ".join(self.tags), self.notes[-1].text if self.notes else ""
        return (self.ticket_id, self.title, str(self.status), self.queue, str(self.priority), tags, notes)


COLUMNS = ("ticket", "title", "status", "queue", "priority", "tags", "last note")


def with_tags(ticket: Ticket, tags: tuple[str, ...]) -> Ticket:
    """With these tags as well, each once."""
    return ticket.model_copy(update={"tags": tuple(dict.fromkeys((*ticket.tags, *tags)))})


def without_tags(ticket: Ticket, tags: tuple[str, ...]) -> Ticket:
    """Without these tags."""
    return ticket.model_copy(update={"tags": tuple(tag for tag in ticket.tags if tag not in tags)})


def with_note(ticket: Ticket, text: str, at: str) -> Ticket:
    """With one note more."""
    return ticket.model_copy(update={"notes": (*ticket.notes, Note(at=at, text=text))})
