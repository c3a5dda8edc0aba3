"""The words of the sample that is reviewed: what ran without asking, what allowed it, what came of it. No Qt."""

from console.presenters.ask_text import UNDO_HEAD, FactText, run_name
from console.presenters.times import day_and_time, milliseconds
from console.presenters.wording import later, number, say
from runtime.domain.decide_review import BYTES, NEWEST
from runtime.domain.words import CallOutcome, EffectKind
from runtime.projections.rows import SampledAction

_CAME = {
    CallOutcome.OK: later("It was done"),
    CallOutcome.FAILED: later("It failed"),
    CallOutcome.CANCELLED: later("It was stopped"),
    CallOutcome.UNKNOWN: later("Nobody knows"),
}


def offer(count: int) -> str:
    """On the button."""
    return say("Review 1 allowed action") if count == 1 else say("Review {count} allowed actions", count=number(count))


def offered_late(count: int) -> str:
    """In the place of a button, where the sample grew while a person looked: buttons do not come under their hand."""
    if count == 1:
        return say("1 allowed action can be reviewed, see the keys below.")
    return say("{count} allowed actions can be reviewed, see the keys below.", count=number(count))


def why_offered() -> str:
    """Below the button."""
    return say("A short look at what ran without asking keeps your eye in.")


def nothing_to_review() -> tuple[str, str]:
    """Headline and sentence, where somebody asks for a sample and there is none left."""
    drawn = say(
        "Of what ran without asking 1 in {share} is drawn, of the newest {newest} actions.",
        newest=number(NEWEST),
        share=number(256 // BYTES),
    )
    return say("Nothing is left to review"), drawn


def allowed_by(one: SampledAction) -> str:
    """The name of the rule, else what spoke."""
    return one.rule.removeprefix("rule ") or say("none named")


def head_parts(one: SampledAction, at: int, of: int, now: int) -> str:
    """Run, when, which of the sample: the quiet words behind the agent's name."""
    when = day_and_time(one.at, now)
    place = say("{at} of {of} in the sample", at=at, of=of)
    ran = say("run {run}, {about}", run=run_name(one.run_id), about=one.run)
    return "   ".join((ran, say("ran {when}", when=when), place))


def review_facts(one: SampledAction) -> tuple[FactText, ...]:
    """Touches, can it be undone, why nobody was asked, what came of it."""
    undone = say("It was undone since.") if one.undone else ""
    tone = "crit" if one.effect is EffectKind.IRREVERSIBLE else "neutral"
    came = "neutral" if one.outcome is CallOutcome.OK else "warn"
    took = say("took {time}", time=milliseconds(one.duration_ms)) if one.duration_ms else ""
    tier = say("This rule allowed it; tier {tier}.", tier=int(one.tier))
    return (
        FactText(say("Touched"), one.touches or say("nothing named"), one.action.tool),
        FactText(say("Can it be undone?"), say(UNDO_HEAD[one.effect]), undone, tone),
        FactText(say("Why nobody was asked"), allowed_by(one), tier),
        FactText(say("What came of it"), say(_CAME[one.outcome]), took, came),
    )


def came_of(one: SampledAction) -> str:
    """The tool's own summary, and why it failed."""
    return "\n".join(filter(None, (one.summary, one.failure)))
