"""Asks a provider's model once, and looks whether the key shows in what failed."""

from collections.abc import Callable
from typing import Any

from runtime.models.interface import ModelFault
from runtime.models.providers.calling import ProviderModel
from runtime.models.providers.connection import Connection
from runtime.models.providers.known import PROVIDERS
from tests.wire.replaying import KEY, Heard, key, request_with

TOOLS: list[tuple[str, dict[str, object]]] = [
    ("files.write", {"type": "object", "properties": {"path": {"type": "string"}}})
]


def model_to(connection: Connection) -> ProviderModel:
    return PROVIDERS[connection.kind](connection, "some-model", key, "route")


async def asked(connection: Connection, heard: Callable[[str], None] | None = None) -> Any:
    """The answer or the fault, with the model closed."""
    model = model_to(connection)
    try:
        return await model.act(request_with(TOOLS), heard or Heard())
    except ModelFault as fault:
        assert_no_secret(fault)
        return fault
    finally:
        await model.close()


def assert_no_secret(fault: ModelFault) -> None:
    error: BaseException | None = fault
    while error is not None:
        assert KEY not in repr(error) + str(vars(error)) + str(error.args)
        error = error.__cause__ or error.__context__
