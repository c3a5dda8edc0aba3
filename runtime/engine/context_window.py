"""Keeps what a model is given within its budget of tokens; large outputs go by their beginning and can be read on."""

import asyncio
from typing import Final

from msgspec.structs import replace

from runtime.domain.run_state import Run
from runtime.engine.parts import Parts
from runtime.models.interface import FaultKind, ModelFault, ModelRequest, ToolOffer
from runtime.models.providers.routes import connection_name
from runtime.models.windows import context_tokens, read_context_tokens
from runtime.models.working_context import HEAD, Head, TooSmall, bounded
from runtime.models.workspace_connections import connections_of
from runtime.tools.own_outputs import CONTRACT, OUTPUTS

_HEADS: Final = 2_000
"""So many beginnings are remembered; each is read from its blob once."""


async def within_window(parts: Parts, run: Run, route: str, request: ModelRequest) -> ModelRequest:
    """The request as this model may have it. Raises ModelFault, BlobMissing."""
    way = connections_of(parts.states.workspace).get(connection_name(route))
    longest = way.max_output_tokens if way is not None else 0
    budget = context_tokens(route, parts.spec_of(run).context_tokens, longest)
    if budget is None:
        budget = await asyncio.to_thread(read_context_tokens, route, longest)
    heads = await _heads_of(parts, run)
    try:
        given = bounded(request, budget, heads)
        cut = given.left_out
        if cut is not None and (cut.outputs or cut.summarised) and all(tool.name != OUTPUTS for tool in request.tools):
            offer = ToolOffer(OUTPUTS, CONTRACT.purpose, CONTRACT.schema_text)
            given = bounded(replace(request, tools=(*request.tools, offer)), budget, heads)
    except TooSmall as error:
        raise ModelFault(FaultKind.FINAL, str(error)) from error
    return given


async def _heads_of(parts: Parts, run: Run) -> dict[str, Head]:
    """The beginnings of the outputs that are blobs."""
    wanted = {call.output_blob for call in run.calls if call.output_blob and not call.output}
    missing = [digest for digest in wanted if digest not in parts.heads]
    for digest in missing:
        content = await asyncio.to_thread(parts.blobs.get, digest)
        text = content.decode("utf-8", "replace")
        parts.heads[digest] = Head(text[:HEAD], len(text))
        while len(parts.heads) > _HEADS:
            parts.heads.pop(next(iter(parts.heads)))
    return {digest: parts.heads[digest] for digest in wanted if digest in parts.heads}
