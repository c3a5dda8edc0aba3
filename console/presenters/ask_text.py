"""The words of an ask: groups, times left, undo, facts, what was decided. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass

from console.presenters.times import clock_time, day, duration, short_duration
from console.presenters.wording import dollars, say
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
    "contract": "Arguments",
    "permission": "Rule",
    "safety": "Safety check",
    "invariant": "Fixed rule",
    "limits": "Limit",
    "risk": "Risk",
    "effect": "Undo",
    "confidence": "Confidence",
    "budget": "Budget",
    "plan": "Plan",
}
_HELD_MINE = {
    "approved": "You approved this. It takes effect in {seconds} s.",
    "approved with edit": "You approved this with an edit. It takes effect in {seconds} s.",
    "rejected": "You rejected this. It takes effect in {seconds} s.",
    "told": "You answered this. It takes effect in {seconds} s.",
}
_HELD_THEIRS = {
    "approved": "{who} approved this. It takes effect in {seconds} s.",
    "approved with edit": "{who} approved this with an edit. It takes effect in {seconds} s.",
    "rejected": "{who} rejected this. It takes effect in {seconds} s.",
    "told": "{who} answered this. It takes effect in {seconds} s.",
}
_THEIRS_TOOK_EFFECT = "{who} {ruling} this. It took effect at {when}."
OWN_WORDS_SHOWN = 600
_LEAST_TOUCHES = 6
"""Signs; less of what is touched says nothing."""


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
        return say("{ruling}, {seconds} s", ruling=say(row.ruling), seconds=seconds)
    if row.paused_since:
        return say("waits for you") if row.unattended else say("paused")
    left = time_left(row, now)
    return say("{time} left", time=short_duration(left)) if left > 0 else say("expired")


def expires_text(row: AskRow, now: int) -> str:
    """At the right of the card's header. A consent that is held can still expire; a rejection can't."""
    if row.state is AskState.CLOSED or (row.state is AskState.HELD and row.ruling == "rejected"):
        return ""
    if row.unattended:
        return say("Waits, with {time} left", time=duration(time_left(row, now)))
    if row.paused_since:
        return say("Paused with {time} left", time=duration(time_left(row, now)))
    left = time_left(row, now)
    return say("Expires in {time}", time=duration(left)) if left > 0 else say("Expired")


def answer_text(row: AskRow, now: int) -> str:
    """When an answer is wanted, before the request expires; nothing once it was given or while it is paused."""
    if row.state is not AskState.WAITING or row.paused_since or row.unattended:
        return ""
    left = row.answer_by - now
    if left > 0:
        return say("answer within {time}", time=short_duration(left))
    return say("answer wanted {time} ago", time=short_duration(-left))


def list_meta(row: AskRow, touches: str | None = None) -> str:
    """Blast radius, or as much of it as there is room for, and whether it can be undone."""
    return say("{touches}, {undo}", touches=row.touches if touches is None else touches, undo=undo_words(row))


def undo_words(row: AskRow) -> str:
    """Whether it can be undone, in one or two words."""
    return say(UNDO_SHORT[row.effect])


def list_meta_within(row: AskRow, room: int, wide: Callable[[str], int], cut: Callable[[str, int], str]) -> str:
    """``list_meta`` in so many pixels: what is touched is cut, or left out, before whether it can be undone is.

    ``wide`` measures a text, ``cut`` makes one fit.
    """
    whole = list_meta(row)
    if wide(whole) <= room:
        return whole
    touches = cut(row.touches, room - wide(list_meta(row, touches="")))
    return list_meta(row, touches=touches) if len(touches) >= _LEAST_TOUCHES else undo_words(row)


def queue_note(row: AskRow, now: int) -> str:
    """Shelf, holder, repeats, or how much waits behind: the one thing that matters most."""
    if row.state is not AskState.WAITING:
        return ""
    if row.shelved_until:
        return say("returns in {time}", time=short_duration(max(0, row.shelved_until - now)))
    if row.repeats > 1 and row.same:
        return say("asked {count} times", count=row.repeats)
    if row.holder:
        return say("for {person}", person=row.holder_name or row.holder)
    if row.behind:
        return say("1 step behind") if row.behind == 1 else say("{count} steps behind", count=row.behind)
    return ""


def row_sentence(row: AskRow, now: int) -> str:
    """One line of the list for a screen reader."""
    group = say(GROUPS[row.priority][0])
    parts = (
        say("Priority {priority}, {group}", priority=row.priority, group=group),
        row.title,
        say("agent {agent}", agent=row.agent),
        say("tool {tool}", tool=row.tool),
        say("waiting {time}", time=duration(now - row.raised_at)),
        list_meta(row),
        left_text(row, now),
        *filter(None, (queue_note(row, now),)),
    )
    return ", ".join(parts)


def goal_text(detail: AskDetail) -> str:
    """What the agent was asked to do, behind its name in the card's header."""
    return say("about “{goal}”", goal=detail.goal) if detail.goal else ""


