"""What a message is about: the vote over all of it, and whether another part of it asks something else."""

import re
from dataclasses import dataclass
from typing import Final

from runtime.domain.task import Task
from runtime.models.examples import Classified, ExampleIndex

LEAST_WORDS: Final = 5
"""Parts with fewer words (greetings, thanks) are no question of their own."""
SECOND_VOTE: Final = 0.75
"""How sure a part must be to count as a second question."""
SECOND_COUNT: Final = 3
MOST_PARTS: Final = 40
_SENTENCE: Final = re.compile(r"(?<=[.?!])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Reading:
    """The intent and how sure it is. ``second`` is another intent that a part of the message asks for, or empty."""

    intent: str
    confidence: float
    reason: str
    second: str = ""
    second_part: str = ""


def read_task(task: Task, index: ExampleIndex) -> Reading:
    """Classify subject and text; then look whether a sentence or paragraph of the text asks for something else."""
    found = index.classify(_whole(task))
    if not found.label:
        return Reading("", 0.0, "no example has a word in common with it")
    second, part = _second_question(task.text, found, index)
    return Reading(found.label, found.confidence, reason_for(found), second, part)


def reason_for(found: Classified) -> str:
    """ "7 of 10 nearest examples say order_status (share of the vote 0.81)"."""
    total = len(found.neighbours)
    share = f"share of the vote {found.confidence:.2f}"
    return f"{found.count} of {total} nearest examples say {found.label} ({share})"


def _whole(task: Task) -> str:
    subject = task.facts.get("subject", "")
    subject = re.sub(r"^(?:(?:re|fwd?|aw|wg)\s*:\s*)+", "", subject, flags=re.IGNORECASE)
    if task.text.strip() or "subject" in task.facts:
        return f"{subject}\n{task.text}"
    return task.title


def _second_question(text: str, first: Classified, index: ExampleIndex) -> tuple[str, str]:
    parts = [part.strip() for part in _SENTENCE.split(text)]
    asking = [part for part in parts if len(part.split()) >= LEAST_WORDS][:MOST_PARTS]
    if len(asking) < 2:
        return "", ""
    seen_first = False
    second: tuple[float, str, str] = (0.0, "", "")
    for part in asking:
        found = index.classify(part)
        if found.confidence < SECOND_VOTE or found.count < SECOND_COUNT:
            continue
        if found.label == first.label:
            seen_first = True
        elif found.confidence > second[0]:
            second = (found.confidence, found.label, part)
    # Without a part that asks for the first thing, the other part is the same question in other words.
    return (second[1], second[2]) if seen_first else ("", "")
