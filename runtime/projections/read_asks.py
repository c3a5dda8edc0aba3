"""Read models of asks and decisions."""

from runtime.projections.ask_rows import APPROVED, APPROVED_WITH_EDIT
from runtime.projections.ask_view import ask_detail, ask_row, in_order, raised_of
from runtime.projections.reading import Reading
from runtime.projections.rows import AskDetail, AskRow, DecisionFigures
from runtime.projections.strip import busiest
from storage.reads import asks as ask_reads
from storage.reads import runs as run_reads

LOOKED_TOO_SHORT_MS = 3_000


class AskReading(Reading):
    """The approvals list, the decision card, "Your decisions today"."""

    async def asks(self) -> list[AskRow]:
        """Waiting and held asks, by priority, then time left."""
        now, stands = self._now(), await self._still()
        rows = await self._recorder.query(ask_reads.open_asks())
        names = await self._names()
        return in_order([ask_row(row, now, stands, names) for row in rows], now)

    async def decided_asks(self, before: int = 0, limit: int = 200) -> list[AskRow]:
        """Closed asks, newest first; ``before`` = when the last one of the page before was closed."""
        now, stands = self._now(), await self._still()
        rows = await self._recorder.query(ask_reads.decided(before, limit))
        return [ask_row(row, now, stands) for row in rows]

    async def asks_of_run(self, run_id: str) -> list[AskRow]:
        """Every ask of a run, oldest first."""
        now, stands = self._now(), await self._still()
        rows = await self._recorder.query(ask_reads.of_run(run_id))
        return [ask_row(row, now, stands) for row in rows]

    async def ask(self, ask_id: str) -> AskDetail | None:
        """The decision card; None where there is no such ask."""
        found = await self._recorder.query(ask_reads.one(ask_id))
        if not found or not found[0]["raised"]:
            return None
        row, names = found[0], await self._names()
        line = ask_row(row, self._now(), await self._still(), names)
        raised = raised_of(row)
        return ask_detail(
            row,
            raised,
            line,
            await self._spec(line.agent, raised.revision),
            await self._recorder.query(ask_reads.similar(ask_id, row["shape"])),
            await self._recorder.query(ask_reads.asked_before(ask_id, line.run_id, line.tool, line.raised_at)),
            (await self._recorder.query(ask_reads.track(line.agent, line.tool)))[0],
            self._input_schema(line.agent, line.tool),
            sum(run["cost_micros"] for run in await self._recorder.query(run_reads.one(line.run_id))),
            names,
        )

    async def decisions_today(self, operator: str) -> DecisionFigures:
        """What a person (by id) decided today, and how much was asked of everybody."""
        today = self._days.today(self._now())
        raised = [row["raised_at"] for row in await self._recorder.query(ask_reads.raised_since(today))]
        ruled = await self._recorder.query(ask_reads.rulings_of(operator, today))
        approved = [row for row in ruled if row["ruling"] in (APPROVED, APPROVED_WITH_EDIT)]
        return DecisionFigures(
            asks=len(raised),
            busiest_10_min=busiest(raised),
            decided=len(ruled),
            approved=len(approved),
            looked_under_3_s=sum(row["looked_ms"] < LOOKED_TOO_SHORT_MS for row in ruled),
            rolled_back_later=sum(bool(row["rolled_back"]) for row in approved),
        )

    async def open_ask_ids(self) -> list[str]:
        """Asks that are not closed, oldest first."""
        return [row["ask_id"] for row in await self._recorder.query(ask_reads.open_asks())]
