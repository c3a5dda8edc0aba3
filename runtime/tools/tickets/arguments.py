"""Arguments and answers of the ticket tools."""

from pydantic import BaseModel, ConfigDict, Field

from runtime.tools.tickets.ticket import MOST_TAGS, Note, Priority, Status, Text, Ticket, TicketId, Word


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FindTickets(_Model):
    """Which tickets to look for; what is left out does not matter."""

    status: Status | None = Field(None, description="Only with this status.")
    queue: str = Field("", max_length=40, description="Only in this queue.")
    priority: Priority | None = Field(None, description="Only with this priority.")
    tag: str = Field("", max_length=40, description="Only with this tag.")
    customer: str = Field("", max_length=254, description="Only of this customer.")
    words: str = Field("", max_length=200, description="Only where title, text or a note holds these words.")
    limit: int = Field(50, ge=1, le=200, description="At most this many, newest first.")


class OneTicket(_Model):
    """Which ticket."""

    ticket_id: TicketId = Field(description="Its number, like T-0042.")


class CreateTicket(_Model):
    """A new ticket."""

    title: Text = Field(min_length=1, max_length=200, description="One line.")
    text: Text = Field("", max_length=50_000, description="What it is about.")
    customer: Text = Field("", max_length=254, description="Mail address of the customer, or empty.")
    source: Text = Field("", max_length=1_000, description="Where it came from, for example a message id.")
    queue: Word = Field("support", description="Who looks at it.")
    priority: Priority = Field(Priority.NORMAL, description="low, normal, high or urgent.")
    tags: tuple[Word, ...] = Field((), max_length=MOST_TAGS, description="Words it can be found by.")


class SetStatus(OneTicket):
    """A new status."""

    status: Status = Field(description="open, waiting, solved or closed.")


class SetQueue(OneTicket):
    """Another queue."""

    queue: Word = Field(description="Who looks at it from now on.")


class SetPriority(OneTicket):
    """Another priority."""

    priority: Priority = Field(description="low, normal, high or urgent.")


class AddNote(OneTicket):
    """A note."""

    text: Text = Field(
        min_length=1, max_length=20_000, description="What to write on it; the customer does not see it."
    )


class SomeTags(OneTicket):
    """Tags to put on or to take off."""

    tags: tuple[Word, ...] = Field(min_length=1, max_length=MOST_TAGS, description="The tags.")


class TicketView(_Model):
    """A ticket as an agent sees it."""

    ticket_id: str
    title: str
    text: str
    customer: str
    source: str
    status: Status
    queue: str
    priority: Priority
    tags: tuple[str, ...]
    notes: tuple[Note, ...]
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketView":
        """Everything but the console's own marks."""
        return cls(**{name: getattr(ticket, name) for name in cls.model_fields})


class TicketLine(_Model):
    """A ticket in a list."""

    ticket_id: str
    title: str
    customer: str
    status: Status
    queue: str
    priority: Priority
    tags: tuple[str, ...]


class TicketLines(_Model):
    """What was found."""

    tickets: tuple[TicketLine, ...]
    more: bool = Field(description="There are further ones.")
