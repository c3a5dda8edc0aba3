"""A change in the keyring and its record stand together: what the journal refuses is taken back in the keyring."""

from collections.abc import Awaitable, Callable

import msgspec

from runtime.domain.changes import Done
from runtime.domain.refusals import Refusal
from runtime.journal.codec import UnreadableRecord
from storage.credentials import Credentials
from storage.errors import StorageError

Record = Callable[[bool], Awaitable[Done | Refusal]]
"""Told whether there was anything under that name before; answers whether the change was recorded."""


async def change_and_record(
    credentials: Credentials, account: str, value: str | None, record: Record
) -> Done | Refusal:
    """Put the value into the keyring (None: take out what is there), then have it recorded.

    Raises StorageError. Where it was not recorded, for whatever reason, the keyring is as it was before; where that
    fails, the sentence says so. A caller who is cancelled takes nothing back: what was handed to the journal is there.
    """
    former = await credentials.exchange(account, value)
    try:
        done = await record(former is not None)
    except StorageError as error:
        left = await _put_back(credentials, account, former)
        error.holds = f"{error.holds} {left or 'The keyring is as it was before.'}"
        raise
    except UnreadableRecord as error:
        if left := await _put_back(credentials, account, former):
            error.sentence = f"{error.sentence} {left}"
        raise
    if isinstance(done, Refusal):
        left = await _put_back(credentials, account, former)
        return msgspec.structs.replace(done, sentence=f"{done.sentence} {left}") if left else done
    await credentials.forget(former)
    return done


async def _put_back(credentials: Credentials, account: str, former: str | None) -> str:
    """Empty, or what stands in the keyring all the same."""
    try:
        await credentials.put_back(account, former)
    except StorageError as fault:
        return f"The keyring was changed under {account} and could not be put back: {fault.what} Do it again."
    return ""
