"""A mail server of another company, on a free port of this machine: what it took stays, whatever our disk loses."""

import asyncio
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from runtime.tools.mail.family import MailFamily
from runtime.tools.mail.smtp import SmtpAccount


class Taken(NamedTuple):
    """One mail that was accepted."""

    message_id: str
    subject: str


class PostOffice:
    """``told`` is handed everything that was taken, before the client is answered."""

    def __init__(self, taken: Iterable[Taken] = (), told: Callable[[bytes], None] = lambda kept: None) -> None:
        self.taken = list(taken)
        self.port = 0
        self._told = told

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Accept it."""
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content)
        self.taken.append(Taken(str(mail["Message-ID"]), str(mail["Subject"])))
        self._told(pickle.dumps(self.taken))
        return "250 OK"

    @contextmanager
    def open(self) -> Iterator[None]:
        """It serves in a thread of its own."""
        controller = _AnyPort(self, hostname="127.0.0.1", port=0, ready_timeout=120)
        controller.start()
        self.port = controller.port
        try:
            yield
        finally:
            controller.stop()

    def family(self) -> MailFamily:
        """The program's own mail tools, with an account here."""
        return MailFamily(lambda: SmtpAccount("127.0.0.1", self.port, plain=True))


def taken_of(kept: bytes) -> list[Taken]:
    """What ``told`` was handed; nothing where it never was."""
    return list(pickle.loads(kept)) if kept else []


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
