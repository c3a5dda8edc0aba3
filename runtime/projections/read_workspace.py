"""Read models of the workspace: strip, fleet, activity, spend, agents, credentials."""

from collections.abc import Sequence

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.breaker import CLOSED, Breaker
from runtime.domain.budget import Caps
from runtime.domain.budget_state import Terms
from runtime.domain.connection import ConnectionSpec, own_connections
from runtime.domain.decide_budget import caps_in_force
from runtime.domain.priority import priority
from runtime.domain.words import AskState, Tier
from runtime.projections import budget_rows, workspace_rows
from runtime.projections.budget_view import cap_lines, price_row, reservation_row
from runtime.projections.fleet import Surroundings, fleet_card
from runtime.projections.forecast import forecast
from runtime.projections.names import Names
from runtime.projections.read_asks import AskReading
from runtime.projections.read_runs import RunReading
from runtime.projections.row import Row
from runtime.projections.rows import (
    ActivityMinute,
    AgentDetail,
    BudgetFigures,
    ConnectionRow,
    CredentialRow,
    FleetCard,
    KeyNote,
    SpendRow,
    StripFigures,
    TaskSpend,
    TrialNote,
)
from runtime.projections.strip import MINUTE, TEN_MINUTES, WINDOWS, windows
from storage.reads import asks as ask_reads
from storage.reads import effects as effect_reads
from storage.reads import fleet as fleet_reads
from storage.reads import spend as spend_reads
from storage.reads import workspace as workspace_reads


