"""What lies between the SDKs and the network: adds the key at the last moment, counts what comes, keeps both bodies.

The SDKs never hold the key, so no error, log or repr of theirs can show it. A key goes to its own address only.
"""

import ssl
from collections.abc import AsyncIterator
from typing import Final

import httpx2

from runtime.models.interface import FaultKind, ModelFault, ProviderFacts
from runtime.models.providers.connection import Connection
from runtime.models.providers.exchange import JSON, KEPT_HEADERS, NOW, Exchange
from runtime.models.providers.faults import status_fault

SENT_HEADERS: Final = frozenset({"accept", "content-length", "content-type", "host", "user-agent"})
"""Everything else that an SDK or the environment would add stays here, unless its provider's file names it."""


class _Counted(httpx2.AsyncByteStream):
    """The body of an answer, counted and kept as it is read."""

    def __init__(self, inner: httpx2.AsyncByteStream, exchange: Exchange) -> None:
        self._inner = inner
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._inner:
            self._exchange.take(piece)
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()


class KeyedTransport(httpx2.AsyncBaseTransport):
    """One connection's way to its server."""

    def __init__(self, connection: Connection, facts: ProviderFacts) -> None:
        self._connection = connection
        self._key_header = facts.key_header
        self._let_through = SENT_HEADERS | facts.headers
        self._home = httpx2.URL(connection.base_url)
        # Whom to trust takes long to read, and is asked over https alone; who is not asked trusts nobody.
        trusted = True if self._home.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._inner = httpx2.AsyncHTTPTransport(trusted, retries=0, limits=httpx2.Limits(max_connections=None))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it. Raises what the network raises, and ModelFault for what we do not do."""
        exchange = NOW.get()
        if exchange is None or not isinstance(request.stream, httpx2.ByteStream):
            raise RuntimeError("A request came from outside a call.")
        if (request.url.scheme, request.url.host, request.url.port) != (
            self._home.scheme,
            self._home.host,
            self._home.port,
        ):
            exchange.fault = ModelFault(FaultKind.FINAL, f"{self._connection.name} would be asked at another address.")
            raise exchange.fault
        exchange.sent = request.content
        try:
            response = await self._inner.handle_async_request(self._keyed(request, exchange.key))
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            exchange.unsent = True
            raise
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        exchange.begun(response.status_code, headers)
        exchange.fault = self._fault_in(response, exchange)
        if exchange.fault is not None:
            await response.aclose()
            raise exchange.fault
        if not isinstance(response.stream, httpx2.AsyncByteStream):
            raise RuntimeError("The answer cannot be read piece by piece.")
        response.stream = _Counted(response.stream, exchange)
        return response

    async def aclose(self) -> None:
        """Close what is kept open."""
        await self._inner.aclose()

    def _keyed(self, request: httpx2.Request, key: str) -> httpx2.Request:
        headers = [(name, value) for name, value in request.headers.multi_items() if name.lower() in self._let_through]
        headers.append(("accept-encoding", "identity"))
        if key:
            headers.append(self._key_header(key))
        return httpx2.Request(
            request.method, request.url, headers=headers, content=request.content, extensions=request.extensions
        )

    def _fault_in(self, response: httpx2.Response, exchange: Exchange) -> ModelFault | None:
        """What could not be counted, or not read as an answer."""
        name = self._connection.name
        if response.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
            if response.status_code != 200:
                return status_fault(exchange)  # its words are not read: how large they would become is not known
            return ModelFault(FaultKind.FINAL, f"{name} compressed its answer although it was asked not to.")
        found, wanted = exchange.content_type, exchange.wanted_type
        if response.status_code != 200 or found in (wanted, JSON):
            return None
        sentence = (
            f"{name} answered with {found[:60] or 'no content type'} where {wanted} was expected; "
            "a page or a proxy may stand between. Nothing was run."
        )
        return ModelFault(FaultKind.PASSING, sentence)


def client_for(connection: Connection, facts: ProviderFacts) -> httpx2.AsyncClient:
    """The HTTP client of a connection. Reads certificates: call it in a worker thread."""
    times = httpx2.Timeout(None, connect=connection.times.connect_s)
    return httpx2.AsyncClient(transport=KeyedTransport(connection, facts), timeout=times, follow_redirects=False)
