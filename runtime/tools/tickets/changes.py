"""Every kind of change a ticket can undergo, as data."""

from typing import Any

from runtime.tools.tickets.arguments import AddNote, CreateTicket, SetPriority, SetQueue, SetStatus, SomeTags
from runtime.tools.tickets.changing_tool import Change
from runtime.tools.tickets.ticket import Ticket, with_note, with_tags, without_tags


def _there(ticket: Ticket | None) -> Ticket:
    if ticket is None:
        raise ValueError("This change needs a ticket.")
    return ticket


def _created(ticket: Ticket | None, given: CreateTicket, at: str) -> Ticket:
    fields = given.model_dump()
    fields["tags"] = tuple(dict.fromkeys(given.tags))
    return Ticket(ticket_id="T-0000", created_at=at, updated_at=at, **fields)


def _replaced(name: str) -> Any:
    def apply(ticket: Ticket | None, given: Any, at: str) -> Ticket:
        return _there(ticket).model_copy(update={name: getattr(given, name)})

    return apply


CHANGES: tuple[Change, ...] = (
    Change(
        "create", "Open a new ticket.", CreateTicket,
        lambda given: f"Open ticket: {' '.join(given.title.split())}", _created, creates=True,
    ),
    Change(
        "set_status", "Set the status of a ticket.", SetStatus,
        lambda given: f"Set ticket {given.ticket_id} to {given.status}", _replaced("status"),
    ),
    Change(
        "set_queue", "Move a ticket to another queue.", SetQueue,
        lambda given: f"Move ticket {given.ticket_id} to queue {given.queue}", _replaced("queue"),
    ),
    Change(
        "set_priority", "Set the priority of a ticket.", SetPriority,
        lambda given: f"Set ticket {given.ticket_id} to priority {given.priority}", _replaced("priority"),
    ),
    Change(
        "add_note", "Write a note on a ticket.", AddNote,
        lambda given: f"Add a note to ticket {given.ticket_id}",
        lambda ticket, given, at: with_note(_there(ticket), given.text, at),
    ),
    Change(
        "tag", "Put tags on a ticket.", SomeTags,
        lambda given: f"Tag ticket {given.ticket_id} with {', '.join(given.tags)}",
        lambda ticket, given, at: with_tags(_there(ticket), given.tags),
    ),
    Change(
        "untag", "Take tags off a ticket.", SomeTags,
        lambda given: f"Take {', '.join(given.tags)} off ticket {given.ticket_id}",
        lambda ticket, given, at: without_tags(_there(ticket), given.tags),
    ),
)  # fmt: skip
