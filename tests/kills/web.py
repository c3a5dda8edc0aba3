"""A web server of another company beside the lives that are killed: what it received stays written down, whoever dies.

A request to ``/<case>/...`` is a line in that case's witness folder before it is answered. Visits are served one after
the other, in the order in which they came: whoever is answered knows that all that was sent before was written down.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.fixtures.web_server import answer

FILE = "web.txt"
WEB = "web:/"
"""Stands for the server's address and the case in what a story's model decides."""
QUIET = b"GET /quiet HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def received(witness: Path) -> list[str]:
    """The body of every request of one case, in the order in which they came."""
    path = witness / FILE
    return path.read_text("utf-8").splitlines() if path.exists() else []


def settled(address: str) -> None:
    """Returns once everything that was sent so far was written down. Blocks."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname or "", place.port or 0)) as visit:
        visit.sendall(QUIET)
        while visit.recv(1_000):
            pass


@contextmanager
def web_server(cases: Path, witness: str) -> Iterator[str]:
    """Its address, for as long as the block lasts. ``cases``: the folder that holds those of the cases."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=_serve, args=(listening, cases, witness), name="web of the cases")
        serving.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)  # wakes the one who waits for visits
            listening.close()
            serving.join()


def _serve(listening: socket.socket, cases: Path, witness: str) -> None:
    while True:
        try:
            visit, _ = listening.accept()
        except OSError:
            return
        with visit, contextlib.suppress(OSError):  # who was killed on the way sends nothing more
            _one(visit, cases, witness)


def _one(visit: socket.socket, cases: Path, witness: str) -> None:
    with visit.makefile("rb") as stream:
        target = stream.readline().decode().split(" ")[1:2]
        length = 0
        while (line := stream.readline().strip()) and target:
            name, _, value = line.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        body = stream.read(length)
    if not target or line or len(body) < length:
        return  # it was cut off: nobody does anything for it
    case = target[0].split("/")[1]
    if body:
        with open(cases / case / witness / FILE, "ab") as file:
            file.write(body + b"\n")
    visit.sendall(answer(b"{}"))
