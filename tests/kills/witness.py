"""What the outside was told: every command that was given, every answer to it, how far the feed was shown.

Each line is synced before the child goes on, so that whatever a person could have seen is here, however it dies.
"""

import os
from pathlib import Path

import msgspec

from runtime.domain.changes import Done
from runtime.domain.commands import (
    Approve,
    ClearSpace,
    Command,
    Reject,
    ReleaseHold,
    RollBack,
    StartRun,
    TakeBack,
    TellOutcome,
)
from runtime.domain.ids import WORKSPACE_STREAM
from runtime.domain.refusals import Refusal

FILE = "told.jsonl"
RECORDED_AS = {
    "StartRun": "run-queued",
    "RollBack": "rollback-started",
    "Approve": "ask-approved",
    "Reject": "ask-rejected",
    "TellOutcome": "outcome-told",
    "TakeBack": "ruling-taken-back",
    "ReleaseHold": "hold-released",
    "ClearSpace": "space-cleared",
}


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """``what``: tried | done | refused | seen."""

    what: str
    command: str = ""
    stream: str = ""
    by: str = ""
    detail: str = ""
    """What the decision was about: edited arguments, or what was said of an unknown outcome."""
    seq: int = 0


class Witness:
    """Writes it down."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tried(self, command: Command) -> None:
        """A person is about to give this command."""
        self._write(_line("tried", command))

    def answered(self, command: Command, answer: Done | Refusal) -> None:
        """This is what the person was told."""
        done = isinstance(answer, Done)
        line = _line("done" if done else "refused", command)
        self._write(msgspec.structs.replace(line, seq=answer.seq) if isinstance(answer, Done) else line)

    def seen(self, seq: int) -> None:
        """The feed showed everything up to here."""
        self._write(Line("seen", seq=seq))

    def _write(self, line: Line) -> None:
        os.write(self._file, msgspec.json.encode(line) + b"\n")
        os.fsync(self._file)


def lines(folder: Path) -> list[Line]:
    """Everything that was told; a line that was cut off by the kill was told to nobody."""
    path = folder / FILE
    whole = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [msgspec.json.decode(line, type=Line) for line in whole]


def _line(what: str, command: Command) -> Line:
    match command:
        case StartRun(run_id=run_id, by=by) | RollBack(run_id=run_id, by=by):
            return Line(what, type(command).__name__, f"run:{run_id}", by)
        case Approve(ask_id=ask_id, by=by, arguments=arguments):
            return Line(what, "Approve", f"ask:{ask_id}", by, arguments or "")
        case TellOutcome(ask_id=ask_id, by=by, answer=answer):
            return Line(what, "TellOutcome", f"ask:{ask_id}", by, answer)
        case Reject(ask_id=ask_id, by=by) | TakeBack(ask_id=ask_id, by=by) | ReleaseHold(ask_id=ask_id, by=by):
            return Line(what, type(command).__name__, f"ask:{ask_id}", by)
        case ClearSpace(by=by):
            return Line(what, "ClearSpace", WORKSPACE_STREAM, by)
    raise TypeError(f"No person of a story gives {type(command).__name__}.")
