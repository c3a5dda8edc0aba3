"""sql.<name> of kind change: a granted INSERT, UPDATE or DELETE in one transaction, marked, counted and undoable."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind, Idempotency
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
from runtime.tools.sql.capture import TOO_MANY, Captured, capture
from runtime.tools.sql.cells import Row, told_apart
from runtime.tools.sql.database import Database, opened
from runtime.tools.sql.inputs import ChangeOutput, filled, input_model, resource_of, title_of, values_of
from runtime.tools.sql.kept import KeptRows, Mark, mark_of, put_mark
from runtime.tools.sql.options import SqlOptions, StatementOptions
from runtime.tools.sql.query import INTERRUPT_AFTER_S, SHARED_FAILURES, TIME_LIMIT_S, columns_of, first_row
from runtime.tools.stopping import stop_if_asked
from runtime.tools.text_changes import amount

UNDONE_SINCE = Failure("undone-since", "This very call ran before and was undone since.")
PUT_BACK = "The rows it changed get their former values back, exactly."
FINAL = "What it sets off outside the database stays."


class Change:
    """One granted change."""

    def __init__(self, options: SqlOptions, statement: StatementOptions, text: str) -> None:
        self._options = options
        self._statement = statement
        self._reversible = statement.effect_kind is EffectKind.REVERSIBLE
        self.contract = ToolContract(
            name=f"sql.{statement.name}",
            version=1,
            purpose=statement.purpose,
            input=input_model(statement),
            output=ChangeOutput,
            failures=(*SHARED_FAILURES, TOO_MANY, UNDONE_SINCE),
            effect=statement.effect_kind,
            scope=f"changes {options.database} through this one statement",
            idempotency=Idempotency.QUERYABLE,
            time_limit_s=TIME_LIMIT_S,
            undo=statement.undo or (PUT_BACK if self._reversible else FINAL),
            options=text,
            facts=(("rows_changed", "integer"), ("tables", "list")),
        )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts, with the rows counted by running the change and taking it back."""
        captured = self._tried(arguments, context)
        return Appraisal(
            title=title_of(self._statement, arguments),
            resource=resource_of(self._options.database, self._statement, arguments),
            touches=_touches(captured),
            tier=self._statement.least_tier,
            checks=tuple(filled(check, arguments) for check in self._statement.checks) or self._checks(captured),
            facts={"rows_changed": len(captured.rows), "tables": sorted(captured.tables)},
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """The rows before and after, from running the change and taking it back."""
        captured = self._tried(arguments, context)
        title = f"{title_of(self._statement, arguments)}: {_touches(captured)}"
        names = dict.fromkeys(name for row in captured.rows for name in captured.tables[row.table].columns)
        several = len(captured.tables) > 1
        columns = (*(("table",) if several else ()), *names)
        before, after = [], []
        for row in captured.rows:
            own, lead = captured.tables[row.table].columns, (row.table,) if several else ()
            before.append((*lead, *_texts(row.before, own, tuple(names))))
            after.append((*lead, *_texts(row.after, own, tuple(names))))
        return Preview(PreviewKind.ROWS, title, self._statement.sql, columns, tuple(before), tuple(after))

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Change, write down, mark and commit; the same key does nothing twice."""
        stop_if_asked(context)
        with self._open(context, write=True) as database, database.rolled_back():
            if (mark := mark_of(database, context.key)) is not None:
                return self._marked(mark, context)
            captured = self._captured(database, arguments)
            output = _output(captured)
            summary = f"{_touches(captured)} changed"
            put_mark(database, context.key, output.model_dump(mode="json"), summary)
            record = KeptRows.of(context.key, self._options.database, captured).record() if self._reversible else None
            stop_if_asked(context)
            if record is not None:
                context.remember(record)
            database.commit()
        return ToolResult(output, summary, record)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        """The mark is in the database exactly when the change is."""
        with self._open(context, write=False) as database:
            mark = database.patiently(lambda: mark_of(database, context.key))
        if mark is None:
            return Probe(Happened.NO, f"It did not happen: {self._options.database} has no mark of this call.")
        if mark.undone:
            return Probe(Happened.UNKNOWN, "It happened and was undone since.")
        return Probe(Happened.YES, f"It happened: {mark.summary}.", self._marked(mark, context))

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        """What undoing would do now."""
        if not self._reversible:
            return UndoForecast(UndoOutcome.CANNOT, self.contract.undo)
        return restoring.forecast(record, context, self._options.busy_seconds)

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        """Put the rows back."""
        if not self._reversible:
            return UndoOutcome.CANNOT, self.contract.undo
        return restoring.restore(record, context, self._options.busy_seconds, overwrite=overwrite)

    @contextmanager
    def _open(self, context: ToolContext, *, write: bool) -> Iterator[Database]:
        options = self._options
        with opened(
            context, options.database, write=write, busy_seconds=options.busy_seconds, limit_s=INTERRUPT_AFTER_S
        ) as database:
            if write:
                database.execute("PRAGMA foreign_keys = ON")
            yield database

    def _tried(self, arguments: BaseModel, context: ToolContext) -> Captured:
        with self._open(context, write=True) as database, database.rolled_back():
            return self._captured(database, arguments)

    def _captured(self, database: Database, arguments: BaseModel) -> Captured:
        statement = self._statement
        values = values_of(statement, arguments)
        captured = capture(database, statement.sql, values, statement.text.replaces, statement.max_changed)
        count, expected = max(captured.changed, len(captured.rows)), statement.expect_changed
        if count > statement.max_changed:
            sentence = f"It would change {count:,} rows; at most {statement.max_changed:,} are granted. Rolled back."
            raise ToolFailed(TOO_MANY.code, sentence)
        if expected is not None and captured.changed != expected:
            sentence = (
                f"It would change {amount(captured.changed, 'row')} and not {expected:,}, as expected. Rolled back."
            )
            raise ToolFailed(TOO_MANY.code, sentence)
        return captured

    def _marked(self, mark: Mark, context: ToolContext) -> ToolResult:
        if mark.undone:
            raise ToolFailed(UNDONE_SINCE.code, "This very call ran before and was undone since; nothing was done now.")
        record = context.recall() if self._reversible else None
        return ToolResult(ChangeOutput.model_validate(mark.output), mark.summary, record)

    def _checks(self, captured: Captured) -> tuple[str, ...]:
        """A tier raised by the grant without checks of its own still has one to tick."""
        return (f"It changes {_touches(captured)}",) if self._statement.least_tier >= 3 else ()


def _output(captured: Captured) -> ChangeOutput:
    rows = [list(row) for row in captured.returned]
    return ChangeOutput(
        columns=columns_of(captured.returned_columns, rows),
        rows=rows,
        count=len(rows),
        first=first_row(captured.returned_columns, rows),
        changed=captured.changed,
    )


def _touches(captured: Captured) -> str:
    counts: dict[str, int] = {}
    for row in captured.rows:
        counts[row.table] = counts.get(row.table, 0) + 1
    return ", ".join(f"{amount(count, 'row')} in {table}" for table, count in counts.items()) or "no row"


def _texts(row: Row | None, own: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """A row under the columns of the preview; empty where there is no row or no such column."""
    if row is None:
        return tuple("" for _ in names)
    cells = dict(zip(own, row, strict=True))
    return tuple(told_apart(cells[name]) if name in cells else "" for name in names)
