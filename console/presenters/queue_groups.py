"""How the waiting asks stand in the list: sections by urgency, look-alikes and repeats as one line. Pure; no Qt."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from console.presenters.wording import number, say
from runtime.domain.look_alikes import MOST, Look, may_stand_in_a_group
from runtime.domain.repeats import TIMES
from runtime.domain.words import AskState
from runtime.projections.rows import AskRow

FROM, FROM_IN_A_FLOOD = 3, 2
"""So many look-alikes become one line."""
_JOINS = 3
"""A title is not cut behind a word as short as "of" or "for"."""
SECTIONS = {
    1: ("Act now", "answer within 5 min"),
    2: ("Soon", "answer within 30 min"),
    3: ("When you can", "answer today"),
}
_SAME = "same "
HELD_BACK, SHELVED = "Held until calm", "Shelved"


@dataclass(frozen=True, slots=True)
class AskGroup:
    """Asks on one line, in order. ``repeat``: the very same, asked again; else look-alikes."""

    rows: tuple[AskRow, ...]
    repeat: bool = False

    @property
    def first(self) -> AskRow:
        """What is most urgent of it."""
        return self.rows[0]

    @property
    def key(self) -> str:
        """The same while its first ask is the same."""
        return f"group:{self.first.ask_id}"

    @property
    def title(self) -> str:
        """``8 alike: Cancel order``, what all of them begin with, else their tool; or what is asked again and again."""
        if self.repeat:
            return self.first.title
        return say("{count} alike: {what}", count=len(self.rows), what=_shared_words(self.rows) or self.first.tool)

    @property
    def meta(self) -> str:
        """Why they stand together."""
        if self.repeat:
            return say(
                "asked {max} times in 10 min, {count} wait",
                max=max(row.repeats for row in self.rows),
                count=len(self.rows),
            )
        return say("rule {rule}, one by one", rule=self.first.rule)


def _shared_words(rows: Sequence[AskRow]) -> str:
    """The words with which every title begins, without a number that only happens to be the same."""
    words: list[str] = []
    for same in zip(*(row.title.split() for row in rows), strict=False):
        if len(set(same)) > 1 or not same[0].isalpha():
            break
        words.append(same[0])
    while words and len(words[-1]) <= _JOINS:
        words.pop()
    return " ".join(words)


Entry = AskRow | AskGroup


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it."""

    name: str
    aside: str
    entries: tuple[Entry, ...]

    @property
    def count(self) -> str:
        """How many asks, and in how many groups."""
        asks = sum(len(entry.rows) if isinstance(entry, AskGroup) else 1 for entry in self.entries)
        groups = sum(isinstance(entry, AskGroup) for entry in self.entries)
        if not groups:
            return number(asks)
        return (
            say("{asks} in 1 group", asks=asks)
            if groups == 1
            else say("{asks} in {groups} groups", asks=asks, groups=groups)
        )


def look_of(row: AskRow) -> Look:
    """What of an ask decides with which others it may stand."""
    return Look(row.ask_id, row.kind, row.tool, row.rule, row.effect, row.priority, row.same)


def _repeated(rows: Sequence[AskRow]) -> frozenset[str]:
    """What was asked again and again, as ``same`` has it."""
    waiting = (row for row in rows if row.state is AskState.WAITING)
    return frozenset(row.same for row in waiting if row.same and row.repeats >= TIMES)


def grouped(
    rows: Sequence[AskRow], flood: bool, alone: Collection[str] = (), repeated: frozenset[str] | None = None
) -> list[Entry]:
    """The asks in their order, repeats and look-alikes at the place of their first. ``alone`` stay lines of their own:
    what is on the card, what was pulled out. ``repeated``: where these are a part of all, what repeats among all."""
    repeated = _repeated(rows) if repeated is None else repeated
    together: dict[str, list[AskRow]] = {}
    key_of: dict[str, str] = {}
    for row in rows:
        key = _key(row, repeated, alone)
        if key:
            together.setdefault(key, []).append(row)
            key_of[row.ask_id] = key
    least = FROM_IN_A_FLOOD if flood else FROM
    found: list[Entry] = []
    done: set[str] = set()
    for row in rows:
        key = key_of.get(row.ask_id, "")
        members = together.get(key, [])
        repeat = key.startswith(_SAME)
        if len(members) < (2 if repeat else least):
            found.append(row)
        elif key not in done:
            done.add(key)
            parts = [members[at : at + MOST] for at in range(0, len(members), MOST)]
            found += [AskGroup(tuple(part), repeat) if len(part) > 1 else part[0] for part in parts]
    return found


def _key(row: AskRow, repeated: frozenset[str], alone: Collection[str]) -> str:
    if row.state is not AskState.WAITING or row.ask_id in alone or row.kind != "action":
        return ""
    if row.same in repeated:
        return f"{_SAME}{row.same}"
    return f"alike {row.priority} {row.tool} {row.rule}" if may_stand_in_a_group(look_of(row)) else ""


def _lifted(rows: Sequence[AskRow], repeated: frozenset[str], alone: Collection[str]) -> dict[str, int]:
    """Where repeats stand: with the most urgent of the very same, whatever the priority of each."""
    keys = {row.ask_id: _key(row, repeated, alone) for row in rows}
    highest: dict[str, int] = {}
    for row in rows:
        if (key := keys[row.ask_id]).startswith(_SAME):
            highest[key] = min(row.priority, highest.get(key, row.priority))
    return {ask_id: highest[key] for ask_id, key in keys.items() if key in highest}


def sections(rows: Sequence[AskRow], flood: bool, alone: Collection[str] = (), shelf_aside: str = "") -> list[Section]:
    """By urgency, what is shelved last. In a flood priority 3 is held back until it is calm."""
    shelved = tuple(row for row in rows if row.shelved_until)
    out = [row for row in rows if not row.shelved_until]
    found: list[Section] = []
    repeated = _repeated(out)
    lifted = _lifted(out, repeated, alone)
    for priority, (name, aside) in SECTIONS.items():
        name, aside = say(name), say(aside)
        here = [row for row in out if lifted.get(row.ask_id, row.priority) == priority]
        entries = grouped(here, flood, alone, repeated)
        if not entries:
            continue
        if flood and priority == 3:
            agents = len({row.agent for row in here})
            name, aside = (
                say(HELD_BACK),
                say("1 agent waits") if agents == 1 else say("{agents} agents wait", agents=agents),
            )
        found.append(Section(name, aside, tuple(entries)))
    if shelved:
        found.append(Section(say(SHELVED), shelf_aside, shelved))
    return found
