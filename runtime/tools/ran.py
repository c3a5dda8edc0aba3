"""How a tool call ended, as a value: one function for each way it can end.

They may read what the tool remembered, so they run in worker threads like the tool itself.
"""

import time
import traceback
from typing import Any, TypeVar

import msgspec
from pydantic import ValidationError

from runtime.domain.action import BadArguments, canonical
from runtime.domain.undo import UndoRecord
from runtime.domain.words import CallOutcome, EffectKind
from runtime.tools.contract import Tool, ToolContext, ToolFailed, ToolResult
from runtime.tools.disk_faults import disk_fault
from runtime.tools.sentences import sentences_of
from runtime.tools.stopping import STOPPED

T = TypeVar("T")

CRASH_CHARACTERS = 8_000
MOST_OUTPUT = 16_000_000
"""Letters in an answer. What is longer would be read, masked and kept for a minute, and no model could be given it."""
MOST_SUMMARY = 4_000
"""Characters of the sentence about a call, which stands in the journal and in every list."""
CONTRACT = "contract"
TIME_LIMIT = "time-limit"
CRASHED = "crashed"
OUTSIDE_CONTRACT = "outside-contract"


class Ran(msgspec.Struct, frozen=True):
    """How a call ended. ``output`` is canonical JSON of the typed output, or of code and sentence of the failure."""

    outcome: CallOutcome
    summary: str
    output: str = ""
    failure: str = ""
    """Code of the failure: one the contract declares, or time-limit, crashed, outside-contract, stopped, contract."""
    passing: bool = False
    """Trying again later may help."""
    undo: UndoRecord | None = None
    duration_ms: int = 0
    crash: str = ""
    """Where the tool itself is broken: its traceback, for the crash report."""


def ended(tool: Tool, result: object, context: ToolContext, started: float) -> Ran:
    """The tool returned: its output is checked against the contract before anybody believes it."""
    contract = tool.contract
    try:
        if not isinstance(result, ToolResult) or not isinstance(result.output, contract.output):
            raise TypeError(f"it returned {type(getattr(result, 'output', result)).__name__}")
        if result.undo is not None:
            of_kind(result.undo, UndoRecord)
        # False, not "none", which means the same: that word makes pydantic let go of the interpreter's lock each time.
        plain = result.output.model_dump(mode="json", warnings=False)
        if (letters := _letters(plain)) > MOST_OUTPUT:
            raise TypeError(f"it returned {letters:,} letters, and at most {MOST_OUTPUT:,} are taken")
        output = canonical(plain)
        contract.output.model_validate_json(output, strict=True)
        undo = result.undo
    except (TypeError, ValidationError, BadArguments) as error:
        what = " ".join(sentences_of(error)) if isinstance(error, ValidationError) else str(error)
        sentence = f"{contract.name} answered outside its contract: {what.rstrip('.')}. {_what_holds(tool)}"
        return _failed(_unsure(tool), OUTSIDE_CONTRACT, sentence, started, undo=_recalled(tool, context))
    if undo is None:
        undo = _recalled(tool, context)
    return Ran(CallOutcome.OK, short(result.summary), output, undo=undo, duration_ms=_since(started))


def of_kind(answer: object, kind: type[T]) -> T:
    """What a tool answered. Raises TypeError where it is something else."""
    if not isinstance(answer, kind):
        raise TypeError(f"it answered {type(answer).__name__}, not {kind.__name__}")
    return answer


def _letters(plain: Any) -> int:
    """In all texts of a plain value."""
    if isinstance(plain, str):
        return len(plain)
    if isinstance(plain, dict):
        return sum(map(_letters, plain.values()))
    return sum(map(_letters, plain)) if isinstance(plain, list) else 0