class WorkspaceReading(AskReading, RunReading):
    """Everything on the strip, the Fleet and Spend pages, and in the settings."""

    async def strip(self) -> StripFigures:
        """The status strip."""
        now, values = self._now(), await self._values()
        asks = [ask for ask in await self.asks() if ask.state is AskState.WAITING]
        agents = [row for row in await self._recorder.query(workspace_reads.all_agents()) if not row["removed"]]
        everything = bool(values[workspace_rows.PAUSED]["value"]) if workspace_rows.PAUSED in values else False
        free = {row["name"] for row in agents if not row["paused_by"] and not everything}
        at_work = {agent for _, agent, state in await self.unfinished_runs() if state not in ("queued", "paused")}
        spent = sum((await self.spent_today()).values())
        raised = [
            row["raised_at"] for row in await self._recorder.query(ask_reads.raised_since(now - WINDOWS * TEN_MINUTES))
        ]
        history = windows(raised, now)
        last, today = [] if asks else await self._recorder.query(ask_reads.decided(0, 1)), self._days.today(now)
        return StripFigures(
            agents=len(agents),
            agents_running=len(free & at_work),
            agents_paused=len(agents) - len(free),
            waiting=len(asks),
            urgent=sum(ask.priority == 1 for ask in asks),
            spend_today_micros=spent,
            day_cap_micros=(await self.settings()).day_cap_micros,
            forecast_micros=forecast(spent, self._days.share_of_today(now)),
            asks_per_10_min=history[-1],
            asks_history=history,
            everything_paused=everything,
            chain_broken=values[workspace_rows.BROKEN]["value"] if workspace_rows.BROKEN in values else "",
            last_decided_at=max((row["closed_at"] for row in last if row["closed_at"] >= today), default=0),
        )

    async def fleet(self) -> list[FleetCard]:
        """One card for every agent, by name."""
        values = await self._values()
        paused = values.get(workspace_rows.PAUSED)
        running = await self._recorder.query(effect_reads.running_now())
        around = Surroundings(
            asks=await self.asks(),
            running={row["run_id"]: row["title"] for row in running},
            spent=await self.spent_today(),
            everything_paused_by=paused["value"] if paused is not None else "",
            names=await self._names(),
        )
        fleet = await self._recorder.query(fleet_reads.fleet(self._days.today(self._now())))
        return [fleet_card(agent, fleet, around) for agent in fleet.agents]

    async def activity(self, minutes: int = 60, agent: str = "") -> list[ActivityMinute]:
        """The last minutes, oldest first, also those in which nothing happened; of one agent or of all."""
        last = self._now() // MINUTE
        first = last - minutes + 1
        rows = await self._recorder.query(effect_reads.per_minute(first * MINUTE, agent))
        actions = {row["minute"]: row["actions"] for row in rows}
        asked: dict[int, list[int]] = {}
        for row in await self._recorder.query(ask_reads.raised_since(first * MINUTE, agent)):
            urgency = priority(Tier(row["tier"]), row["answer_by"], row["raised_at"])
            asked.setdefault(row["raised_at"] // MINUTE, []).append(urgency)
        return [
            ActivityMinute(m * MINUTE, actions.get(m, 0), min(asked.get(m, [0])), len(asked.get(m, [])))
            for m in range(first, last + 1)
        ]

    async def spend(self, days: int = 31) -> list[SpendRow]:
        """Spend by local day (newest first), agent and model."""
        rows = await self._recorder.query(spend_reads.by_day(self._days.back(self._now(), days)))
        return [SpendRow(**row) for row in rows]

    async def budget(self) -> BudgetFigures:
        """Every cap with what is spent, reserved and left of it now; open reservations; entered prices."""
        day = self._days.day_of(self._now()).isoformat()
        row = (await self._values()).get(budget_rows.CAPS)
        terms = Terms(msgspec.json.decode(row["value"], type=Caps)) if row is not None else Terms()
        caps, names = caps_in_force(terms, await self.settings()), await self._names()
        used = await self._recorder.query(spend_reads.used_in(day[:7]))
        raised = await self._recorder.query(spend_reads.raised_in(day[:7]))
        return BudgetFigures(
            caps,
            day,
            day[:7],
            cap_lines(caps, day, used, raised),
            tuple(reservation_row(one) for one in await self._recorder.query(spend_reads.under_way())),
            tuple(price_row(one, names) for one in await self._recorder.query(spend_reads.prices())),
        )

    async def task_spend(self, limit: int = 200) -> list[TaskSpend]:
        """What finished tasks did cost, newest first."""
        return [TaskSpend(**row) for row in await self._recorder.query(spend_reads.finished_tasks(limit))]

    async def agents(self) -> list[AgentDetail]:
        """Every agent with its newest revision, by name."""
        names = await self._names()
        saved: dict[str, list[Row]] = {}
        for row in await self._recorder.query(workspace_reads.revisions()):
            saved.setdefault(row["name"], []).append(row)
        rows = await self._recorder.query(workspace_reads.all_agents())
        return [_agent(row, saved.get(row["name"], []), row["revision"], names) for row in rows]

    async def agent(self, name: str, revision: int = 0) -> AgentDetail | None:
        """One agent in its newest (or the named) revision; None where there is none."""
        saved = await self._recorder.query(workspace_reads.revisions(name))
        rows = [row for row in await self._recorder.query(workspace_reads.all_agents()) if row["name"] == name]
        if not rows or not any(row["revision"] == (revision or rows[0]["revision"]) for row in saved):
            return None
        return _agent(rows[0], saved, revision or rows[0]["revision"], await self._names())

    async def credentials(self) -> list[CredentialRow]:
        """Stored secrets, without their values."""
        names = await self._names()
        rows = await self._recorder.query(workspace_reads.stored_credentials())
        return [CredentialRow(r["account"], r["purpose"], r["stored_at"], names(r["stored_by"])) for r in rows]

    async def connections(self) -> list[ConnectionRow]:
        """Every way to a provider, by name, without keys."""
        values, names = await self._values(), await self._names()
        saved = [row for name, row in values.items() if name.startswith(workspace_rows.CONNECTION)]
        added = [msgspec.json.decode(row["value"], type=ConnectionSpec) for row in saved]
        every = {**own_connections(self._homes()), **{spec.name: spec for spec in added}}
        return [_connection(spec, spec in added, values, names) for _, spec in sorted(every.items())]


def _connection(spec: ConnectionSpec, added: bool, values: dict[str, Row], names: Names) -> ConnectionRow:
    key, test = values.get(workspace_rows.KEY + spec.name), values.get(workspace_rows.TEST + spec.name)
    breaker = values.get(workspace_rows.BREAKER + spec.name)
    kept = msgspec.json.decode(key["value"], type=KeyNote) if key is not None else KeyNote("", "")
    return ConnectionRow(
        spec,
        added,
        kept.address,
        key["at"] if key is not None else 0,
        names(kept.by) if kept.by else "",
        msgspec.json.decode(test["value"], type=TrialNote) if test is not None else None,
        test["at"] if test is not None else 0,
        msgspec.json.decode(breaker["value"], type=Breaker) if breaker is not None else CLOSED,
    )


def _agent(row: Row, saved: Sequence[Row], revision: int, names: Names) -> AgentDetail:
    spec = next((old["spec"] for old in saved if old["revision"] == revision), row["spec"])
    return AgentDetail(
        spec=msgspec.json.decode(spec, type=AgentSpec),
        revision=revision,
        paused=bool(row["paused_by"]),
        removed=bool(row["removed"]),
        revisions=tuple((old["revision"], old["saved_at"], names(old["saved_by"]), old["note"]) for old in saved),
        taught=row["taught"],
    )
