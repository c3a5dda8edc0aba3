"""Refusing is an answer: a sentence that says what was wrong, what still holds and what to do."""

import msgspec


class Refusal(msgspec.Struct, frozen=True):
    """A command was not carried out; nothing was recorded.

    ``code`` is a short stable word for programs (exit status, tests); ``sentence`` is for people.
    """

    sentence: str
    code: str = "refused"


TOOL_GONE = "tool-gone"
"""The code where a tool is not there any more, or its agent's tools cannot be built."""
