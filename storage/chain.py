"""The hash chain: how one record's hash follows from the one before it, and the check of a whole database file."""

from __future__ import annotations

from hashlib import sha256

from storage.records import NewRecord

_SHORT = 2_048
_LENGTHS = [length.to_bytes(8, "big") for length in range(_SHORT)]  # looked up twice as fast as made


def next_hash(previous: bytes, seq: int, record: NewRecord) -> bytes:
    """SHA-256 of the previous hash and every stored field, each with its length so that no two records read alike."""
    return hash_of_fields(
        previous,
        (
            b"%d" % seq,
            record.stream.encode(),
            b"%d" % record.version,
            record.kind.encode(),
            b"%d" % record.schema,
            b"%d" % record.at,
            record.by.encode(),
            record.body,
        ),
    )


def hash_of_fields(previous: bytes, fields: tuple[bytes, ...]) -> bytes:
    parts = [previous]
    for field in fields:
        length = len(field)
        parts.append(_LENGTHS[length] if length < _SHORT else length.to_bytes(8, "big"))
        parts.append(field)
    return sha256(b"".join(parts)).digest()
