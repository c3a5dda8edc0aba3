"""Who has a workspace open, asked without opening it."""

import asyncio
from pathlib import Path

from storage.lock import Owner, owner_of


async def owner(folder: Path) -> Owner | None:
    """The process that has it open now, or None. Raises StorageUnavailable."""
    if not await asyncio.to_thread(folder.is_dir):
        return None
    return await asyncio.to_thread(owner_of, folder)
