"""The console's own forecast of what an ask would do."""

from __future__ import annotations

import asyncio

from console.notices.centre import fault_sentence
from console.presenters.wording import say
from runtime.domain.refusals import Refusal
from runtime.interface import Runtime
from runtime.tools.contract import Preview

_AT_ONCE_S = 0.8
"""So long a card waits for its preview before it is shown without one."""


async def preview_of(runtime: Runtime, ask_id: str, arguments: str | None = None) -> Preview | Refusal:
    """``arguments``: of an edited version. Whatever a tool raises, the question still stands without a preview."""
    try:
        return await runtime.preview(ask_id, arguments)
    except Exception as error:
        return Refusal(fault_sentence(error) or say("it could not be made ({fault}).", fault=type(error).__name__))


async def begun_preview(runtime: Runtime, ask_id: str, arguments: str | None) -> asyncio.Task[Preview | Refusal]:
    """The same, done where it takes less than 0.8 s, else still under way: whoever does not want it cancels it."""
    work = asyncio.ensure_future(preview_of(runtime, ask_id, arguments))
    try:
        await asyncio.wait({work}, timeout=_AT_ONCE_S)
    except asyncio.CancelledError:
        work.cancel()
        raise
    return work
