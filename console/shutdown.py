"""Closing in order: no new task, tasks cancelled and awaited, then the runtime, which seals and lets go."""

import asyncio
import logging

from console.notices.centre import fault_sentence
from console.tasks import Tasks
from runtime.interface import Runtime

log = logging.getLogger("console")
RUNTIME_WITHIN_S = 45.0
"""Longer than the 30 s for which the runtime itself waits for calls that have begun; it must come to its own end."""


async def shut_down(tasks: Tasks, runtime: Runtime) -> bool:
    """True when everything ended in order. The journal is whole either way: it never waits for an orderly end."""
    await tasks.close()
    try:
        async with asyncio.timeout(RUNTIME_WITHIN_S):
            await runtime.close()
    except Exception as error:
        log.error("The workspace did not close in order: %s", fault_sentence(error) or type(error).__name__)
        return False
    return True
