"""What records make of themselves once more, beside what is there: rows of lists and pages, and audit entries."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from runtime.domain.envelope import Envelope
from runtime.domain.ids import AskId, RunId, ask_stream, run_stream
from runtime.journal.codec import UnreadableRecord, decode
from runtime.projections.around import Known, about, wanted_of
from runtime.projections.audit_rows import entry_with_words, unreadable_entry
from runtime.projections.projector import project
from storage.records import Put, Remove, RowChange, StoredRecord, Value

Entry = Mapping[str, Value]
Stream = Callable[[str], list[StoredRecord]]
_AROUND = ("runs", "effects", "asks", "plan_steps")


class MadeAnew:
    """``storage.making.Making`` over this program's events, page by page in the journal's order.

    A child process imports it by name.
    """

    def __init__(self) -> None:
        self._page: list[Envelope | StoredRecord] = []
        self._readable: list[Envelope] = []

    def rows(self, page: Sequence[StoredRecord]) -> list[RowChange]:
        """What the records change in the tables; nothing for those that cannot be read."""
        self._page = [_decoded(record) for record in page]
        self._readable = [one for one in self._page if isinstance(one, Envelope)]
        return [change for envelope in self._readable for change in project(envelope.seq, envelope)]

    def wanted(self) -> tuple[set[str], set[str]]:
        """Runs and asks that the events of the last page name."""
        run_ids, _, ask_ids, _ = wanted_of(self._readable)
        return run_ids, ask_ids

    def entries(self, known: Known) -> list[Entry]:
        """The audit entries of the last page. Of an unreadable record, what does not hang on why it is."""
        return [
            entry_with_words(one, about(one, known)) if isinstance(one, Envelope) else _unreadable(one)
            for one in self._page
        ]

    def may_have_been(self, record: StoredRecord, agrees: Callable[[Entry], bool], stream: Stream) -> bool:
        """Whether an entry was right at any moment since its record.

        It is written some time after it, or when all entries are made anew, from what is known by then: who ruled may
        have become known since. Whatever it was made from came from the streams of its run and of the run's asks.
        """
        envelope = _decoded(record)
        if not isinstance(envelope, Envelope):
            return False
        known = _Kept()
        for one in _history(envelope, stream):
            known.take(one)
            if one.seq >= record.seq and agrees(entry_with_words(envelope, about(envelope, known.known))):
                return True
        return False


class _Kept:
    """The rows that entries are made from, as they were after each record."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[Any, dict[str, Any]]] = {name: {} for name in _AROUND}

    def take(self, envelope: Envelope) -> None:
        for change in project(envelope.seq, envelope):
            if change.table not in self._tables or not isinstance(change, Put | Remove):
                continue
            key = tuple(change.key.values())
            place: Any = key if len(key) > 1 else key[0]
            rows = self._tables[change.table]
            if isinstance(change, Remove):
                rows.pop(place, None)
            else:
                empty = {"agent": "", "title": "", "tool": "", "run_id": "", "ask_id": "", "ruled_by": ""}
                rows.setdefault(place, {**empty, **change.key}).update(change.values)

    @property
    def known(self) -> Known:
        runs, effects, asks, steps = (self._tables[name] for name in _AROUND)
        return runs, effects, asks, steps


def _history(envelope: Envelope, stream: Stream) -> list[Envelope]:
    """Everything of the streams that its entry may have been made from, in the journal's order, itself included."""
    event = envelope.event
    asks = {AskId(str(ask_id)) for ask_id in [getattr(event, "ask_id", "")] if ask_id}
    runs = {RunId(str(run_id)) for run_id in [getattr(event, "run_id", "")] if run_id}
    found = {envelope.seq: envelope}

    def read(name: str) -> None:
        readable = (one for one in map(_decoded, stream(name)) if isinstance(one, Envelope))
        found.update({one.seq: one for one in readable})

    for run_id in runs:
        read(run_stream(run_id))
    asks |= {AskId(str(ask_id)) for one in found.values() if (ask_id := getattr(one.event, "ask_id", ""))}
    for ask_id in asks:
        read(ask_stream(ask_id))
    return [found[seq] for seq in sorted(found)]


def _decoded(record: StoredRecord) -> Envelope | StoredRecord:
    try:
        return decode(record)
    except UnreadableRecord:
        return record


def _unreadable(record: StoredRecord) -> Entry:
    entry = unreadable_entry(record.at, record.by, record.kind, "")
    del entry["sentence"]
    return entry
