"""Keeps what was exchanged with a model: the bodies as blobs without secrets, and what must be given back later."""

import asyncio

import msgspec

from runtime.domain.decision import Origin
from runtime.domain.run_state import Run
from runtime.engine.parts import Parts
from runtime.models.interface import Attempt
from runtime.models.kept_body import without_secrets
from runtime.models.prices import is_free

LARGE_EXCHANGE = 2_048
"""Of a model that asks nobody (the playbook) smaller exchanges than this many bytes add nothing to the record."""


async def keep_exchange(parts: Parts, route: str, sent: bytes, received: bytes) -> tuple[str, str]:
    """Digests of the blobs of a request and its answer; both empty where nothing is worth keeping."""
    size = len(sent) + len(received)
    if not size or (size < LARGE_EXCHANGE and is_free(route)):
        return "", ""
    clean = await asyncio.to_thread(_without_secrets, parts, (sent, received))
    # Both at the same time: each waits for the disk several times.
    kept = await asyncio.gather(parts.keep(clean[0]), parts.keep(clean[1]))
    return kept[0], kept[1]


def _without_secrets(parts: Parts, bodies: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    return without_secrets(bodies[0], parts.redact), without_secrets(bodies[1], parts.redact)


async def keep_attempt(parts: Parts, route: str, attempt: Attempt) -> tuple[str, str]:
    """The blobs of an attempt that failed."""
    return await keep_exchange(parts, route, attempt.sent, attempt.received)


async def keep_carried(parts: Parts, origin: Origin, carried: bytes) -> Origin:
    """The origin with the digest of what the model must get back. It is signed, so it is kept to the byte."""
    return msgspec.structs.replace(origin, carried=await parts.keep(carried)) if carried else origin


async def carried_of(parts: Parts, run: Run) -> dict[int, bytes]:
    """What models must get back, by turn. Raises BlobMissing."""
    return {turn: await asyncio.to_thread(parts.blobs.get, digest) for turn, digest in run.carried.items()}
