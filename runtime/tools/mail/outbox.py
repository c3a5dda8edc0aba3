"""The outbox folder: a file for each mail, named by its idempotency key, to be looked for after a crash."""

from dataclasses import dataclass
from pathlib import Path

from runtime.tools.contract import Happened
from runtime.tools.durable_file import make_folder, read_or_none, remove, rename, write_whole

KEY_LETTERS = 32


@dataclass(frozen=True, slots=True)
class Outbox:
    """``<key>.eml`` is a mail that was sent, ``<key>.sending.eml`` one that is being handed to a server."""

    folder: Path

    def sent_path(self, key: str) -> Path:
        """Where the mail of this effect stands when it is sent."""
        return self.folder / f"{key[:KEY_LETTERS]}.eml"

    def sending_path(self, key: str) -> Path:
        """Where it stands while a server is taking it."""
        return self.folder / f"{key[:KEY_LETTERS]}.sending.eml"

    def sent(self, key: str) -> bytes | None:
        """The mail of this effect, when it was sent."""
        return read_or_none(self.sent_path(key)) if key else None

    def put(self, key: str, content: bytes) -> None:
        """A mail that stays in the folder: this is the sending."""
        make_folder(self.folder)
        write_whole(self.sent_path(key), content)

    def begin(self, key: str, content: bytes) -> None:
        """On disk before the first byte leaves."""
        make_folder(self.folder)
        write_whole(self.sending_path(key), content)

    def finish(self, key: str) -> None:
        """The server took it."""
        rename(self.sending_path(key), self.sent_path(key))

    def give_up(self, key: str) -> None:
        """The server certainly did not take it."""
        remove(self.sending_path(key))

    def happened(self, key: str) -> Happened:
        """What the folder says about the mail of this effect."""
        if not key:
            return Happened.NO
        if self.sent_path(key).exists():
            return Happened.YES
        return Happened.UNKNOWN if self.sending_path(key).exists() else Happened.NO
