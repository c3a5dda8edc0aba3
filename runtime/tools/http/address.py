"""Addresses of requests: one exact spelling, so that what is shown, judged by rules and sent is the same text."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import unquote_to_bytes

LONGEST_ADDRESS = 4_000
_WRITTEN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORTS = {"https": 443, "http": 80}
_HOW = "Write it in full and plain letters, for example https://api.example.org/v1/orders?state=open."


@dataclass(frozen=True, slots=True)
class Address:
    """An address that was checked. ``text`` is exactly what was written, ``target`` what stands in the request line."""

    text: str
    scheme: str
    host: str
    """In small letters; an IPv6 address without its brackets."""
    port: int
    path: str
    query: str

    @property
    def target(self) -> str:
        """Path and query."""
        return self.path + self.query

    @property
    def authority(self) -> str:
        """Host and port as the Host header says them."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def number(self) -> IPv4Address | IPv6Address | None:
        """The IP address, where the host is one."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def here(self) -> bool:
        """Whether it names this machine."""
        return self.host == "localhost" or (self.number is not None and self.number.is_loopback)

    def below(self, base: "Address") -> bool:
        """Whether it is the base address or lies below it, on the same scheme, host and port."""
        if (self.scheme, self.host, self.port) != (base.scheme, base.host, base.port):
            return False
        return self.path == base.path or self.path.startswith(base.path.rstrip("/") + "/")


def address_of(text: str) -> Address:
    """Read an address. Raises ValueError with a sentence for every second spelling of one: user names, dot segments,
    encoded slashes, numbers that only some programs take for an IP address, fragments, letters beyond ASCII."""
    if len(text) > LONGEST_ADDRESS:
        raise ValueError(f"The address has {len(text):,} characters; at most {LONGEST_ADDRESS:,} are allowed.")
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"This is no address that can be used. {_HOW}")
    port = int(found["port"] or _PORTS[found["scheme"]])
    if port > 65_535 or (found["port"] and port == _PORTS[found["scheme"]]):
        raise ValueError("The port is above 65535, or the usual one, which is left out.")
    _plain_path(found["path"])
    _whole_escapes(found["query"] or "")
    host = _plain_host(found["host"])
    return Address(text, found["scheme"], host, port, found["path"], found["query"] or "")


def _plain_host(written: str) -> str:
    if written.startswith("["):
        number = ip_address(written[1:-1])  # its ValueError says what is wrong
        if str(number) != written[1:-1]:
            raise ValueError(f"Write the host as [{number}].")
        return str(number)
    labels = written.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return str(ip_address(written))  # 127.1 and 0x7f000001 are refused: programs read them differently
    if len(written) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{written!r} is no host name.")
    return written


def _plain_path(path: str) -> None:
    _whole_escapes(path)
    segments = path.split("/")[1:]
    for segment in segments:
        plain = unquote_to_bytes(segment)
        # What stands behind a semicolon are parameters of the segment; some servers take `..;` for `..`.
        if plain.partition(b";")[0] in (b".", b"..") or any(sign in plain for sign in (b"/", b"\\", b"\x00")):
            raise ValueError("The path steps up, or hides a slash in it; servers read that differently. " + _HOW)
    if "" in segments[:-1]:
        raise ValueError("The path holds two slashes in a row. " + _HOW)


def _whole_escapes(text: str) -> None:
    """One spelling of each character, by RFC 3986, sections 2.1 and 2.3: rules are about the text as it stands."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise ValueError("A % in it is not followed by two digits of a character code. " + _HOW)
    for code in re.findall(r"%[0-9A-Fa-f]{2}", text):
        plain = chr(int(code[1:], 16))
        if plain.isascii() and (plain.isalnum() or plain in "-._~"):
            raise ValueError(f"It hides a plain character; write {plain} instead of {code}.")
        if code != code.upper():
            raise ValueError(f"Write the character code {code} in capital letters: {code.upper()}.")


def base_address(text: str) -> str:
    """A base address of a grant: no query. Raises ValueError with a sentence."""
    address = address_of(text if text.count("/") > 2 else f"{text}/")
    if address.query:
        raise ValueError("A base address has no query; it ends with a path.")
    return address.text
