"""The words of an ask: groups, times left, undo, facts, what was decided. No Qt."""

from dataclasses import dataclass

from console.presenters.times import clock_time, day, duration, short_duration
from runtime.domain.money import dollars
from runtime.domain.verdict import Reason
from runtime.domain.words import AskState, EffectKind, VerdictKind
from runtime.projections.rows import AskDetail, AskRow, SimilarDecision

GROUPS = {
    1: ("Act now", "answer within 5 min"),
    2: ("Soon", "answer within 30 min"),
    3: ("When you can", "answer today"),
}
UNDO_SHORT = {
    EffectKind.READ: "changes nothing",
    EffectKind.REVERSIBLE: "reversible",
    EffectKind.COMPENSABLE: "can be countered",
    EffectKind.IRREVERSIBLE: "not reversible",
}
UNDO_HEAD = {
    EffectKind.READ: "Nothing to undo",
    EffectKind.REVERSIBLE: "Yes, exactly",
    EffectKind.COMPENSABLE: "By a counter-action",
    EffectKind.IRREVERSIBLE: "No",
}
_CHECKS = {
    "contract": "Contract",
    "permission": "Rule",
    "safety": "Safety check",
    "invariant": "Fixed rule",
    "limits": "Limit",
    "risk": "Risk",
    "effect": "Effect",
    "confidence": "Confidence",
    "budget": "Budget",
    "plan": "Plan",
}
_VERBS = {
    "approved": "approved this",
    "approved with edit": "approved this with an edit",
    "rejected": "rejected this",
    "told": "answered this",
}
OWN_WORDS_SHOWN = 600


def run_name(run_id: str) -> str:
    """The part of a run's id that people say."""
    return run_id[-4:].upper() if len(run_id) > 6 else run_id


def time_left(row: AskRow, now: int) -> int:
    """µs until the ask expires; it stands still while the run is paused."""
    return row.expires - (row.paused_since or now)


