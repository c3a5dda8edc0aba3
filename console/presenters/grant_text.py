"""Standing grants in words, and the words a person types as terms: "1h", "run", "10x", "amount=1..50". No Qt."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from console.presenters.times import day_and_time, duration
from console.presenters.visible_text import marked
from console.presenters.wording import number as figure
from console.presenters.wording import say
from runtime.domain.action import BadArguments, canonical, parse_arguments
from runtime.domain.events.grants import GrantGiven, Widened
from runtime.domain.grant import number
from runtime.domain.grant_commands import GrantTerms
from runtime.projections.grant_rows import GrantRow
from runtime.projections.telling_grants import within_words

DAY: Final = 24 * 3600
_SPAN = re.compile(r"(\d{1,6})\s*(m|min|h|d)\Z")
_TIMES = re.compile(r"(\d{1,6})\s*x\Z")
_NUMBERS = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)\Z")
_UNITS = {"m": 60, "min": 60, "h": 3600, "d": DAY}

HOW_TO_SAY = "Say how long or how often: 30m, 1h, 1d, run (this run), 10x. Several are joined: 10x,1h."


class BadTerms(ValueError):
    """What was typed is no term; the message is a sentence."""


def terms_from(typed: str, vary: Sequence[str] = (), resources: str = "", arguments: str = "{}") -> GrantTerms:
    """The terms that were typed. Raises BadTerms."""
    seconds, uses, this_run = 0, 0, False
    for word in filter(None, (part.strip().lower() for part in typed.split(","))):
        if span := _SPAN.match(word):
            seconds = int(span[1]) * _UNITS[span[2]]
        elif times := _TIMES.match(word):
            uses = int(times[1])
        elif word == "run":
            this_run = True
        else:
            raise BadTerms(say("{word} is no term of a grant.", word=repr(word)) + " " + say(HOW_TO_SAY))
    if not (seconds or uses or this_run):
        raise BadTerms(say(HOW_TO_SAY))
    widened = tuple(_limit(one, arguments) for one in vary)
    return GrantTerms(seconds or DAY, uses or 100, this_run, widened, resources)


def _limit(typed: str, arguments: str) -> Widened:
    name, sign, limit = typed.partition("=")
    if not sign:
        raise BadTerms(say("{typed}: write the argument and its limit, for example amount=1..50.", typed=repr(typed)))
    return limit_from(name.strip(), limit.strip(), arguments)


def limit_from(argument: str, limit: str, arguments: str) -> Widened:
    """ "1..50" for numbers, "any:200" for a text of at most so many characters, "open|closed" for a choice."""
    if numbers := _NUMBERS.match(limit):
        return Widened(argument, float(numbers[1]), float(numbers[2]))
    if limit.startswith("any:"):
        if not limit[4:].isdecimal():
            said = "{argument}: write any: and the most characters it may have, for example any:200."
            raise BadTerms(say(said, argument=argument))
        return Widened(argument, longest=int(limit[4:]))
    try:
        is_text = isinstance(parse_arguments(arguments).get(argument), str)
    except BadArguments:
        is_text = True
    return Widened(argument, one_of=tuple(_exact(part.strip(), is_text) for part in limit.split("|") if part.strip()))


def limits_from(typed: dict[str, str], arguments: str) -> tuple[Widened, ...]:
    """The limits that were typed, by argument; an empty field is exact. Raises BadTerms."""
    found = []
    for name, limit in typed.items():
        if limit.strip():
            one = limit_from(name, limit.strip(), arguments)
            if not (one.one_of or one.longest or one.most is not None):
                raise BadTerms(say("{name}: {limit} is no limit.", name=name, limit=limit))
            found.append(one)
    return tuple(found)


def _exact(typed: str, is_text: bool) -> str:
    """A choice as it stands in the exact arguments; what is a text there is a text here."""
    if not is_text or typed.startswith('"'):
        try:
            return canonical(msgspec.json.decode(typed))
        except (msgspec.DecodeError, BadArguments):
            pass
    return canonical(typed)


def condition_lines(given: GrantGiven) -> tuple[tuple[str, str], ...]:
    """(what, how) of the whole condition, line by line; nothing is left out."""
    lines = [
        (say("Agent"), say("{agent}, revision {revision}", agent=given.agent, revision=given.revision)),
        (say("Tool"), given.tool),
        (say("Touches"), given.resources or say("exactly {what}", what=marked(given.resource))),
        (say("Run"), say("only {run}", run=given.run_id[-6:]) if given.run_id else say("any run of the agent")),
    ]
    varies = {one.argument: one for one in given.widened}
    try:
        arguments = parse_arguments(given.arguments)
    except BadArguments:
        return (*lines, (say("Arguments"), marked(given.arguments)))
    for name in arguments:
        exact = say("exactly {what}", what=marked(canonical(arguments[name])))
        lines.append((name, within_words(varies[name]) if name in varies else exact))
    return tuple(lines)


def left_words(row: GrantRow, now: int) -> str:
    """ "7 of 10 uses left, 42 min 10 s left"; why it holds no more, where it does not."""
    if not row.standing:
        return row.over
    if row.waits:
        return say("begins when its approval acts")
    time, left, uses = duration(max(0, row.given.until - now)), figure(row.left), figure(row.given.uses)
    return say("{left} of {uses} uses left, {time} left", left=left, uses=uses, time=time)


def grant_sentence(row: GrantRow, now: int) -> str:
    """One grant read aloud."""
    state = left_words(row, now)
    return say(
        "Grant {number}: {agent}, {title}. {state}. Given by {person}.",
        number=number(row.given.grant_id),
        agent=row.given.agent,
        title=row.given.title,
        state=state,
        person=row.by,
    )


def given_words(row: GrantRow, now: int) -> str:
    """ "Anna, today 14:02"."""
    return say("{person}, {time}", person=row.by, time=day_and_time(row.given_at, now))
