"""Writes an export beside its place and moves it there when it is whole: a file is never half there. Off the loop."""

import asyncio
import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from runtime.projections.export import cell


class ExportFailed(Exception):
    """The file could not be written; the message is a sentence."""


def csv_lines(rows: Iterable[Sequence[str | int]]) -> str:
    """Rows as CSV text; texts are made safe, numbers stay."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([cell(one) if isinstance(one, str) else one for one in row] for row in rows)
    return text.getvalue()


class GrowingFile:
    """Grows page by page beside its place; ``finish`` puts it there, ``drop`` takes it away again."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._part = target.with_name(f".{target.name}.{os.getpid()}.part")

    async def start(self) -> None:
        """An empty part file."""
        await self._do(lambda: self._part.write_bytes(b""))

    async def add(self, text: str) -> None:
        """More text at its end."""
        await self._do(lambda: self._append(text.encode("utf-8", "replace")))

    async def finish(self) -> None:
        """The file is whole, also after a power cut."""
        await self._do(self._put_there)

    async def drop(self) -> None:
        """Nothing is left."""
        await self._do(lambda: self._part.unlink(missing_ok=True))

    def _put_there(self) -> None:
        with self._part.open("ab") as file:
            os.fsync(file.fileno())
        os.replace(self._part, self._target)

    def _append(self, content: bytes) -> None:
        with self._part.open("ab") as file:
            file.write(content)

    async def _do(self, work: object) -> None:
        assert callable(work)
        try:
            await asyncio.to_thread(work)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ExportFailed(
                f"{self._target.name} could not be written: {reason}. Nothing was changed. Choose another place."
            ) from error


async def write_text(target: Path, text: str) -> None:
    """A whole file at once."""
    file = GrowingFile(target)
    await file.start()
    try:
        await file.add(text)
        await file.finish()
    except BaseException:
        await file.drop()
        raise
