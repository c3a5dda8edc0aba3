"""The words of the audit screen: cells of a row, lines about the list, the state of the chain, one entry. No Qt."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.presenters.times import clock_time, day_of_year, local, milliseconds
from console.presenters.wording import number, say
from runtime.domain.money import MICROS_PER_DOLLAR
from runtime.projections.rows import AuditEntry, AuditRow

_TOOL = re.compile(r"([a-z][a-z0-9_]*\.[a-z][a-z0-9_.]*)(?: +|$)")
_RULE = re.compile(r"\A(?:rule|check|limit|permission|safety) (?=\S)")
"""The kind of check before a rule's name; the name alone fits the column, and the entry has both."""
SHORT_HASH = 8

ICONS = {
    "ask": "waiting",
    "approved": "approved",
    "rejected": "rejected",
    "denied": "ban",
    "expired": "clock",
    "done": "check",
    "finished": "check",
    "call": "terminal",
    "failed": "warning",
    "warning": "warning",
    "conflict": "warning",
    "undone": "rollback",
    "checkpoint": "bookmark",
    "paused": "pause",
    "resumed": "play",
    "note": "circle",
    "message": "message-square",
    "escalated": "users",
    "plan": "list",
}
AMBER = frozenset({"failed", "warning", "conflict"})
STRONG = frozenset({"ask", "approved", "rejected", "denied", "expired", "undone", "paused", "escalated", "conflict"})


@dataclass(frozen=True, slots=True)
class AuditCells:
    """One row as texts. ``tool`` is the part of What that names a tool."""

    seq: str
    time: str
    who: str
    event: str
    icon: str
    tool: str
    what: str
    decided_by: str
    cost: str

    @property
    def sentence(self) -> str:
        """The whole row, read aloud."""
        decided = (
            say("decided by {decided_by}", decided_by=self.decided_by) if self.decided_by else say("decided by none")
        )
        cost = say("cost {cost} dollars", cost=self.cost) if self.cost else say("cost none")
        what = " ".join(filter(None, (self.tool, self.what))) or "none"
        return say(
            "Entry {seq}, {time}, {who}, {event}: {what}, {decided}, {cost}",
            seq=self.seq,
            time=self.time,
            who=self.who,
            event=self.event,
            what=what,
            decided=decided,
            cost=cost,
        )


def _who(author: str, names: Mapping[str, str]) -> str:
    """A person's name, an agent's, what brought work in by itself ("inbox"), or the console."""
    return names.get(author, author.removeprefix("trigger:")) or "console"


def _decided(row: AuditRow) -> str:
    """A rule's or check's name; where the arguments alone decided, that they did not fit, or that nobody had to."""
    if row.decided_by == "contract":
        return say("arguments") if row.mark == "denied" else say("auto")
    return _RULE.sub("", row.decided_by)


def audit_cells(row: AuditRow, now: int, names: Mapping[str, str]) -> AuditCells:
    """``names`` are people's names by id."""
    found = _TOOL.match(row.what)
    return AuditCells(
        f"{row.seq:,}",
        short_time(row.at, now),
        _who(row.who, names),
        row.event,
        ICONS.get(row.mark, "circle"),
        found[1] if found else "",
        row.what[found.end() :] if found else names.get(row.what, row.what),
        names.get(row.decided_by, _decided(row)),
        f"{row.cost_micros / MICROS_PER_DOLLAR:.2f}" if row.cost_micros else "",
    )


def short_time(at: int, now: int) -> str:
    """``14:31:07`` today, else ``12 Sep 14:31``."""
    then, today = local(at), local(now)
    if then.date() == today.date():
        return clock_time(at)
    return f"{day_of_year(then)} {then.strftime('%H:%M')}"


def count_line(shown: int, total: int) -> str:
    """How much of the list is there."""
    if not total:
        return say("No entry fits")
    if shown >= total:
        return say("{total} {value}, all shown", total=number(total), value="entry" if total == 1 else "entries")
    return say("{shown} of {total} entries shown, more load as you scroll", shown=number(shown), total=number(total))


def span_line(rows: Sequence[AuditRow], now: int) -> str:
    """The times between which the shown entries lie."""
    if not rows:
        return ""
    return say(
        "Oldest shown {minute}, newest {minute_2}", minute=_minute(rows[-1].at, now), minute_2=_minute(rows[0].at, now)
    )


def _minute(at: int, now: int) -> str:
    text = short_time(at, now)
    return text[:5] if text.count(":") == 2 else text


