"""Copyable evidence of an ask or a run: what was recorded, word by word, with the hash of every record."""

from collections.abc import Sequence

import msgspec

from runtime.journal.codec import UnreadableRecord, decode
from runtime.projections.audit_view import recorded
from runtime.projections.export import in_utc
from runtime.projections.reading import Reading
from runtime.projections.sentences import sentence
from runtime.projections.telling import About, Named
from storage.reads import runs as run_reads
from storage.records import StoredRecord


class Evidence(Reading):
    """(text for a person, JSON for a program), or None where there is nothing of that id."""

    async def ask_evidence(self, ask_id: str) -> tuple[str, str] | None:
        """Everything recorded about one ask."""
        records = await self._recorder.read_stream(f"ask:{ask_id}")
        return _written(f"Ask {ask_id}", records, await self._names()) if records else None

    async def run_evidence(self, run_id: str) -> tuple[str, str] | None:
        """Everything recorded about one run and its asks, in journal order."""
        rows = await self._recorder.query(run_reads.records_of(run_id))
        records = [StoredRecord(**row) for row in rows]
        return _written(f"Run {run_id}", records, await self._names()) if records else None


def _written(head: str, records: Sequence[StoredRecord], named: Named) -> tuple[str, str]:
    lines = [f"{head}: {len(records):,} records, {in_utc(records[0].at)} to {in_utc(records[-1].at)}", ""]
    entries = []
    for record in records:
        said = _said(record, named)
        lines += [f"{record.seq:>8}  {in_utc(record.at)}  {named(record.by)}  {said}", f"          {record.hash.hex()}"]
        entries.append(
            {
                "seq": record.seq,
                "stream": record.stream,
                "version": record.version,
                "kind": record.kind,
                "schema": record.schema,
                "at": record.at,
                "time_utc": in_utc(record.at),
                "by": record.by,
                "sentence": said,
                "body": _body(record),
                "body_text": record.body.decode("utf-8", "backslashreplace"),
                "previous": record.previous.hex(),
                "hash": record.hash.hex(),
            }
        )
    lines += ["", "Each hash is SHA-256 over the hash before it and every field of its record, each with its length."]
    whole = msgspec.json.format(msgspec.json.encode({"evidence": head, "records": entries}), indent=2)
    return "\n".join(lines), whole.decode()


def _said(record: StoredRecord, named: Named) -> str:
    try:
        return sentence(decode(record).event, About(), record.by, named)
    except UnreadableRecord as fault:
        return fault.sentence


def _body(record: StoredRecord) -> object:
    try:
        return msgspec.json.decode(record.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return recorded(record)
