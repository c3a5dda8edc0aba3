"""Where a host name leads, and whether a request may go there: looked up once, and connected to what was checked."""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from runtime.tools.contract import ToolFailed
from runtime.tools.http.address import Address

Number = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], list[str]]
"""(host, port) -> its IP addresses. Blocks. Raises OSError."""

MOST_TRIED = 4
_NAT64 = IPv6Network("64:ff9b::/96")


def system_resolve(host: str, port: int) -> list[str]:
    """What the operating system says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(number: Number) -> bool:
    """Whether it is an address of the open internet. IPv4 inside IPv6 (mapped, 6to4, NAT64, Teredo) is judged alone."""
    if isinstance(number, IPv6Address):
        inside = number.ipv4_mapped or number.sixtofour or (number.teredo[1] if number.teredo else None)
        if inside is None and number in _NAT64:
            inside = IPv4Address(int(number) & 0xFFFF_FFFF)
        if inside is not None:
            return is_public(inside)
        if number.is_site_local:
            return False
    return number.is_global and not (number.is_multicast or number.is_reserved or number.is_unspecified)


def allowed(number: Number, granted: tuple[Network, ...]) -> bool:
    """Public, or in a network that the grant names."""
    return is_public(number) or any(number.version == one.version and number in one for one in granted)


def check_number(address: Address, granted: tuple[Network, ...]) -> None:
    """For a host that is an IP address itself: may it be reached? Asks nobody. Raises ToolFailed."""
    if address.number is not None and not allowed(address.number, granted):
        raise _private(address.host, str(address.number))


def numbers_of(address: Address, granted: tuple[Network, ...], resolve: Resolve) -> list[str]:
    """The IP addresses to connect to. One that may not be reached refuses them all. Raises ToolFailed. Blocks."""
    if address.number is not None:
        check_number(address, granted)
        return [str(address.number)]
    try:
        found = resolve(address.host, address.port)
    except (OSError, UnicodeError) as error:
        sentence = f"The name {address.host} can't be looked up ({error}); nothing was sent."
        raise ToolFailed("unreachable", sentence, passing=True) from error
    for text in found:
        if not allowed(ip_address(text), granted):
            raise _private(address.host, text)
    if not found:
        raise ToolFailed("unreachable", f"The name {address.host} leads nowhere; nothing was sent.", passing=True)
    return found[:MOST_TRIED]


def _private(host: str, number: str) -> ToolFailed:
    sentence = (
        f"{host} leads to {number}, an address of this machine or of an inner network, and the grant names no "
        "private_networks with it; nothing was sent."
    )
    return ToolFailed("private-address", sentence)
