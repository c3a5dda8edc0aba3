"""The console's own forecast of what an ask would do."""

from __future__ import annotations

from console.notices.centre import fault_sentence
from console.presenters.wording import say
from runtime.domain.refusals import Refusal
from runtime.interface import Runtime
from runtime.tools.contract import Preview


async def preview_of(runtime: Runtime, ask_id: str, arguments: str | None = None) -> Preview | Refusal:
    """``arguments``: of an edited version. Whatever a tool raises, the question still stands without a preview."""
    try:
        return await runtime.preview(ask_id, arguments)
    except Exception as error:
        return Refusal(fault_sentence(error) or say("it could not be made ({fault}).", fault=type(error).__name__))
