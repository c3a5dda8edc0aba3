"""The http family: lookups and requests to the addresses of one grant."""

import ssl
from collections.abc import Callable

from runtime.tools.contract import Tool
from runtime.tools.http.network import Resolve, system_resolve
from runtime.tools.http.options import READS, WRITES, HttpOptions
from runtime.tools.http.tools import GetTool, SendTool


class HttpFamily:
    """``tls`` makes the certificates trusted, ``resolve`` looks host names up."""

    name = "http"

    def __init__(
        self, tls: Callable[[], ssl.SSLContext] = ssl.create_default_context, resolve: Resolve = system_resolve
    ) -> None:
        self._tls = tls
        self._resolve = resolve

    def tools(self, options: str) -> tuple[Tool, ...]:
        """The tools whose methods are granted. Raises pydantic.ValidationError for bad options."""
        chosen = HttpOptions.model_validate_json(options)
        found: list[Tool] = []
        if set(chosen.methods) & set(READS):
            found.append(GetTool(chosen, self._tls, self._resolve, options))
        if set(chosen.methods) & set(WRITES):
            found.append(SendTool(chosen, self._tls, self._resolve, options))
        return tuple(found)
