"""Asks as the approvals list and the decision card show them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from runtime.domain.action import Action
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.events.asks import AskApproved, AskRaised, AskRejected, CapAnswered, OutcomeTold
from runtime.domain.plan_review import KIND as PLAN
from runtime.domain.plan_review import SCHEMA as PLAN_SCHEMA
from runtime.domain.priority import priority
from runtime.domain.words import AskState, EffectKind, Tier
from runtime.projections.names import Names
from runtime.projections.row import Row
from runtime.projections.rows import AskDetail, AskedBefore, AskRow, SimilarDecision, TrackRecord
from runtime.projections.telling import plain_name

_MINUTE = 60_000_000


class Still(msgspec.Struct, frozen=True):
    """What is paused, and since when (µs UTC): everything (0 = not), and agents by name."""

    everything: int = 0
    agents: Mapping[str, int] = {}
    unattended: int = 0
    """Since when nobody attends: asks that may wait stand still as well."""

    def since(self, agent: str, run_paused_at: int) -> int:
        """Since when the deadlines of an ask stand still; 0 = they run."""
        pauses = (self.everything, self.agents.get(agent, 0), run_paused_at)
        return min((at for at in pauses if at), default=0)


def still(rows: Iterable[Sequence[Any]], unattended: int = 0) -> Still:
    """From rows of (``paused`` or ``agent:<name>``, since)."""
    everything = 0
    agents: dict[str, int] = {}
    for what, since in rows:
        if what == "paused":
            everything = since
        else:
            agents[str(what).removeprefix("agent:")] = since
    return Still(everything, agents, unattended)


def ask_row(row: Row, now: int, stands: Still, names: Names | None = None) -> AskRow:
    """One line of the approvals list; its priority follows from the time left now."""
    paused_since = stands.since(row["agent"], row["paused_at"] or 0) if row["state"] != AskState.CLOSED else 0
    alone = max(stands.unattended, row["raised_at"], row["moved_at"]) if stands.unattended and row["may_wait"] else 0
    unattended = bool(alone and row["state"] == AskState.WAITING and (not paused_since or alone < paused_since))
    paused_since = alone if unattended else paused_since
    tier = Tier(row["tier"])
    return AskRow(
        ask_id=row["ask_id"],
        kind=row["kind"],
        state=AskState(row["state"] or AskState.WAITING),
        title=row["title"],
        agent=row["agent"],
        tool=row["tool"],
        touches=row["touches"],
        effect=EffectKind(row["effect"] or EffectKind.IRREVERSIBLE),
        tier=tier,
        priority=priority(tier, row["answer_by"], paused_since or now),
        raised_at=row["raised_at"],
        answer_by=row["answer_by"],
        expires=row["expires"],
        run_id=row["run_id"],
        ruling=row["ruling"],
        ruled_by=plain_name(row["ruled_by"]),
        takes_effect=row["takes_effect"],
        paused_since=paused_since,
        unattended=unattended,
        rule=row["rule"],
        same=row["same"],
        repeats=row["repeats"],
        behind=row["behind"] or 0,
        seen_at=row["seen_at"],
        shelved_until=row["shelved_until"],
        shelf_reason=row["shelf_reason"],
        holder=row["holder"],
        holder_name=names(row["holder"]) if names is not None and row["holder"] else row["holder"],
        handed_by=plain_name(row["handed_by"]),
        hand_note=row["hand_note"],
    )


def in_order(rows: Iterable[AskRow], now: int) -> list[AskRow]:
    """By priority, then time left in whole minutes (of one that stands still: what was left then), then by how many
    steps wait behind, then age."""
    return sorted(rows, key=lambda row: (row.priority, _minute(row, now), -row.behind, row.raised_at))


def _minute(row: AskRow, now: int) -> int:
    """The minute it is to be answered by: the same for all that run, so that passing time alone reorders nothing."""
    stood = now - row.paused_since if row.paused_since else 0
    return (row.answer_by + stood) // _MINUTE


def raised_of(row: Row) -> AskRaised:
    """The event that raised the ask."""
    return msgspec.json.decode(row["raised"], type=AskRaised)


def ask_detail(
    row: Row,
    raised: AskRaised,
    line: AskRow,
    spec: AgentSpec | None,
    alike: Sequence[Row],
    before: Sequence[Row],
    track: Row,
    input_schema: str,
    cost_micros: int,
    names: Names,
) -> AskDetail:
    """The decision card."""
    return AskDetail(
        row=line,
        goal=raised.goal,
        revision=raised.revision,
        action=raised.action,
        digest=raised.digest,
        reasons=raised.reasons,
        checks=raised.checks,
        undo_sentence=raised.undo_sentence,
        confidence=raised.confidence,
        agent_words=raised.agent_words,
        cost_micros=max(raised.cost_micros, cost_micros),
        cap_micros=spec.limits.cost_micros if spec is not None else 0,
        step=raised.step,
        steps=raised.steps,
        similar=tuple(similar(other, names) for other in alike),
        track=TrackRecord(track["stated"], track["cases"], track["right"]),
        edited=edited_action(row),
        closed_how=row["closed_how"],
        closed_sentence=row["closed_sentence"],
        closed_at=row["closed_at"],
        input_schema=PLAN_SCHEMA if raised.kind == PLAN else input_schema,
        cap=raised.cap,
        known=raised.known,
        anew=raised.anew,
        before=next((asked_before(other, names) for other in before), None),
        harmful=row["harmful"],
        harmful_by=names(row["harmful_by"]),
    )


def similar(row: Row, names: Names) -> SimilarDecision:
    """An earlier decision about something alike."""
    return SimilarDecision(
        ask_id=row["ask_id"],
        title=row["title"],
        how=row["ruling"],
        by=names(row["ruled_by"]),
        at=row["ruled_at"],
        rolled_back=bool(row["rolled_back"]),
        outcome=row["outcome"] or "",
        harmful=bool(row["harmful"]),
    )


def asked_before(row: Row, names: Names) -> AskedBefore:
    """The last time the same run asked for the same tool."""
    how = row["ruling"] or row["closed_how"]
    at = row["ruled_at"] or row["closed_at"] or row["raised_at"]
    return AskedBefore(raised_of(row).action, how, names(row["ruled_by"]), at)


def edited_action(row: Row) -> Action | None:
    """What a person made of the action, where they edited it."""
    if not row["ruling_event"]:
        return None
    ruling = msgspec.json.decode(row["ruling_event"], type=AskApproved | AskRejected | OutcomeTold | CapAnswered)
    return ruling.edited if isinstance(ruling, AskApproved) else None
