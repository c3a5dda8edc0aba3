"""What follows from the way an answer stopped: the same for every API, and the sentence a person reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Ending(StrEnum):
    """The ways an answer can end."""

    WHOLE = "whole"
    """It said what it wanted: its calls are judged, or its text is the answer."""
    PAUSED = "paused"
    """It will go on when asked again: the run's next turn does."""
    CUT = "cut"
    """It reached the most it may write. None of its calls runs; a person is told."""
    FULL = "full"
    """The conversation no longer fits the model. A person is told."""
    REFUSED = "refused"
    """The model refused. A person is told."""
    FILTERED = "filtered"
    """The provider's filter stopped it. A person is told."""
    STRANGE = "strange"
    """A word this program does not know. None of its calls runs; a person is told."""
    BROKEN = "broken"
    """The provider failed in the middle. It is asked again."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """``calls_run``: whether calls of such an answer go to the gate. ``sentence`` tells what happened."""

    calls_run: bool
    sentence: str


CONSEQUENCES: Final[dict[Ending, Consequence]] = {
    Ending.WHOLE: Consequence(True, ""),
    Ending.PAUSED: Consequence(False, "The model paused; it is asked to go on."),
    Ending.CUT: Consequence(
        False,
        "The answer reached the most the model may write and is cut off. None of its calls was run. "
        "Give the agent smaller tasks, or the connection a larger limit.",
    ),
    Ending.FULL: Consequence(
        False,
        "The conversation no longer fits into the model. Nothing of this answer was run. "
        "Give the agent smaller tasks, or a model that takes more.",
    ),
    Ending.REFUSED: Consequence(False, "The model refused. Nothing of this answer was run."),
    Ending.FILTERED: Consequence(False, "The provider's filter stopped the answer. Nothing of it was run."),
    Ending.STRANGE: Consequence(
        False, "The answer stopped in a way this program does not know. Nothing of it was run."
    ),
    Ending.BROKEN: Consequence(False, "The provider broke the answer off. Nothing of it was run."),
}

Stops = Mapping[str, Ending]
"""From a provider's words for the way an answer stopped to what they mean; told in the provider's file."""


def ending_of(stops: Stops, stop: str, refused: bool = False) -> Ending:
    """How an answer ended, small and capital letters alike. Words of refusal make it a refusal, whatever its word."""
    ending = stops.get(stop) or stops.get(stop.lower(), Ending.STRANGE)
    return Ending.REFUSED if refused and ending is Ending.WHOLE else ending
