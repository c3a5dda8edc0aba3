"""Read models of the queue as a whole: who attends, floods, health figures, approvals by rule."""

import msgspec

from runtime.domain.events.people import FloodEnded
from runtime.domain.presence import Presence, unattended_since
from runtime.projections import workspace_rows
from runtime.projections.afterwards import Afterwards
from runtime.projections.names import Names
from runtime.projections.presence_view import presence
from runtime.projections.queue_health import health, rule_rate
from runtime.projections.queue_rows import MINUTE, FloodSummary, HealthFigures, PersonState, QueueState, RuleRate
from runtime.projections.reading import Reading
from runtime.projections.row import Row
from storage.reads import afterwards as afterwards_reads
from storage.reads import health as health_reads
from storage.reads import reviews as review_reads

WEEK = 7 * 24 * 60 * MINUTE


class QueueReading(Reading):
    """The banner, the rail's foot, "This week", and what notifications and rules are made of."""

    async def queue(self, operator: str = "") -> QueueState:
        """How the queue stands; ``operator`` (id) is whose pace of deciding is told."""
        values, known = await self._values(), await self.operators()
        there = presence(values)
        people = {one.operator_id: one for one in known}
        flood = values.get(workspace_rows.FLOOD)
        decided = await self._recorder.query(health_reads.decided_since(operator, self._now() - 30 * MINUTE))
        return QueueState(
            people=tuple(_person(one.operator_id, one.name, there) for one in known if one.active),
            unattended_since=unattended_since(people, there),
            flood_since=flood["at"] if flood is not None else 0,
            flood_asks=int(flood["value"]) if flood is not None else 0,
            last_flood=_flood(values.get(workspace_rows.FLOOD_OVER)),
            decided_in_30_min=decided[0]["decided"],
        )

    async def queue_health(self, days: int = 7, until: int = 0) -> HealthFigures:
        """The figures of so many days up to ``until`` (0 = now), decisions by rule in the same time."""
        now = self._now()
        end = until or now + 1
        since = end - days * WEEK // 7
        asks = await self._recorder.query(health_reads.asked_between(since, end))
        rules = await self._recorder.query(health_reads.by_rule(since, end))
        [said] = await self._recorder.query(review_reads.said_between(since, end))
        return health(asks, rules, since, end, now, (said["reviewed"], said["should_have_asked"]))

    async def afterwards(self, operator: str) -> list[Afterwards]:
        """What this person approved, or allowed ahead, and came out otherwise, as far as they have not read of it."""
        names = await self._names()
        undone = await self._recorder.query(afterwards_reads.undone(operator))
        harmful = await self._recorder.query(afterwards_reads.harmful(operator))
        granted = await self._recorder.query(afterwards_reads.undone_under_grants(operator))
        found = [_came_of(row, names) for row in undone] + [_came_of(row, names, row["why"]) for row in harmful]
        found += [_came_of(row, names, grant_id=row["grant_id"]) for row in granted]
        return sorted(found, key=lambda one: one.at)

    async def rule_rates(self, days: int = 90) -> list[RuleRate]:
        """What became of what a rule asked about in so many days, those with most decisions first."""
        now = self._now() + 1
        rows = await self._recorder.query(health_reads.by_rule(now - days * WEEK // 7, now))
        return [rule_rate(row) for row in rows]


def _came_of(row: Row, names: Names, harm: str = "", grant_id: str = "") -> Afterwards:
    return Afterwards(row["ask_id"], row["title"], row["run_id"], row["at"], names(row["by"]), harm, grant_id)


def _person(operator_id: str, name: str, there: dict[str, Presence]) -> PersonState:
    one = there.get(operator_id, Presence())
    return PersonState(operator_id, name, one.on_duty, one.duty_since, one.away_since)


def _flood(row: Row | None) -> FloodSummary | None:
    if row is None:
        return None
    over = msgspec.json.decode(row["value"], type=FloodEnded)
    return FloodSummary(
        over.began, row["at"], over.asks, over.by_priority, over.decided, over.expired, over.waiting, over.agents
    )
