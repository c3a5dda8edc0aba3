"""The first line of a repeated ask: what differs from last time, and what came of that. No Qt."""

import json
from typing import Any

from console.presenters.times import duration
from console.presenters.visible_text import as_words
from console.presenters.wording import number, say
from runtime.domain.action import Action
from runtime.projections.rows import AskedBefore

_LONGEST = 60
_MOST = 4
_ENDED = {
    "approved": "approved",
    "approved with edit": "approved with an edit",
    "rejected": "rejected",
    "expired": "unanswered in time",
    "withdrawn": "withdrawn",
}


def differs_text(action: Action, before: AskedBefore | None, now: int) -> str:
    """``Differs from last time: amount 8400, was 9900. That was rejected by Anna 2 min ago.``; "" the first time."""
    if before is None:
        return ""
    changes = _changes(json.loads(before.action.arguments), json.loads(action.arguments))
    listed = "; ".join(changes[:_MOST])
    if len(changes) > _MOST:
        more = number(len(changes) - _MOST)
        head = say("Differs from last time: {changes} and {count} more.", changes=listed, count=more)
    elif changes:
        head = say("Differs from last time: {changes}.", changes=listed)
    else:
        head = say("The same as last time.")
    ended = say(_ENDED.get(before.how, before.how or "not answered yet"))
    ago = duration(max(0, now - before.at))
    if before.by:
        said = say("That was {ended} by {who} {time} ago.", ended=ended, who=before.by, time=ago)
    else:
        said = say("That was {ended} {time} ago.", ended=ended, time=ago)
    return f"{head} {said}"


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    said = []
    for name in [*after, *(name for name in before if name not in after)]:
        if name not in before:
            said.append(say("{name} {value} is new", name=_plain(name), value=_value(after[name])))
        elif name not in after:
            said.append(say("{name} is left out, was {value}", name=_plain(name), value=_value(before[name])))
        elif _exact(before[name]) != _exact(after[name]):
            said.append(f"{_plain(name)} {_pair(after[name], before[name])}")
    return said


def _exact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _plain(text: str) -> str:
    return as_words(text.replace("\n", "\\n"))


def _value(value: Any) -> str:
    said = as_words(_exact(value))
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def _pair(after: Any, before: Any) -> str:
    """Both values, or that they differ where they are too long to stand in one line."""
    new, old = _value(after), _value(before)
    if new == old or len(new) + len(old) > 2 * _LONGEST:
        lengths = {"now": number(len(_exact(after))), "before": number(len(_exact(before)))}
        return say("({now} characters, were {before}; compare below)", **lengths)
    return say("{new}, was {old}", new=new, old=old)
