"""Tools that change a ticket: one machinery (remember, compare, replace, look, undo), one small value a change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind, Idempotency, Tier
from runtime.tools.contract import (
    Appraisal,
    Failure,
    Happened,
    Preview,
    PreviewKind,
    Probe,
    ToolContext,
    ToolContract,
    ToolFailed,
    ToolResult,
)
from runtime.tools.durable_file import digest_of, write_whole
from runtime.tools.stopping import STOPPED_FAILURE, stop_if_asked
from runtime.tools.tickets.arguments import TicketView
from runtime.tools.tickets.options import TicketsOptions
from runtime.tools.tickets.reading_tools import DAMAGED, NO_TICKET
from runtime.tools.tickets.store import TicketStore
from runtime.tools.tickets.ticket import COLUMNS, MOST_NOTES, MOST_TAGS, Ticket
from runtime.tools.whole_file import WholeFileChange

LONGEST_TITLE = 60
FULL = Failure("ticket-full", "The ticket has as many notes or tags as a ticket may have; nothing was changed.")
NOT_WRITABLE = Failure(
    "tickets-not-writable", "The tickets folder can't be written; nothing was changed.", passing=True
)


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change. ``apply`` takes the ticket (None: there is none yet), the arguments and the time."""

    verb: str
    purpose: str
    input: type[BaseModel]
    title: Callable[[Any], str]
    apply: Callable[[Ticket | None, Any, str], Ticket]
    creates: bool = False


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class ChangingTool:
    """Carries out one kind of change."""

    def __init__(self, change: Change, options: TicketsOptions, text: str) -> None:
        self._change = change
        self._options = options
        back = "The ticket is removed" if change.creates else "The ticket is put back as it was"
        self.contract = ToolContract(
            name=f"tickets.{change.verb}",
            version=1,
            purpose=change.purpose,
            input=change.input,
            output=TicketView,
            failures=(NO_TICKET, DAMAGED, FULL, NOT_WRITABLE, STOPPED_FAILURE),
            effect=EffectKind.REVERSIBLE,
            scope=f"tickets in {options.folder}",
            idempotency=Idempotency.QUERYABLE,
            time_limit_s=30.0,
            undo=f"{back}, unless somebody changed it since.",
            options=text,
            facts=(("queue", "text"), ("status", "text"), ("priority", "text")),
        )

    def _store(self, context: ToolContext) -> TicketStore:
        return TicketStore(context.folder / self._options.folder)

    def _present(self, arguments: Any, store: TicketStore) -> Ticket | None:
        return None if self._change.creates else store.load(arguments.ticket_id)

    def _changed(self, arguments: Any, present: Ticket | None, at: str) -> Ticket:
        ticket = self._change.apply(present, arguments, at)
        if len(ticket.notes) > MOST_NOTES or len(ticket.tags) > MOST_TAGS:
            sentence = f"A ticket has at most {MOST_NOTES} notes and {MOST_TAGS} tags; nothing was changed."
            raise ToolFailed("ticket-full", sentence)
        return ticket

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        title = self._change.title(arguments)
        present = self._present(arguments, self._store(context))
        ticket = self._changed(arguments, present, _now())
        name = "new" if self._change.creates else ticket.ticket_id
        return Appraisal(
            title=title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
            resource=f"{self._options.folder}/{name}" + ("" if self._change.creates else ".json"),
            touches="1 ticket",
            tier=Tier.SMALL,
            facts={"queue": ticket.queue, "status": str(ticket.status), "priority": str(ticket.priority)},
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        present = self._present(arguments, self._store(context))
        after = self._changed(arguments, present, _now())
        before = (present.row,) if present else ()
        title = self._change.title(arguments)
        row = ("new", *after.row[1:]) if self._change.creates else after.row
        return Preview(PreviewKind.ROWS, title, columns=COLUMNS, before=before, after=(row,))

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        stop_if_asked(context)
        store = self._store(context)
        with store.lock:
            made = self._made_before(arguments, store, context)
            if made is not None:
                return made
            present = self._present(arguments, store)
            at = _now()
            ticket = self._changed(arguments, present, at)
            try:
                if self._change.creates:
                    ticket = ticket.model_copy(update={"ticket_id": store.next_id()})
                ticket = ticket.marked(context.key, at)
                content = ticket.content()
                change, record = WholeFileChange.planned(store.folder, f"{ticket.ticket_id}.json", content, context)
                if (present is None) != (change.before is None):
                    raise ToolFailed(
                        "no-ticket", f"Ticket {ticket.ticket_id} came or went meanwhile; nothing was changed."
                    )
                context.remember(record)
                if change.present() != change.before:
                    raise ToolFailed("no-ticket", f"Ticket {ticket.ticket_id} was changed meanwhile; nothing was done.")
                write_whole(change.path, content)
            except OSError as error:
                sentence = f"The ticket can't be written: {error.strerror or error}; nothing was changed."
                raise ToolFailed("tickets-not-writable", sentence, passing=True) from error
        return self._result(arguments, ticket, record)

    def _made_before(self, arguments: Any, store: TicketStore, context: ToolContext) -> ToolResult | None:
        """The result of this very change where it was made already (the same key)."""
        record = context.recall()
        if record is None:
            return None
        change = WholeFileChange.of(store.folder, record)
        try:
            ticket = store.load(change.name.removesuffix(".json"))
        except ToolFailed:
            return None
        if not ticket.carries(context.key) and digest_of(ticket.content()) != change.after:
            return None
        return self._result(arguments, ticket, record)

    def _result(self, arguments: BaseModel, ticket: Ticket, record: UndoRecord) -> ToolResult:
        title = self._change.title(arguments)
        summary = f"{title} ({ticket.ticket_id})" if self._change.creates else title
        return ToolResult(TicketView.of(ticket), summary[:200], record)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        store = self._store(context)
        record = context.recall()
        if record is None:
            return Probe(Happened.NO, "No such change was begun.")
        made = self._made_before(arguments, store, context)
        if made is not None:
            return Probe(Happened.YES, "The ticket carries the mark of this change.", made)
        if WholeFileChange.of(store.folder, record).happened() is Happened.NO:
            return Probe(Happened.NO, "The ticket is as it was before.")
        return Probe(Happened.UNKNOWN, "The ticket was changed by somebody else and carries no mark of this change.")

    def _of(self, record: UndoRecord, context: ToolContext) -> tuple[WholeFileChange, str]:
        change = WholeFileChange.of(self._store(context).folder, record)
        return change, f"Ticket {change.name.removesuffix('.json')}"

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        change, what = self._of(record, context)
        return change.forecast(context, what)

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        change, what = self._of(record, context)
        with self._store(context).lock:
            return change.undo(context, what, overwrite=overwrite)
