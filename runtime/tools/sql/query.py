"""sql.<name> of kind query: reads rows through a granted statement; the file is opened read only."""

from collections.abc import Sequence

from pydantic import BaseModel

from runtime.domain.words import EffectKind, Idempotency, Tier
from runtime.tools.contract import Appraisal, Failure, Preview, PreviewKind, ToolContext, ToolContract, ToolResult
from runtime.tools.granted_folder import FOLDER_FAILURES
from runtime.tools.read_only import Reading
from runtime.tools.sql.cells import Plain, plain, type_name
from runtime.tools.sql.database import FAILURES, opened
from runtime.tools.sql.inputs import Column, QueryOutput, filled, input_model, resource_of, title_of, values_of
from runtime.tools.sql.options import SqlOptions, StatementOptions
from runtime.tools.stopping import STOPPED_FAILURE, stop_if_asked
from runtime.tools.text_changes import amount

TIME_LIMIT_S = 30.0
INTERRUPT_AFTER_S = 25.0
"""Before the time limit, so that a slow statement ends by itself and is not left behind."""
SHARED_FAILURES: tuple[Failure, ...] = (*FOLDER_FAILURES, *FAILURES, STOPPED_FAILURE)


def columns_of(names: Sequence[str], rows: Sequence[Sequence[object]]) -> list[Column]:
    """Columns with the types found in the rows."""
    return [
        Column.model_validate({"name": name, "type": type_name([row[at] for row in rows])})
        for at, name in enumerate(names)
    ]


def first_row(names: Sequence[str], rows: Sequence[Sequence[Plain]]) -> dict[str, Plain]:
    """The first row by column name."""
    return dict(zip(names, rows[0], strict=True)) if rows else {}


class Query(Reading):
    """One granted query."""

    def __init__(self, options: SqlOptions, statement: StatementOptions, text: str) -> None:
        self._options = options
        self._statement = statement
        self.contract = ToolContract(
            name=f"sql.{statement.name}",
            version=1,
            purpose=statement.purpose,
            input=input_model(statement),
            output=QueryOutput,
            failures=SHARED_FAILURES,
            effect=EffectKind.READ,
            scope=f"reads {options.database} through this one statement",
            idempotency=Idempotency.REPEATABLE,
            time_limit_s=TIME_LIMIT_S,
            undo="Nothing to undo: it only reads.",
            options=text,
        )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts about this query."""
        return Appraisal(
            title=title_of(self._statement, arguments),
            resource=resource_of(self._options.database, self._statement, arguments),
            touches="Nothing is changed",
            tier=Tier.NOTHING,
            checks=tuple(filled(check, arguments) for check in self._statement.checks),
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """The statement and what is put into it."""
        given = "".join(f"{name} = {value!r}\n" for name, value in values_of(self._statement, arguments).items())
        return Preview(PreviewKind.TEXT, title_of(self._statement, arguments), f"{self._statement.sql}\n\n{given}")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Read."""
        stop_if_asked(context)
        options, most = self._options, self._statement.max_rows
        values = values_of(self._statement, arguments)
        with opened(
            context, options.database, write=False, busy_seconds=options.busy_seconds, limit_s=INTERRUPT_AFTER_S
        ) as database:
            with database.granted(frozenset()):
                cursor = database.patiently(lambda: database.execute(self._statement.sql, values))
                found = cursor.fetchmany(most + 1)
            names = [column[0] for column in cursor.description or ()]
            cursor.close()
        kept = found[:most]
        rows: list[list[Plain]] = [[plain(value) for value in row] for row in kept]
        output = QueryOutput(
            columns=columns_of(names, kept),
            rows=rows,
            count=len(rows),
            first=first_row(names, rows),
            truncated=len(found) > most,
        )
        more = ", and there are more" if output.truncated else ""
        return ToolResult(output, f"{amount(len(rows), 'row')} found{more}")