def left_text(row: AskRow, now: int) -> str:
    """At the right of the last line in the list."""
    if row.state is AskState.HELD:
        seconds = -(-max(0, row.takes_effect - now) // 1_000_000)
        return f"{row.ruling}, {seconds} s"
    if row.paused_since:
        return "waits for you" if row.unattended else "paused"
    left = time_left(row, now)
    return f"{short_duration(left)} left" if left > 0 else "expired"


def expires_text(row: AskRow, now: int) -> str:
    """At the right of the card's header."""
    if row.state is AskState.CLOSED:
        return ""
    if row.unattended:
        return f"Waits, with {duration(time_left(row, now))} left"
    if row.paused_since:
        return f"Paused with {duration(time_left(row, now))} left"
    left = time_left(row, now)
    return f"Expires in {duration(left)}" if left > 0 else "Expired"


def list_meta(row: AskRow) -> str:
    """Blast radius and whether it can be undone."""
    return f"{row.touches}, {UNDO_SHORT[row.effect]}"


def queue_note(row: AskRow, now: int) -> str:
    """Shelf, holder, repeats, or how much waits behind: the one thing that matters most."""
    if row.state is not AskState.WAITING:
        return ""
    if row.shelved_until:
        return f"returns in {short_duration(max(0, row.shelved_until - now))}"
    if row.repeats > 1 and row.same:
        return f"asked {row.repeats} times"
    if row.holder:
        return f"for {row.holder_name or row.holder}"
    if row.behind:
        return f"{row.behind} step{'s' * (row.behind > 1)} behind"
    return ""


def row_sentence(row: AskRow, now: int) -> str:
    """One line of the list for a screen reader."""
    group = GROUPS[row.priority][0]
    parts = (
        f"Priority {row.priority}, {group}",
        row.title,
        f"agent {row.agent}",
        f"tool {row.tool}",
        f"waiting {duration(now - row.raised_at)}",
        list_meta(row),
        left_text(row, now),
        *filter(None, (queue_note(row, now),)),
    )
    return ", ".join(parts)


def header_parts(detail: AskDetail, now: int) -> tuple[str, ...]:
    """Goal, run and step, waiting: the quiet words after the agent's name."""
    row = detail.row
    step = f", step {detail.step} of {detail.steps}" if detail.steps else ""
    until = detail.closed_at or now
    parts = [f"about “{detail.goal}”"] if detail.goal else []
    if row.holder:
        parts.append(f"for {row.holder_name or row.holder}" + (f": “{row.hand_note}”" if row.hand_note else ""))
    if row.shelved_until and row.state is not AskState.CLOSED:
        parts.append(f"shelved: “{row.shelf_reason}”")
    return (*parts, f"run {run_name(row.run_id)}{step}", f"waiting {duration(until - row.raised_at)}")


@dataclass(frozen=True, slots=True)
class FactText:
    """One column of the facts box. ``tone``: neutral, warn or crit."""

    caption: str
    headline: str
    detail: str = ""
    tone: str = "neutral"
    share: float | None = None


def facts(detail: AskDetail) -> tuple[FactText, ...]:
    """Touches, can it be undone, why you are asked, cost so far."""
    row = detail.row
    why = next((reason for reason in detail.reasons if reason.verdict is not VerdictKind.ALLOW), None)
    final = row.effect is EffectKind.IRREVERSIBLE
    cap = detail.cap_micros
    return (
        FactText("Touches", row.touches, row.tool),
        FactText("Can it be undone?", UNDO_HEAD[row.effect], detail.undo_sentence, "crit" if final else "neutral"),
        FactText("Why you are asked", reason_name(why) if why else "Policy", why.sentence if why else ""),
        FactText(
            "Cost so far",
            dollars(detail.cost_micros),
            f"of {dollars(cap)} for this run" if cap else "no cap",
            share=detail.cost_micros / cap if cap else None,
        ),
    )


def reason_name(reason: Reason) -> str:
    """What spoke: the rule's id, else the kind of check."""
    return reason.rule or _CHECKS.get(reason.check, reason.check.capitalize())


def check_kind(reason: Reason) -> str:
    """The kind of check, at the right of its sentence."""
    kind = _CHECKS.get(reason.check, reason.check)
    return f"{kind} {reason.rule}".strip()


def own_words(text: str) -> tuple[str, bool]:
    """What is shown at first, and whether there is more."""
    if len(text) <= OWN_WORDS_SHOWN:
        return text, False
    return text[:OWN_WORDS_SHOWN].rstrip() + " …", True


def similar_text(one: SimilarDecision, now: int) -> tuple[str, str, str, str]:
    """(icon, what, who and when, all of it for a screen reader) of an earlier decision."""
    icon = "rollback" if one.rolled_back else "rejected" if one.how == "rejected" else "approved"
    if one.how == "expired":
        icon = "waiting"
    failed = {"failed": "failed", "unknown": "not known whether it happened"}.get(one.outcome, "")
    how = "rolled back" if one.rolled_back else f"{one.how}, {failed}" if failed else one.how
    who = f"{one.by}, {day(one.at, now)}" if one.by else day(one.at, now)
    shown = one.title if how == "approved" else f"{one.title}, {how}"
    return icon, shown, who, f"{one.title}, {how}, {who}"


def similar_count(similar: tuple[SimilarDecision, ...]) -> str:
    """``3 of 4 approved``."""
    approved = sum(one.how.startswith("approved") for one in similar)
    return f"{approved} of {len(similar)} approved"


def held_sentence(ruling: str, mine: bool, who: str, can_release: bool) -> str:
    """What the held bar says; ``{seconds}`` is filled in as they pass."""
    subject = "You" if mine else who
    verb = _VERBS.get(ruling, f"{ruling} this")
    release = " Press A again to let it act now." if can_release else ""
    return f"{subject} {verb}. It takes effect in {{seconds}} s.{release}"


def decided_sentence(detail: AskDetail, who: str, mine: bool, hold_seconds: int, now: int) -> str:
    """Who decided and when, for a held ruling of somebody else or a closed ask."""
    row = detail.row
    if row.state is AskState.HELD:
        ago = duration(now - (row.takes_effect - hold_seconds * 1_000_000))
        return f"{who} {row.ruling} this {ago} ago."
    when = clock_time(detail.closed_at) if detail.closed_at else ""
    if row.ruling and row.ruled_by:
        subject = "You" if mine else who
        return f"{subject} {row.ruling} this. It took effect at {when}."
    if detail.closed_how == "expired":
        return f"Nobody answered in time. It expired at {when}; the action was not taken."
    return f"{detail.closed_sentence or 'This request is over.'} ({when})"
