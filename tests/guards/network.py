"""Fails a test that tries to reach anything but this machine, also when the code under test swallows the error."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

_attempts: list[str] = []
_patch = pytest.MonkeyPatch()
_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_sendto = socket.socket.sendto
_getaddrinfo = socket.getaddrinfo


def _stays_here(host: object) -> bool:
    if host is None or host in ("", b"", "localhost", b"localhost"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse_unless_here(family: int, address: Any) -> None:
    internet = family in (socket.AF_INET, socket.AF_INET6)
    if internet and not (isinstance(address, tuple) and _stays_here(address[0])):
        _refuse(str(address))


def _refuse(where: str) -> None:
    _attempts.append(where)
    raise ConnectionRefusedError(f"tests may not reach {where}; only this machine")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _refuse_unless_here(self.family, address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _refuse_unless_here(self.family, address)
    return _connect_ex(self, address)


def _guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
    _refuse_unless_here(self.family, rest[-1])
    return _sendto(self, data, *rest)


def _guarded_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
    if not _stays_here(host):
        _refuse(str(host))
    return _getaddrinfo(host, *rest, **named)


def pytest_configure() -> None:
    """From here on every socket of this process is guarded."""
    _patch.setattr(socket.socket, "connect", _guarded_connect)
    _patch.setattr(socket.socket, "connect_ex", _guarded_connect_ex)
    _patch.setattr(socket.socket, "sendto", _guarded_sendto)
    _patch.setattr(socket, "getaddrinfo", _guarded_getaddrinfo)


def pytest_unconfigure() -> None:
    """Gives the sockets back, for a pytest that runs inside another."""
    _patch.undo()


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Tells which addresses the test wanted."""
    _attempts.clear()
    yield
    if _attempts:
        pytest.fail(f"The test tried to reach the network: {', '.join(_attempts)}", pytrace=False)
