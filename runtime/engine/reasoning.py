"""A model's summary of its reasoning: passed on while it streams, apart from the answer, and kept with the answer."""

from typing import Final

from runtime.engine.progress import REASONING, ProgressFeed, answering

KEPT_CHARACTERS: Final = 2_000
"""Of one answer's summary; all of it is in the kept exchange."""


def kept(summary: str) -> str:
    """The summary as it is recorded: its beginning, and a sign where it went on."""
    return summary if len(summary) <= KEPT_CHARACTERS else summary[: KEPT_CHARACTERS - 2] + " …"


class RunListener:
    """Hears what a model says for one run and shows it to whoever watches; nothing of it is kept."""

    __slots__ = ("_feed", "_reasons", "_run_id", "_says")

    def __init__(self, feed: ProgressFeed, run_id: str, after: int) -> None:
        """``after``: the seq that the journal had reached when the model was asked."""
        self._feed, self._run_id = feed, run_id
        self._says, self._reasons = answering("", after), answering(REASONING, after)

    def __call__(self, text: str, /) -> None:
        """A piece of the answer."""
        self._feed.say(self._run_id, self._says, text)

    def reasoning(self, text: str, /) -> None:
        """A piece of the summary of its reasoning."""
        self._feed.say(self._run_id, self._reasons, text)
