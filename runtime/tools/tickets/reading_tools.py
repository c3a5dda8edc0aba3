"""tickets.find and tickets.show: they change nothing."""

from pydantic import BaseModel

from runtime.domain.words import EffectKind, Idempotency, Tier
from runtime.tools.contract import (
    Appraisal,
    Failure,
    Preview,
    PreviewKind,
    ToolContext,
    ToolContract,
    ToolResult,
)
from runtime.tools.read_only import Reading
from runtime.tools.stopping import STOPPED_FAILURE, stop_if_asked
from runtime.tools.tickets.arguments import FindTickets, OneTicket, TicketLine, TicketLines, TicketView
from runtime.tools.tickets.options import TicketsOptions
from runtime.tools.tickets.store import TicketStore
from runtime.tools.tickets.ticket import COLUMNS, Ticket

NO_TICKET = Failure("no-ticket", "There is no ticket of that number.")
DAMAGED = Failure("ticket-damaged", "The file of the ticket can't be read as a ticket.")
NOTHING = "Reading changes nothing; there is nothing to undo."


class _Reading(Reading):
    """What the two share."""

    contract: ToolContract

    def __init__(
        self,
        options: TicketsOptions,
        text: str,
        name: str,
        purpose: str,
        models: tuple[type[BaseModel], type[BaseModel]],
    ) -> None:
        self._options = options
        self.contract = ToolContract(
            name=name,
            version=1,
            purpose=purpose,
            input=models[0],
            output=models[1],
            failures=(NO_TICKET, DAMAGED, STOPPED_FAILURE),
            effect=EffectKind.READ,
            scope=f"tickets in {options.folder}",
            idempotency=Idempotency.REPEATABLE,
            time_limit_s=30.0,
            undo=NOTHING,
            options=text,
        )

    def _store(self, context: ToolContext) -> TicketStore:
        return TicketStore(context.folder / self._options.folder)


class FindTool(_Reading):
    """Looks tickets up."""

    def __init__(self, options: TicketsOptions, text: str) -> None:
        super().__init__(options, text, "tickets.find", "Find tickets.", (FindTickets, TicketLines))

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        return Appraisal("Find tickets", self._options.folder, "1 folder", Tier.NOTHING)

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        return Preview(PreviewKind.TEXT, "Find tickets", body="It reads and changes nothing.")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        assert isinstance(arguments, FindTickets)
        store = self._store(context)
        found: list[TicketLine] = []
        more = False
        for ticket in reversed(list(store.all())):
            stop_if_asked(context)
            if not _fits(ticket, arguments):
                continue
            if len(found) == arguments.limit:
                more = True
                break
            found.append(TicketLine(**{name: getattr(ticket, name) for name in TicketLine.model_fields}))
        stop_if_asked(context)
        summary = f"{len(found)} ticket{'s' * (len(found) != 1)} found" + (", more follow" if more else "")
        return ToolResult(TicketLines(tickets=tuple(found), more=more), summary)


def _fits(ticket: Ticket, wanted: FindTickets) -> bool:
    words = wanted.words.casefold()
    return (
        wanted.status in (None, ticket.status)
        and wanted.queue in ("", ticket.queue)
        and wanted.priority in (None, ticket.priority)
        and (not wanted.tag or wanted.tag in ticket.tags)
        and (not wanted.customer or wanted.customer.casefold() == ticket.customer.casefold())
        and any(words in text.casefold() for text in (ticket.title, ticket.text, *(note.text for note in ticket.notes)))
    )


class ShowTool(_Reading):
    """Shows one ticket."""

    def __init__(self, options: TicketsOptions, text: str) -> None:
        super().__init__(options, text, "tickets.show", "Show one ticket.", (OneTicket, TicketView))

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        assert isinstance(arguments, OneTicket)
        resource = f"{self._options.folder}/{arguments.ticket_id}.json"
        return Appraisal(f"Show ticket {arguments.ticket_id}", resource, "1 ticket", Tier.NOTHING)

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        assert isinstance(arguments, OneTicket)
        row = (self._store(context).load(arguments.ticket_id).row,)
        return Preview(PreviewKind.ROWS, f"Ticket {arguments.ticket_id}", columns=COLUMNS, before=row, after=row)

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        assert isinstance(arguments, OneTicket)
        stop_if_asked(context)
        ticket = self._store(context).load(arguments.ticket_id)
        return ToolResult(TicketView.of(ticket), f"Ticket {ticket.ticket_id}: {ticket.title[:80]}")
