"""A change that replaces one small file as a whole: remembered before, looked up after a crash, undone exactly."""

import difflib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from runtime.domain.action import canonical
from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.tools.contract import Happened, ToolContext
from runtime.tools.durable_file import digest_of, make_folder, read_or_none, remove, write_whole

LONGEST_DIFFERENCE = 20_000


@dataclass(frozen=True, slots=True)
class WholeFileChange:
    """``name`` within ``folder``; digests of what was there before and what the change put there (None = no file)."""

    folder: Path
    name: str
    before: str | None
    after: str

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / self.name

    @classmethod
    def planned(
        cls, folder: Path, name: str, content: bytes, context: ToolContext
    ) -> tuple["WholeFileChange", UndoRecord]:
        """Keep what is there now as a blob; the record that undoes the change."""
        present = read_or_none(folder / name)
        before = None if present is None else context.blobs.put(present)
        data = canonical({"name": name, "before": before, "after": digest_of(content)})
        thing = os.path.relpath(folder / name, context.folder).replace(os.sep, "/")
        record = UndoRecord(data, () if before is None else (before,), (thing,))
        return cls(folder, name, before, digest_of(content)), record

    @classmethod
    def of(cls, folder: Path, record: UndoRecord) -> "WholeFileChange":
        """The change of a record. Raises ValueError for a record that is not one of ours."""
        try:
            data = json.loads(record.data)
            name, before, after = data["name"], data["before"], data["after"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError("The undo data can't be read.") from error
        if not isinstance(name, str) or Path(name).name != name or name.startswith("."):
            raise ValueError("The undo data names a file outside of its folder.")
        return cls(folder, name, before, after)

    def present(self) -> str | None:
        """Digest of what is there now."""
        content = read_or_none(self.path)
        return None if content is None else digest_of(content)

    def happened(self) -> Happened:
        """Whether the file is as the change left it, as it was before, or neither."""
        now = self.present()
        if now == self.after:
            return Happened.YES
        return Happened.NO if now == self.before else Happened.UNKNOWN

    def forecast(self, context: ToolContext, what: str) -> UndoForecast:
        """What undoing would do now, or once the newer effects are undone that go before it."""
        now = self._present_then(context.undone_first)
        back = f"{what} would be removed." if self.before is None else f"{what} would be as it was before."
        if now == self.before:
            return UndoForecast(UndoOutcome.UNDONE, f"{what} is already as it was before.")
        if now == self.after:
            return UndoForecast(UndoOutcome.UNDONE, back)
        if now is None:
            return UndoForecast(UndoOutcome.CONFLICT, f"{what} was removed since.", f"- {self.name}\n")
        return UndoForecast(
            UndoOutcome.CONFLICT, f"{what} was changed since by somebody else.", self._difference(context)
        )

    def _present_then(self, undone_first: tuple[UndoRecord, ...]) -> str | None:
        now = self.present()
        for record in undone_first:
            newer = WholeFileChange.of(self.folder, record)
            if newer.name == self.name and now == newer.after:
                now = newer.before
        return now

    def _difference(self, context: ToolContext) -> str:
        """From what undoing would bring back to what is there now."""
        former = b"" if self.before is None else context.blobs.get(self.before)
        old = former.decode("utf-8", "replace").splitlines()
        new = (read_or_none(self.path) or b"").decode("utf-8", "replace").splitlines()
        text = "\n".join(difflib.unified_diff(old, new, f"{self.name} (before)", f"{self.name} (now)", lineterm=""))
        return text[:LONGEST_DIFFERENCE] or f"{self.name} differs in line ends only."

    def undo(self, context: ToolContext, what: str, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        """Put back what was there before; refuses where somebody changed it since."""
        forecast = self.forecast(context, what)
        if self.present() == self.before:
            return UndoOutcome.UNDONE, f"{what} is as it was before."
        if forecast.outcome is UndoOutcome.CONFLICT and not overwrite:
            return UndoOutcome.CONFLICT, f"{forecast.sentence} It was left alone."
        if self.before is None:
            remove(self.path)
            return UndoOutcome.UNDONE, f"{what} was removed again."
        make_folder(self.folder)
        write_whole(self.path, context.blobs.get(self.before))
        return UndoOutcome.UNDONE, f"{what} is as it was before."
