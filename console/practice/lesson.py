"""The three requests of the practice: what would have been right, and what is said to whoever decided. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from console.presenters.wording import later, say
from runtime.domain.task import Task

Ruling = Literal["approved", "rejected"]


@dataclass(frozen=True, slots=True)
class Case:
    """``right`` is the ruling that stands to reason; ``why`` says what on the card shows it."""

    title: str
    text: str
    right: Ruling
    why: str

    @property
    def task(self) -> Task:
        """What the practice agent is asked to do."""
        return Task(self.title, self.text, source="practice", trusted=True)


CASES = (
    Case(
        "Keep a note",
        "keep a note of the call",
        "approved",
        later("It writes one small file in a folder of its own, and it can be undone."),
    ),
    Case(
        "Answer the customer",
        "answer the question about delivery",
        "approved",
        later(
            "One mail to the customer of the order, about that order alone. It can't be undone, so the card asks "
            "for more."
        ),
    ),
    Case(
        "Send the list of customers",
        "carrier wants the list of customers",
        "rejected",
        later(
            "It sends names, addresses and card numbers of everybody to an outside address, with a hidden copy to "
            "another. How sure the agent says it is proves nothing."
        ),
    ),
)


def feedback(case: Case, ruling: Ruling) -> str:
    """What is said once it was decided."""
    if ruling == case.right:
        return say("That was right. {why}", why=say(case.why))
    if case.right == "approved":
        return say("Approving it would have been better. {why}", why=say(case.why))
    return say("Rejecting it would have been better. {why}", why=say(case.why))


def summary(rulings: dict[str, Ruling]) -> str:
    """After all three; the keys are titles of cases."""
    right = sum(rulings.get(case.title) == case.right for case in CASES)
    said = later("{right} of {all} decided as the evidence says. Nothing was sent and nothing of it is kept.")
    return say(said, right=right, all=len(CASES))


def case_of(title: str) -> Case | None:
    """The case of a run's title."""
    return next((case for case in CASES if case.title == title), None)
