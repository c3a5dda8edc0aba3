"""Words for judging by others than the actor: what a task is about, whether an outcome is good."""

from typing import assert_never

from runtime.domain.events.judgements import JudgementEvent, OutcomeJudged, TaskClassified
from runtime.projections.telling import Told, count, first_line, stop


def told_judgement(event: JudgementEvent) -> Told:
    """What is told about it."""
    match event:
        case TaskClassified(model=model, intent=intent, confidence=confidence, reason=reason):
            sure = "" if confidence is None else f", {confidence:.0%} sure"
            found = f"this is about {intent}" if intent else "this is nothing the agent has steps for"
            if not model:
                return Told(
                    "Task not classified", "note", first_line(reason), f"No model could be asked. {stop(reason)}"
                )
            said = f"{model} says {found}{sure}. {stop(reason)}" if reason else f"{model} says {found}{sure}."
            return Told("Task classified", "plan", intent or "nothing fits", said)
        case OutcomeJudged(met=met, findings=findings):
            missed = sum(not finding.met for finding in findings)
            criteria = f"{count(len(findings), 'criterion')}".replace("criterions", "criteria")
            if met:
                said = " ".join(stop(finding.sentence) for finding in findings)
                return Told("Outcome accepted", "done", criteria, f"The outcome meets {criteria}. {said}".rstrip())
            words = f"The outcome does not meet {missed} of {criteria}. {event.unmet}"
            return Told("Outcome not accepted", "warning", first_line(event.unmet), words)
        case _ as unreachable:
            assert_never(unreachable)
