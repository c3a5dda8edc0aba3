"""A request as it will be sent, byte for byte; secrets are in it by the names of their keyring accounts."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from runtime.domain.action import BadArguments, parse_arguments
from runtime.tools.contract import Preview, PreviewKind, ToolFailed
from runtime.tools.http.address import Address, address_of
from runtime.tools.http.arguments import Get, Send
from runtime.tools.http.options import Credential, HttpOptions, header_value

PROGRAM = "operator-console"
KEY_HEADER = "Idempotency-Key"
KEY_TO_COME = "[made from run and turn when it is sent]"


@dataclass(frozen=True, slots=True)
class Header:
    """One header. Where ``credential`` is set, its value is ``prefix`` and the secret of that account."""

    name: str
    value: str = ""
    credential: Credential | None = None

    @property
    def masked(self) -> str:
        """Its value as it may be shown."""
        if self.credential is None:
            return self.value
        return f"{self.credential.prefix}[secret of {self.credential.account}]"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What will be sent: request line, headers in their order, body."""

    method: str
    address: Address
    headers: tuple[Header, ...]
    body: bytes

    def revealed(self, secret: Callable[[str], str | None]) -> list[tuple[bytes, bytes]]:
        """Headers with their secrets, for the wire alone. Raises ToolFailed where one is not there; blocks."""
        return [(one.name.encode(), _revealed(one, secret).encode()) for one in self.headers]

    @property
    def source(self) -> str:
        """The exact bytes as text, secrets masked."""
        head = "".join(f"{one.name}: {one.masked}\r\n" for one in self.headers)
        return f"{self.method} {self.address.target} HTTP/1.1\r\n{head}\r\n" + self.body.decode()

    def preview(self) -> Preview:
        """Method, full address, every header with secrets masked, the body readable, and all of it exactly."""
        shown = tuple((one.name, one.masked) for one in self.headers)
        headers = (("Method", self.method), ("Address", self.address.text), *shown)
        size = f", {len(self.body):,} bytes" if self.body else ""
        title = f"{self.method} to {self.address.authority}{size}"
        body = readable(self.body.decode())
        return Preview(PreviewKind.REQUEST, title, body=body, headers=headers, source=self.source)


def _revealed(header: Header, secret: Callable[[str], str | None]) -> str:
    if header.credential is None:
        return header.value
    account = header.credential.account
    try:
        value = secret(account)
    except Exception as error:  # a locked keyring, one that does not answer: nothing has left yet
        sentence = f"The keyring does not give out {account!r} ({type(error).__name__}); nothing was sent."
        raise ToolFailed("no-credential", sentence, passing=True) from None
    if value is None:
        raise ToolFailed("no-credential", f"There is no secret {account!r} in the keyring; nothing was sent.")
    try:
        return header_value(header.credential.prefix + value)
    except ValueError:
        sentence = (
            f"The secret {account!r} can't stand in a header: it is not one line of plain letters. Nothing was sent."
        )
        raise ToolFailed("no-credential", sentence) from None


def outgoing(given: Get | Send, options: HttpOptions, key: str = "") -> Outgoing:
    """The request these arguments make. Raises ToolFailed for what the grant does not allow."""
    _granted(given, address_of(given.address), options)
    return assembled(given, options, key)


def assembled(given: Get | Send, options: HttpOptions, key: str, more: tuple[Header, ...] = ()) -> Outgoing:
    """The same for a request of our own, with ``more`` headers. Raises ToolFailed."""
    address = address_of(given.address)
    body = given.body.encode() if isinstance(given, Send) else b""
    if len(body) > options.longest_body:
        sentence = f"The body has {len(body):,} bytes; this grant allows {options.longest_body:,}. Nothing was sent."
        raise ToolFailed("body-too-long", sentence)
    headers = [Header("Host", address.authority), Header("User-Agent", PROGRAM), Header("Accept-Encoding", "identity")]
    if not any(name.lower() == "accept" for name in (*given.headers, *options.fixed_headers)):
        headers.append(Header("Accept", "*/*"))
    headers += [Header(name, value) for name, value in sorted(options.fixed_headers.items())]
    headers += [Header(name, value) for name, value in sorted(given.headers.items())]
    headers += more
    headers += [Header(one.header, credential=one) for one in options.credentials_for(address)]
    if isinstance(given, Send):
        if options.keyed:
            headers.append(Header(KEY_HEADER, key or KEY_TO_COME))
        if body:
            _readable_json(given)
            headers.append(Header("Content-Type", given.content_type))
        headers.append(Header("Content-Length", str(len(body))))
    headers.append(Header("Connection", "close"))
    _each_once(headers)
    return Outgoing(given.method, address, tuple(headers), body)


def _granted(given: Get | Send, address: Address, options: HttpOptions) -> None:
    if not options.covers(address):
        allowed = ", ".join(options.addresses)
        sentence = f"{address.text} is not below an address of this grant ({allowed}). Nothing was sent."
        raise ToolFailed("address-not-allowed", sentence)
    if given.method not in options.methods:
        sentence = f"This grant allows {', '.join(options.methods)}, not {given.method}. Nothing was sent."
        raise ToolFailed("method-not-allowed", sentence)
    known = {name.lower() for name in options.headers}
    for name in given.headers:
        if name.lower() not in known:
            allowed = ", ".join(options.headers) or "none"
            sentence = f"The agent may not set the header {name}; this grant allows {allowed}. Nothing was sent."
            raise ToolFailed("header-not-allowed", sentence)


def _each_once(headers: list[Header]) -> None:
    names = [one.name.lower() for one in headers]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ToolFailed("header-not-allowed", f"The header {twice} would be sent twice. Nothing was sent.")


def is_json(content_type: str) -> bool:
    """Whether a body of this kind is JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _readable_json(given: Send) -> None:
    """A name that is given twice is read by one server so and by the next otherwise."""
    if not is_json(given.content_type):
        return
    try:
        parse_arguments(f'{{"body":{given.body}}}')
    except BadArguments as error:
        raise ToolFailed("bad-body", f"The body is not the JSON it says it is: {error} Nothing was sent.") from error


class _NotAlike(ValueError):
    """Indented, it would not be the same text any more."""


def _same(kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        number = kind(text)
        if json.dumps(number) != text:
            raise _NotAlike
        return number

    return read


def _refuse(text: str) -> NoReturn:
    raise _NotAlike


def readable(body: str) -> str:
    """JSON indented, where that leaves every number as it is written; any other text as it is."""
    try:
        value = json.loads(body, parse_float=_same(float), parse_int=_same(int), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return body
    return json.dumps(value, indent=2, ensure_ascii=False)
