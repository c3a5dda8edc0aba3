"""One tool of a domain: its function in one transaction, marked with its key, looked up by the mark, undone exactly."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue

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
from runtime.tools.sql import restoring
from runtime.tools.sql.capture import Captured, RowChange
from runtime.tools.sql.database import FAILURES, Database, opened
from runtime.tools.sql.kept import KeptRows, Mark, mark_of, put_mark
from runtime.tools.stopping import STOPPED_FAILURE, stop_if_asked
from runtime.tools.text_changes import amount
from tests.domains.argument_models import argument_model
from tests.domains.domain import Refused, ToolFunction
from tests.domains.records import Records

REFUSED = Failure("refused", "The rules of the domain refuse it; nothing was changed.")
MISSING = Failure("missing", "The database is not there.")
UNDONE_SINCE = Failure("undone-since", "This very call ran before and was undone since.")
BUSY_SECONDS = 5.0
LIMIT_S = 20.0
LONGEST_TITLE = 60


class Returned(BaseModel):
    """The output of every tool: whatever its function answered."""

    model_config = ConfigDict(extra="forbid")
    value: JsonValue


class DomainTool:
    """``declared`` is the tool's entry in tools.json; only what ``mutates`` may change anything. ``grant``: the file of
    the records, and the options that name it."""

    def __init__(
        self, domain: str, declared: dict[str, Any], mutates: bool, function: ToolFunction, grant: tuple[str, str]
    ) -> None:
        database, options = grant
        self._function = function
        self._database = database
        self._changes = mutates
        self._verb = str(declared["name"])
        self.contract = ToolContract(
            name=f"{domain}.{self._verb}",
            version=1,
            purpose=declared.get("description") or self._verb,
            input=argument_model(self._verb, declared.get("parameters") or {}),
            output=Returned,
            failures=(REFUSED, MISSING, UNDONE_SINCE, STOPPED_FAILURE, *FAILURES),
            effect=EffectKind.REVERSIBLE if self._changes else EffectKind.READ,
            scope=f"records in {database}",
            idempotency=Idempotency.QUERYABLE if self._changes else Idempotency.REPEATABLE,
            time_limit_s=30.0,
            undo="The records it changed are put back, exactly." if self._changes else "It changes nothing.",
            options=options,
        )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """A change is tried and taken back: what it touches is known before anybody is asked."""
        title = self._title(arguments)
        if not self._changes:
            return Appraisal(title, self._database, "Nothing is changed", Tier.NOTHING)
        rows = self._tried(arguments, context).rows
        places = tuple(f"{self._database}:{row.table}/{_key(row)}" for row in rows) or (self._database,)
        return Appraisal(title, places[0], amount(len(rows), "record"), Tier.SMALL, also=places[1:])

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """The records before and after."""
        if not self._changes:
            return Preview(PreviewKind.TEXT, self._title(arguments), self._given_text(arguments))
        rows = self._tried(arguments, context).rows
        before = tuple((row.table, _key(row), _text(row.before)) for row in rows)
        after = tuple((row.table, _key(row), _text(row.after)) for row in rows)
        columns = ("collection", "key", "record")
        return Preview(PreviewKind.ROWS, self._title(arguments), "", columns, before, after)

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Do it in one transaction; the same key does nothing twice."""
        stop_if_asked(context)
        if not self._changes:
            with self._open(context, write=False) as database:
                value = database.patiently(lambda: self._called(Records(database), arguments))
            return ToolResult(Returned(value=value), self._title(arguments))
        with self._open(context, write=True) as database, database.rolled_back():
            if (mark := mark_of(database, context.key)) is not None:
                return self._marked(mark, context)
            captured, value = self._captured(database, arguments)
            output, summary = Returned(value=value), f"{amount(len(captured.rows), 'record')} changed"
            put_mark(database, context.key, output.model_dump(mode="json"), summary)
            record = KeptRows.of(context.key, self._database, captured).record()
            stop_if_asked(context)
            context.remember(record)
            database.commit()
        return ToolResult(output, summary, record)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        """The mark is in the database exactly when the change is."""
        if not self._changes:
            return Probe(Happened.NO, "It only reads.")
        with self._open(context, write=False) as database:
            mark = database.patiently(lambda: mark_of(database, context.key))
        if mark is None:
            return Probe(Happened.NO, f"It did not happen: {self._database} has no mark of this call.")
        if mark.undone:
            return Probe(Happened.UNKNOWN, "It happened and was undone since.")
        return Probe(Happened.YES, f"It happened: {mark.summary}.", self._marked(mark, context))

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        """What undoing would do now."""
        return restoring.forecast(record, context, BUSY_SECONDS)

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        """Put the records back."""
        return restoring.restore(record, context, BUSY_SECONDS, overwrite=overwrite)

    @contextmanager
    def _open(self, context: ToolContext, *, write: bool) -> Iterator[Database]:
        with opened(context, self._database, write=write, busy_seconds=BUSY_SECONDS, limit_s=LIMIT_S) as database:
            yield database

    def _called(self, records: Records, arguments: BaseModel) -> Any:
        try:
            return self._function(records, **arguments.model_dump(mode="json"))
        except Refused as error:
            raise ToolFailed(REFUSED.code, str(error)) from error

    def _captured(self, database: Database, arguments: BaseModel) -> tuple[Captured, Any]:
        records = Records(database)
        value = self._called(records, arguments)
        return records.write(), value

    def _tried(self, arguments: BaseModel, context: ToolContext) -> Captured:
        with self._open(context, write=True) as database, database.rolled_back():
            return self._captured(database, arguments)[0]

    def _marked(self, mark: Mark, context: ToolContext) -> ToolResult:
        if mark.undone:
            raise ToolFailed(UNDONE_SINCE.code, "This very call ran before and was undone since; nothing was done now.")
        return ToolResult(Returned.model_validate(mark.output), mark.summary, context.recall())

    def _given_text(self, arguments: BaseModel) -> str:
        return json.dumps(arguments.model_dump(mode="json"), ensure_ascii=False)

    def _title(self, arguments: BaseModel) -> str:
        title = f"{self._verb} {self._given_text(arguments)}"
        return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def _key(row: RowChange) -> str:
    return (row.before or row.after or ())[0].value


def _text(row: tuple[Any, ...] | None) -> str:
    return "" if row is None else str(row[1].value)