@dataclass(frozen=True, slots=True)
class ChainState:
    """What is known about the chain. ``first_bad`` above 0 = broken there; ``verified_to`` 0 = not verified yet."""

    verified_to: int = 0
    records: int = 0
    at: int = 0
    first_bad: int = 0
    sentence: str = ""
    running: bool = False
    checked: str = ""
    """While it runs: how far it has come, "412,000 of 1,000,000"."""
    own: int = 0
    """The entry in which the verification itself was recorded."""
    newest: int = 0
    """The newest entry there is, as far as is known."""
    comparing: str = ""
    """While lists and contents are compared with the records: how far that has come."""
    compared: bool = False
    """Lists, pages and contents were compared since, too."""
    differs: str = ""
    """What of them is not what the records say."""

    @property
    def broken(self) -> bool:
        """Whether somebody changed the journal."""
        return self.first_bad > 0

    @property
    def covers_all(self) -> bool:
        """Whether nothing but the verification itself was recorded since."""
        return bool(self.verified_to) and self.newest <= max(self.verified_to, self.own)


def chain_words(chain: ChainState, now: int) -> tuple[str, str]:
    """(headline, detail) of the badge."""
    if chain.running:
        return say("Verifying the chain"), chain.checked or say("every record is read")
    if chain.broken:
        return say("Chain broken"), say("at entry {first_bad}", first_bad=number(chain.first_bad))
    if not chain.verified_to:
        return say("Chain not verified yet"), ""
    minute = _minute(chain.at, now)
    if chain.comparing:
        return say("Chain verified"), say(
            "{records} entries, now {comparing}", records=number(chain.records), comparing=chain.comparing
        )
    if chain.differs:
        return say("Chain verified"), say("lists or contents differ, {minute}", minute=minute)
    if chain.covers_all and chain.compared:
        return say("Chain verified"), say(
            "{records} entries, lists and contents, {minute}", records=number(chain.records), minute=minute
        )
    if chain.covers_all:
        return say("Chain verified"), say("{records} entries, {minute}", records=number(chain.records), minute=minute)
    return say("Chain verified"), say(
        "up to {records} of {newest}, {minute}",
        records=number(chain.verified_to),
        newest=number(chain.newest),
        minute=minute,
    )


def comparing_words(what: str, checked: str) -> str:
    """How far a comparison has come; ``what`` as its progress names it."""
    if what == "contents":
        return say("contents {checked}", checked=checked)
    return say("lists {checked}", checked=checked) if checked else say("lists and contents")


def chain_state(entry: AuditEntry | None) -> ChainState:
    """From the newest entry in which a verification was recorded."""
    if entry is None:
        return ChainState()
    row, values = entry.row, _values(entry.recorded)
    if row.kind == "chain-found-broken":
        first_bad = _number(values, "first_bad") or row.seq
        return ChainState(at=row.at, first_bad=first_bad, sentence=entry.sentence, own=row.seq)
    up_to = _number(values, "up_to") or row.seq - 1
    return ChainState(up_to, _number(values, "records") or up_to, row.at, sentence=entry.sentence, own=row.seq)


def newest_to_verify(newest: AuditRow | None) -> int:
    """The newest entry there is; one that says that lists and contents were compared adds nothing to verify."""
    if newest is None:
        return 0
    return newest.seq - (newest.kind == "journal-compared")


def place_word(seq: int, own: int, chain: ChainState) -> str:
    """What is said beside one record of the chain."""
    if is_bad(seq, chain):
        return say("changed") if seq == chain.first_bad else say("not trusted")
    if seq == own:
        return say("this entry")
    return say("intact") if chain.verified_to >= seq else say("not verified")


def is_bad(seq: int, chain: ChainState) -> bool:
    """Whether a record is the one that was changed, or comes after it."""
    return chain.broken and seq >= chain.first_bad


def look_line(entry: AuditEntry, now: int, names: Mapping[str, str]) -> str:
    """Who, when, and how long the card was looked at."""
    who = _who(entry.row.who, names)
    looked = (
        say(", looked at it for {milliseconds}", milliseconds=milliseconds(entry.looked_ms)) if entry.looked_ms else ""
    )
    return f"{who}, {short_time(entry.row.at, now)}{looked}"


def short_hash(digest: str) -> str:
    """``0be49c31`` as two groups of four."""
    return f"{digest[:4]} {digest[4:SHORT_HASH]}"


def entry_text(entry: AuditEntry) -> str:
    """The entry as one JSON object, as it is copied: what was recorded, and its place in the chain."""
    row = entry.row
    recorded: object = _values(entry.recorded) or entry.recorded
    whole = {
        "seq": row.seq,
        "at": utc(row.at),
        "by": row.who,
        "kind": row.kind,
        "stream": entry.stream,
        "version": entry.version,
        "event": recorded,
        "prev": entry.previous_hash,
        "hash": entry.hash,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def utc(at: int) -> str:
    """The moment as it is recorded."""
    whole, micros = divmod(at, 1_000_000)
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{micros:06d}Z"


def _values(recorded: str) -> dict[str, object]:
    try:
        found = json.loads(recorded)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _number(values: Mapping[str, object], name: str) -> int:
    found = values.get(name)
    if isinstance(found, int):
        return found
    inner = (_number(value, name) for value in values.values() if isinstance(value, dict))
    return next((number for number in inner if number), 0)
