"""Which stored contents the records name, and a sentence where some of them are not there any more."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from storage.chain_child import contents_in_child
from storage.contents_check import ContentsReport, check_contents

_DIGEST_LENGTH = 64
_KEYS = frozenset({"blob", "blobs", "carried"})
"""Fields of events that name contents; so does every field that ends in ``_blob``."""
_MARKS = (b'blob":"', b'blobs":["', b'carried":"')


def names_of(body: bytes) -> set[str]:
    """The digests a record's body names; most name none and are not decoded. Nothing for one that cannot be read."""
    found: set[str] = set()
    if any(mark in body for mark in _MARKS):
        try:
            _collect(msgspec.json.decode(body), found)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return set()
    return found


def _collect(value: object, found: set[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, found)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in _KEYS or key.endswith("_blob"):
                found.update(one for one in (item if isinstance(item, list) else [item]) if _is_digest(one))
            else:
                _collect(item, found)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == _DIGEST_LENGTH and set(value) <= set("0123456789abcdef")


async def lacking_contents(
    database: Path,
    folder: Path,
    progress: Callable[[int], None] | None = None,
    *,
    in_child: bool,
    noted: frozenset[str] = frozenset(),
) -> str:
    """What of the contents is missing or damaged, in a sentence; empty where nothing is. Changes nothing.

    ``noted``: what undo notes name, which no record may name yet.
    Raises StorageError where the journal or a content cannot be read.
    """
    if in_child:
        return told(await contents_in_child(database, folder, names_of, progress, noted))
    return told(await asyncio.to_thread(check_contents, database, folder, names_of, progress, noted))


def told(report: ContentsReport) -> str:
    """The sentence; what else holds and what to do stands in it."""
    amounts = []
    if report.missing:
        amounts.append(f"{report.missing:,} {'content is' if report.missing == 1 else 'contents are'} missing")
    if report.damaged:
        amounts.append(f"{report.damaged:,} {'content is' if report.damaged == 1 else 'contents are'} damaged")
    if not amounts:
        return ""
    by = f"record {report.first}" if report.first else "the note of an undo"
    return (
        f"{' and '.join(amounts)}, of {report.named:,} that the records name; the first is named by {by}. What"
        " was said and done is all there; long texts of it are not, and a step whose former"
        " content is gone cannot be undone. A backup holds them."
    )
