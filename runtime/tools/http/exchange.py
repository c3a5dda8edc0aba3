"""One request and its answer over httpx: to the address that was checked, no proxy, no redirect, no cookie kept.

It runs on a loop of its own in the tool's worker thread, so that Stop and the time limit close the connection. httpx is
imported there, when it is first wanted: the window's first frame does not wait for it.
"""

import asyncio
import codecs
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from runtime.tools.contract import ToolFailed
from runtime.tools.http.arguments import Answered
from runtime.tools.http.outgoing import Outgoing
from runtime.tools.stopping import STOPPED

if TYPE_CHECKING:
    import httpx

LOOK_EVERY_S = 0.05
CONNECT_WITHIN_S = 10.0
TOLD = frozenset(
    [
        *("content-type", "location", "etag", "last-modified", "link", "retry-after", "allow", "content-encoding"),
        *("x-request-id", "request-id", "x-total-count", "warning"),
    ]
)
"""Headers of an answer that are handed on."""
LONGEST_TOLD = 2_000


@dataclass(slots=True)
class Exchange:
    """``sent`` turns true before the first byte of the request leaves."""

    what: Outgoing
    headers: list[tuple[bytes, bytes]] = field(repr=False)
    numbers: list[str]
    tls: ssl.SSLContext | None
    """None: plain http."""
    longest: int
    limit_s: float
    stopped: Callable[[], bool]
    sent: bool = False

    def run(self) -> Answered:
        """Blocks. Raises ToolFailed; ``uncertain`` where the request had left."""
        import httpx  # noqa: F401  (read from the disk before there is a loop that would wait for it)

        return asyncio.run(self._in_time())

    async def _in_time(self) -> Answered:
        end = monotonic() + self.limit_s
        work = asyncio.ensure_future(self._tried())
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=min(LOOK_EVERY_S, max(end - monotonic(), 0)))
                if work.done():
                    break
                if self.stopped():
                    raise self._broke(STOPPED, "it was stopped by a person")
                if monotonic() >= end:
                    raise self._broke("broke-off", f"no whole answer came within {self.limit_s:g} s")
            return work.result()
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await _all_closed()

    async def _tried(self) -> Answered:
        """At the first address that takes a connection."""
        import httpx

        last = self.numbers[-1]
        for number in self.numbers:
            try:
                return await self._at(number)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if number == last:
                    host = self.what.address.authority
                    sentence = f"{host} can't be reached at {number} ({_kind(error)}); nothing was sent."
                    raise ToolFailed("unreachable", sentence, passing=True) from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise self._broke("broke-off", _kind(error)) from error
        raise AssertionError("unreachable: there is at least one address")

    async def _at(self, number: str) -> Answered:
        import httpx

        address = self.what.address
        place = f"[{number}]" if ":" in number else number
        # The name goes to the certificate check and the Host header alone: nobody looks it up a second time.
        extensions = {"sni_hostname": address.host, "target": address.target.encode(), "trace": self._traced}
        limits = httpx.Timeout(self.limit_s, connect=min(CONNECT_WITHIN_S, self.limit_s))
        transport = httpx.AsyncHTTPTransport(verify=self.tls or False, trust_env=False)
        async with httpx.AsyncClient(
            transport=transport, trust_env=False, follow_redirects=False, timeout=limits
        ) as client:
            request = httpx.Request(
                self.what.method,
                f"{address.scheme}://{place}:{address.port}/",
                headers=self.headers,
                stream=httpx.ByteStream(self.what.body),
                extensions=extensions,
            )
            answer = await client.send(request, stream=True)
            try:
                return await self._read(answer)
            finally:
                await answer.aclose()

    async def _traced(self, name: str, _info: dict[str, Any]) -> None:
        if name.endswith("send_request_headers.started"):
            self.sent = True

    async def _read(self, answer: "httpx.Response") -> Answered:
        body, cut = bytearray(), False
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) > self.longest:
                del body[self.longest :]
                cut = True
                break
        headers = {name.lower(): value[:LONGEST_TOLD] for name, value in answer.headers.items() if name.lower() in TOLD}
        text, note = _text(bytes(body), answer.headers, cut)
        if cut:
            note = f"It is longer; the first {self.longest:,} bytes were read. {note}".rstrip()
        return Answered(status=answer.status_code, headers=headers, body=text, bytes=len(body), note=note)

    def _broke(self, code: str, why: str) -> ToolFailed:
        if not self.sent:
            return ToolFailed(
                code, f"Nothing was sent to {self.what.address.authority}: {why}.", passing=code != STOPPED
            )
        sentence = f"The request had left for {self.what.address.authority} when {why}; it may have been carried out."
        return ToolFailed(code, sentence, uncertain=True, passing=code != STOPPED)


async def _all_closed() -> None:
    """Iterators of httpx that were left in the middle close in tasks of their own, one after the other."""
    while True:
        await asyncio.sleep(0)
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        if not rest:
            return
        await asyncio.gather(*rest, return_exceptions=True)


def _kind(error: Exception) -> str:
    said = str(error)[:160]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _text(body: bytes, headers: "httpx.Headers", cut: bool) -> tuple[str, str]:
    """The text of a body, or why it is none."""
    coding = headers.get("content-encoding", "identity").lower()
    kind = headers.get("content-type", "").partition(";")[0].strip() or "no type"
    if coding != "identity":
        return "", f"The body is packed ({coding[:40]}), which was not asked for; it was not unpacked."
    charset = headers.get("content-type", "").lower().partition("charset=")[2].split(";")[0].strip(" \"'")
    for name in dict.fromkeys(("utf-8", charset)):
        try:
            decoder = codecs.getincrementaldecoder(name)("strict")
            text = decoder.decode(body, final=not cut)
        except (LookupError, ValueError, TypeError):
            continue
        if isinstance(text, str) and "\x00" not in text and not any("\ud800" <= one <= "\udfff" for one in text):
            return text, ""
    return "", f"The body is no text ({kind[:100]}); it was not kept."
