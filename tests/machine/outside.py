"""The world outside the program: what its tools did to it. It survives every crash, and counts what is done twice."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel, ConfigDict

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind, Idempotency, Tier
from runtime.tools.contract import (
    Appraisal,
    Failure,
    Happened,
    Preview,
    PreviewKind,
    Probe,
    Tool,
    ToolContext,
    ToolContract,
    ToolFailed,
    ToolResult,
)

KINDS = {
    "read": (EffectKind.READ, Idempotency.REPEATABLE),
    "set": (EffectKind.REVERSIBLE, Idempotency.REPEATABLE),
    "keyed": (EffectKind.REVERSIBLE, Idempotency.KEYED),
    "probed": (EffectKind.REVERSIBLE, Idempotency.QUERYABLE),
    "final": (EffectKind.IRREVERSIBLE, Idempotency.NEITHER),
}
"""Every kind of effect, with what may be done when its end is not known."""
CHANGED = "Somebody else changed it since."
UNDOABLE = tuple(verb for verb, (effect, _) in KINDS.items() if effect is EffectKind.REVERSIBLE)


class Given(BaseModel):
    """``note`` is different for every call a model makes, so that each effect can be told apart."""

    model_config = ConfigDict(extra="forbid")
    note: str


class Answer(BaseModel):
    """What every tool answers."""

    model_config = ConfigDict(extra="forbid")
    said: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect that came about."""

    verb: str
    note: str
    key: str


class Outside:
    """``faults`` are taken by the next calls, one each: fail, break-before, break-after (the effect), or hang for good
    (before it, or after it), or fail when ``go_on`` is set in a way that may pass (late); ``hanging`` is set when one
    hangs or waits."""

    name = "outside"

    def __init__(self) -> None:
        self.done: list[Effect] = []
        self.undone: Counter[str] = Counter()
        """By the key of the effect: how often it was taken back."""
        self.called: set[str] = set()
        """Notes of every call that got this far, whatever came of it."""
        self.meddled: set[str] = set()
        """Keys of effects that somebody else changed since: undone only where that is overwritten."""
        self.undo_keys: set[tuple[str, str]] = set()
        self.faults: list[str] = []
        self.hanging, self.go_on = asyncio.Event(), asyncio.Event()
        self.reads_fail = False
        """Faults are for reads too."""
        self.version = 1
        """Of every tool's contract."""
        self.blind = False
        """Nobody can look what happened."""

    def tools(self, options: str) -> tuple[Tool, ...]:
        """One tool of each kind."""
        return tuple(cast(Tool, OutsideTool(self, verb)) for verb in KINDS)

    def happen(self, verb: str, note: str, key: str) -> None:
        """The effect. Who honours keys, or writes a whole value, has no second one under the same key."""
        if verb == "read" or (verb in ("set", "keyed") and self.has(key)):
            return
        self.done.append(Effect(verb, note, key))

    def has(self, key: str) -> bool:
        """Whether an effect with this key came about (and was perhaps undone since)."""
        return any(effect.key == key for effect in self.done)

    async def hang(self) -> None:
        """Nothing comes of this call any more."""
        self.hanging.set()
        await asyncio.get_running_loop().create_future()

    def present(self) -> set[str]:
        """Notes of what came about and was not undone."""
        return {effect.note for effect in self.done if not self.undone[effect.key]}


class OutsideTool:
    """One tool; it works in the loop, so that a crash stops it where it stands."""

    def __init__(self, outside: Outside, verb: str) -> None:
        self._outside, self._verb = outside, verb
        effect, idempotency = KINDS[verb]
        self.contract = ToolContract(
            name=f"outside.{verb}",
            version=outside.version,
            purpose="Changes the world.",
            input=Given,
            output=Answer,
            failures=(Failure("no", "It will not."),),
            effect=effect,
            scope="the world",
            idempotency=idempotency,
            time_limit_s=60.0,
            undo="Taken out of the world.",
            on_loop=True,
        )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        note = cast(Given, arguments).note
        final = self._verb == "final"
        checks = ("It is meant.",) if final else ()
        return Appraisal(
            f"{self._verb} {note}", f"world/{note}", "1 thing", Tier.FINAL if final else Tier.SMALL, checks
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        return Preview(PreviewKind.TEXT, "Change the world")

    async def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        note = cast(Given, arguments).note
        self._outside.called.add(note)
        fault = (
            self._outside.faults.pop(0)
            if self._outside.faults and (self._verb != "read" or self._outside.reads_fail)
            else ""
        )
        if fault == "late":
            self._outside.hanging.set()
            await self._outside.go_on.wait()
            raise ToolFailed("late", "Not yet.", passing=True)
        if fault == "fail":
            raise ToolFailed("no", "Not now.")
        if fault == "break-before":
            raise RuntimeError("broken before the effect")
        if fault == "hang-before":
            await self._outside.hang()
        self._outside.happen(self._verb, note, context.key)
        if fault == "hang-after":
            await self._outside.hang()
        if fault == "break-after":
            raise RuntimeError("broken after the effect")
        return self._result(note, context.key)

    def _result(self, note: str, key: str) -> ToolResult:
        undo = UndoRecord(f'{{"key":"{key}"}}') if self._verb in UNDOABLE else None
        return ToolResult(Answer(said=note), f"Did {note}", undo)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        if self._verb == "final" or self._outside.blind:
            return Probe(Happened.UNKNOWN, "Nobody can look.")
        if self._outside.has(context.key):
            return Probe(Happened.YES, "It is there.", self._result(cast(Given, arguments).note, context.key))
        return Probe(Happened.NO, "It is not there.")

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        if str(json.loads(record.data)["key"]) in self._outside.meddled:
            return UndoForecast(UndoOutcome.CONFLICT, CHANGED)
        return UndoForecast(UndoOutcome.UNDONE, "Will be taken out.")

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        effect = str(json.loads(record.data)["key"])
        if effect in self._outside.meddled and not overwrite:
            return UndoOutcome.CONFLICT, CHANGED
        if (effect, context.key) not in self._outside.undo_keys:  # who honours keys undoes once a key
            self._outside.undo_keys.add((effect, context.key))
            self._outside.undone[effect] += 1
        return UndoOutcome.UNDONE, "Taken out."


def any_given(note: str) -> dict[str, Any]:
    """Arguments of any of these tools."""
    return {"note": note}