def declared(tool: Tool, error: ToolFailed, context: ToolContext, started: float) -> Ran:
    """The tool said that it failed; only its own word that it is uncertain makes the outcome unknown."""
    known = {failure.code: failure for failure in tool.contract.failures}
    passing = error.passing or (error.code in known and known[error.code].passing)
    if error.uncertain and tool.contract.effect is not EffectKind.READ:
        undo = _recalled(tool, context)
        return _failed(CallOutcome.UNKNOWN, error.code, error.sentence, started, passing=passing, undo=undo)
    if error.code == STOPPED and context.cancelled.is_set():
        return _failed(CallOutcome.CANCELLED, STOPPED, error.sentence, started)
    return _failed(CallOutcome.FAILED, error.code, error.sentence, started, passing=passing)


def raised(tool: Tool, error: BaseException, context: ToolContext, started: float) -> Ran:
    """The tool raised: a failure it declared, a fault of the disk, or one of its own."""
    if isinstance(error, ToolFailed):
        return declared(tool, error, context, started)
    if (fault := disk_fault(error)) is not None:
        return declared(tool, fault, context, started)
    return crashed(tool, error, context, started)


def given_up(tool: Tool, context: ToolContext, started: float) -> Ran:
    """The tool did not end within its time limit, or within a second of Stop; a thread was left behind."""
    name, stopped = tool.contract.name, context.cancelled.is_set()
    why = "did not end when it was stopped" if stopped else f"did not end within {tool.contract.time_limit_s:g} s"
    now = "it was cut off" if tool.contract.on_loop else "it was left behind and may still be at work"
    sentence = f"{name} {why}; {now}. {_what_holds(tool)}"
    if tool.contract.effect is not EffectKind.READ:
        undo = _recalled(tool, context)
        return _failed(CallOutcome.UNKNOWN, TIME_LIMIT, sentence, started, undo=undo)
    outcome = CallOutcome.CANCELLED if stopped else CallOutcome.FAILED
    return _failed(outcome, STOPPED if stopped else TIME_LIMIT, sentence, started, passing=not stopped)


def crashed(tool: Tool, error: BaseException, context: ToolContext, started: float) -> Ran:
    """The tool raised something it never declared: a fault of the tool itself."""
    sentence = f"{tool.contract.name} is broken: {type(error).__name__}: {error}. {_what_holds(tool)}"
    crash = "".join(traceback.format_exception(error))[-CRASH_CHARACTERS:]
    return _failed(_unsure(tool), CRASHED, sentence, started, undo=_recalled(tool, context), crash=crash)


def broken(sentence: str, started: float) -> Ran:
    """The arguments are outside the contract; the tool was not called."""
    return _failed(CallOutcome.FAILED, CONTRACT, sentence, started)


def _failed(
    outcome: CallOutcome,
    code: str,
    sentence: str,
    started: float,
    *,
    passing: bool = False,
    undo: UndoRecord | None = None,
    crash: str = "",
) -> Ran:
    sentence = short(sentence)
    output = canonical({"failure": code, "sentence": _plain(sentence)})
    return Ran(outcome, sentence, output, code, passing, undo, _since(started), crash)


def short(sentence: str) -> str:
    """A sentence that is none, cut."""
    return sentence if len(sentence) <= MOST_SUMMARY else f"{sentence[: MOST_SUMMARY - 1]}…"


def _plain(sentence: str) -> str:
    """Text of an exception can hold what JSON has no form for (undecodable file names)."""
    return sentence.encode("utf-8", "backslashreplace").decode("utf-8")


def _unsure(tool: Tool) -> CallOutcome:
    return CallOutcome.FAILED if tool.contract.effect is EffectKind.READ else CallOutcome.UNKNOWN


def _what_holds(tool: Tool) -> str:
    if tool.contract.effect is EffectKind.READ:
        return "It only reads: nothing was changed."
    return "Whether it changed anything is not known."


def _recalled(tool: Tool, context: ToolContext) -> UndoRecord | None:
    """What the tool remembered before its effect, so that an unsure end can still be undone."""
    if tool.contract.effect is not EffectKind.REVERSIBLE:
        return None
    try:
        return context.recall()
    except Exception:  # a damaged memo must not hide how the call ended
        return None


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