def header_parts(detail: AskDetail, now: int) -> tuple[str, ...]:
    """Holder and shelf, run and step, waiting: the quiet words behind the goal."""
    row = detail.row
    run, until = run_name(row.run_id), detail.closed_at or now
    parts: list[str] = []
    if row.holder:
        person, note = row.holder_name or row.holder, row.hand_note
        noted = say("for {person}: “{note}”", person=person, note=note) if note else say("for {person}", person=person)
        parts.append(noted)
    if row.shelved_until and row.state is not AskState.CLOSED:
        parts.append(say("shelved: “{reason}”", reason=row.shelf_reason))
    if detail.steps:
        parts.append(say("run {run}, step {step} of {steps}", run=run, step=detail.step, steps=detail.steps))
    else:
        parts.append(say("run {run}", run=run))
    return (*parts, say("waiting {time}", time=short_duration(until - row.raised_at)))


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
        FactText(say("Touches"), row.touches, row.tool),
        FactText(
            say("Can it be undone?"), say(UNDO_HEAD[row.effect]), detail.undo_sentence, "crit" if final else "neutral"
        ),
        FactText(say("Why you are asked"), reason_name(why) if why else say("Policy"), why.sentence if why else ""),
        FactText(
            say("Cost so far"),
            dollars(detail.cost_micros),
            say("of {cap} for this run", cap=dollars(cap)) if cap else say("no cap"),
            share=detail.cost_micros / cap if cap else None,
        ),
    )


def reason_name(reason: Reason) -> str:
    """What spoke: the rule's id, else the kind of check."""
    return reason.rule or say(_CHECKS.get(reason.check, reason.check.capitalize()))


def check_kind(reason: Reason) -> str:
    """The kind of check, at the right of its sentence."""
    kind = say(_CHECKS.get(reason.check, reason.check))
    return say("{kind} {rule}", kind=kind, rule=reason.rule) if reason.rule else kind


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
    how = say("rolled back") if one.rolled_back else say(one.how)
    if one.harmful:
        icon, how = "warning", say("{how}, found harmful", how=how)
    if not one.rolled_back and one.outcome == "failed":
        how = say("{how}, failed", how=how)
    elif not one.rolled_back and one.outcome == "unknown":
        how = say("{how}, not known whether it happened", how=how)
    who = say("{person}, {day}", person=one.by, day=day(one.at, now)) if one.by else day(one.at, now)
    plain = one.how == "approved" and not (one.rolled_back or one.harmful) and one.outcome not in ("failed", "unknown")
    whole = say("{title}, {how}", title=one.title, how=how)
    return icon, one.title if plain else whole, who, say("{what}, {who}", what=whole, who=who)


def similar_count(similar: tuple[SimilarDecision, ...]) -> str:
    """``3 of 4 approved``."""
    approved = sum(one.how.startswith("approved") for one in similar)
    return say("{some} of {all} approved", some=approved, all=len(similar))


def held_sentence(ruling: str, mine: bool, who: str, can_release: bool) -> str:
    """What the held bar says; ``{seconds}`` is filled in as they pass."""
    known = ruling if ruling in _HELD_MINE else "told"
    template = _HELD_MINE[known] if mine else _HELD_THEIRS[known]
    said = say(template, who=who.replace("{", "{{").replace("}", "}}"), seconds="{seconds}")
    return said + " " + say("Press A again to let it act now.") if can_release else said


def decided_sentence(detail: AskDetail, who: str, mine: bool, hold_seconds: int, now: int) -> str:
    """Who decided and when, for a held ruling of somebody else or a closed ask."""
    row = detail.row
    if row.state is AskState.HELD:
        ago = duration(now - (row.takes_effect - hold_seconds * 1_000_000))
        return say("{who} {ruling} this {time} ago.", who=who, ruling=say(row.ruling), time=ago)
    when = clock_time(detail.closed_at) if detail.closed_at else ""
    if row.ruling and row.ruled_by:
        template = "You {ruling} this. It took effect at {when}." if mine else _THEIRS_TOOK_EFFECT
        return say(template, who=who, ruling=say(row.ruling), when=when)
    if detail.closed_how == "expired":
        return say("Nobody answered in time. It expired at {when}; the action was not taken.", when=when)
    return say("{what} ({when})", what=detail.closed_sentence or say("This request is over."), when=when)
