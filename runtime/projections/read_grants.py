"""Read models of standing grants."""

from collections.abc import Mapping

import msgspec

from runtime.domain.events.grants import GrantGiven
from runtime.domain.policy import Policy
from runtime.domain.review_proposals import NotFine, stricter
from runtime.domain.rule_proposals import RuledAsk, RuleProposal, proposals
from runtime.domain.words import EffectKind, Tier
from runtime.projections.grant_rows import GrantRow, GrantUse
from runtime.projections.names import Names
from runtime.projections.proposal_rows import DismissedProposal
from runtime.projections.reading import Reading
from runtime.projections.row import Row
from runtime.projections.telling_grants import ended_words
from runtime.projections.workspace_rows import BROKEN, DISMISSED, POLICY
from storage.reads import grants as grant_reads
from storage.reads import recorded as recorded_reads
from storage.reads import reviews as review_reads
from storage.reads import workspace as workspace_reads

RULINGS = 1_000
"""How many rulings back history is looked at."""
REVIEWS = 100
"""How many reviews that say that something should have been asked."""


class GrantReading(Reading):
    """Approvals, Settings and the command line list them."""

    async def grants(self, limit: int = 200) -> list[GrantRow]:
        """Those that stand first, then the newest that are over. What ends one is seen here before it is recorded."""
        rows = await self._recorder.query(grant_reads.every(limit))
        if not rows:
            return []
        values, names = await self._values(), await self._names()
        people = {person.operator_id for person in await self.operators() if person.active}
        agents = {row["name"]: row for row in await self._recorder.query(workspace_reads.all_agents())}
        now = self._now()
        return [_grant_row(row, values, people, agents, names, now) for row in rows]

    async def rule_proposals(self) -> list[RuleProposal]:
        """Rules that ask for what a review says should have been asked; then others, where the newest thousand rulings
        speak clearly about one. Without those that were dismissed."""
        rows = await self._recorder.query(recorded_reads.ruled(RULINGS))
        ruled = [
            RuledAsk(
                row["decided_by"].removeprefix("rule "),
                row["agent"],
                row["tool"],
                row["resource"],
                row["arguments"],
                EffectKind(row["effect"]),
                Tier(row["tier"]),
                row["ruling"] != "rejected" and not row["harmful"],
                bool(row["undone"]),
            )
            for row in rows
            if row["decided_by"].startswith("rule ")
        ]
        aside = {one.key for one in await self.dismissed_proposals()}
        policy = await self.policy()
        found = (*stricter(await self._not_fine(), policy), *proposals(ruled, policy))
        return [one for one in found if one.key not in aside]

    async def _not_fine(self) -> list[NotFine]:
        """The newest actions of which somebody said that they should have been asked."""
        rows, names = await self._recorder.query(review_reads.not_fine(REVIEWS)), await self._names()
        return [
            NotFine(rule, row["agent"], row["tool"], row["resource"], row["why"], names(row["reviewed_by"]))
            for row in rows
            if (rule := row["decided_by"].removeprefix("rule ")) != row["decided_by"]
        ]

    async def dismissed_proposals(self) -> list[DismissedProposal]:
        """What people put aside, newest first."""
        values, names = await self._values(), await self._names()
        found = (
            msgspec.json.decode(row["value"], type=DismissedProposal)
            for name, row in values.items()
            if name.startswith(DISMISSED)
        )
        named = [msgspec.structs.replace(one, by=names(one.by)) for one in found]
        return sorted(named, key=lambda one: one.at, reverse=True)

    async def grant_uses(self, grant_id: str, limit: int = 200) -> list[GrantUse]:
        """What was done under one grant, newest first."""
        return [
            GrantUse(
                row["grant_id"],
                row["use"],
                row["run_id"],
                row["call_id"],
                row["at"],
                row["title"] or "",
                row["outcome"] or "",
                bool(row["undone"]),
            )
            for row in await self._recorder.query(grant_reads.uses(grant_id, limit))
        ]


def _grant_row(
    row: Row, values: Mapping[str, Row], people: set[str], agents: Mapping[str, Row], names: Names, now: int
) -> GrantRow:
    given = msgspec.json.decode(row["given"], type=GrantGiven)
    over = ended_words(row["ended_how"], row["ended_sentence"], names(row["ended_by"]))
    if not row["ended_at"]:
        over = _over(row, given, values, people, agents, now)
    return GrantRow(
        given,
        row["given_at"],
        names(given.by),
        row["used"],
        not over,
        row["ask_state"] == "held",
        over,
        row["ended_at"],
        row["last_used_at"],
    )


def _over(
    row: Row, given: GrantGiven, values: Mapping[str, Row], people: set[str], agents: Mapping[str, Row], now: int
) -> str:
    """As ``why_over`` sees it: the window shows it at once, the journal has it within half a second."""
    agent = agents.get(given.agent)
    policy = values.get(POLICY)
    version = msgspec.json.decode(policy["value"], type=Policy).version if policy is not None else 0
    if BROKEN in values and values[BROKEN]["value"]:
        return "The journal was found changed; approvals are off, and grants with them."
    if given.by not in people:
        return "Who gave it decides nothing here any more."
    if version != given.policy_version:
        return "The rules changed since it was given."
    if agent is None or agent["removed"] or agent["revision"] != given.newest_revision:
        return f"{given.agent} was changed or removed since it was given."
    return "" if now < given.until else "Its time is over."
