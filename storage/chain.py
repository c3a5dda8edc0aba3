"""The hash chain: how one record's hash follows from the one before it, and the check of a whole database file."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from storage.records import NewRecord

_SHORT = 2_048
_LENGTHS = [length.to_bytes(8, "big") for length in range(_SHORT)]  # looked up twice as fast as made


def next_hash(previous: bytes, seq: int, record: NewRecord) -> bytes:
    """SHA-256 of the previous hash and every stored field, each with its length so that no two records read alike."""
    number, stream, version = b"%d" % seq, record.stream.encode(), b"%d" % record.version
    at, body = b"%d" % record.at, record.body
    # As `hash_of_fields` writes them, with what is the same in many records written once; a test holds both together.
    return sha256(
        b"".join(
            (
                previous,
                _LENGTHS[len(number)],
                number,
                _length(stream),
                stream,
                _LENGTHS[len(version)],
                version,
                _kind(record.kind, record.schema),
                _LENGTHS[len(at)],
                at,
                _by(record.by),
                _length(body),
                body,
            )
        )
    ).digest()


def hash_of_fields(previous: bytes, fields: tuple[bytes, ...]) -> bytes:
    """The same of fields as they were read from a file."""
    parts = [previous]
    for field in fields:
        parts.append(_length(field))
        parts.append(field)
    return sha256(b"".join(parts)).digest()


def _length(field: bytes) -> bytes:
    length = len(field)
    return _LENGTHS[length] if length < _SHORT else length.to_bytes(8, "big")


@lru_cache(maxsize=1024)
def _kind(kind: str, schema: int) -> bytes:
    name, number = kind.encode(), b"%d" % schema
    return b"".join((_length(name), name, _length(number), number))


@lru_cache(maxsize=1024)
def _by(author: str) -> bytes:
    name = author.encode()
    return _length(name) + name
