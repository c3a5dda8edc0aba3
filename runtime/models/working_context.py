"""What of a run a model is given within a budget of tokens: the newest turns whole, older ones in short, by rule.

The same run gives the same context. The cut moves in strides, so that most requests begin like the one before and the
provider's cache can be used. A turn is given whole or in short, never a call without its result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec.structs import replace

from runtime.domain.left_out import LeftOut
from runtime.models.choice import Choice
from runtime.models.interface import ModelRequest, PastCall, PastTurn
from runtime.models.rule_summary import has_answer, in_short
from runtime.models.worst_case import AROUND, PER_TOOL

BYTES_PER_TOKEN: Final = 3
"""Ordinary text has four bytes a token, code and tables three: an estimate on the safe side."""
LEAST_TOKENS: Final = 8_000
"""A smaller budget does not hold our own words, some tools and one turn."""
PER_CALL: Final = 256
"""Bytes around a call and its result in any of the APIs: ids, marks, the two added fields."""
HEAD: Final = 2_000
"""Characters of a large output that are given."""
STRIDE: Final = 0.6
"""When the turns no longer fit, so much of their room is filled again."""
FOR_SUMMARY: Final = 0.25
"""The share of the room that the summary may take."""
FOR_TASK: Final = 0.5
"""The share of the budget that the text of the task may take where not everything fits."""
_CAN_BE_CUT: Final = frozenset({"ok", "failed"})
"""What tools gave back; what people said about a call is never cut."""


class TooSmall(Exception):
    """Not even what cannot be left out fits. ``str()`` is a sentence."""


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of an output that is kept apart, and how many characters the whole has."""

    text: str
    characters: int


def tokens_of(size: int) -> int:
    """So many bytes of a request are at most about so many tokens."""
    return -(-size // BYTES_PER_TOKEN)


def bounded(request: ModelRequest, budget: int, heads: dict[str, Head]) -> ModelRequest:
    """The request within ``budget`` tokens; ``left_out`` in it says what was not given whole. Raises TooSmall.

    ``heads`` are the beginnings of outputs that are blobs, by digest.
    """
    if request.choice is not None:
        return _with_material(request, request.choice, budget)
    turns = [_with_heads(turn, heads) for turn in request.past]
    large = sum(bool(call.blob) for turn in turns for call in turn.calls)
    fixed, task = _fixed(request), _text(request.task.text)
    notes = [_text(note) + 8 for note in request.notes]
    sizes = [_turn(turn) for turn in turns]
    room = budget * BYTES_PER_TOKEN - fixed
    if task + sum(notes) + sum(sizes) <= room:
        given = LeftOut(outputs=large, tokens=tokens_of(fixed + task + sum(notes) + sum(sizes)), budget=budget)
        return replace(request, past=tuple(turns), left_out=given)
    return _Cut(request, budget, room, turns, sizes).made()


def _with_material(request: ModelRequest, choice: Choice, budget: int) -> ModelRequest:
    """A question: its material as far as it fits. Nothing else of the run is given."""
    bare = replace(request, choice=replace(choice, material=""), plan=None)
    room = budget * BYTES_PER_TOKEN - _fixed(bare)
    if room < PER_CALL:
        raise TooSmall(_too_small(budget))
    held = replace(choice, material=_to_fit(choice.material, room))
    missing = len(choice.material) - len(held.material)
    size = tokens_of(_fixed(bare) + _text(held.material))
    cut = LeftOut(material_characters=missing, tokens=size, budget=budget) if missing else None
    return replace(request, choice=held, left_out=cut)


class _Cut:
    """One request that does not fit whole. Sizes and ``room`` are bytes."""

    def __init__(self, request: ModelRequest, budget: int, room: int, turns: list[PastTurn], sizes: list[int]) -> None:
        self._request, self._budget = request, budget
        self._turns, self._sizes = turns, sizes
        self._room = room
        self._whole_room = room
        self._task = self._cut_task()
        self._notes = self._cut_notes()

    def _cut_task(self) -> str:
        text = self._request.task.text
        allowed = int(self._whole_room * FOR_TASK)
        if allowed < 2 * PER_CALL:
            raise TooSmall(_too_small(self._budget))
        cut = _to_fit(text, allowed)
        self._room -= _text(cut)
        return cut

    def _cut_notes(self) -> tuple[str, ...]:
        """The newest note is never cut; older ones as far as a part of the room goes."""
        kept: list[str] = []
        left = int(self._room * FOR_SUMMARY)
        for note in reversed(self._request.notes):
            size = _text(note) + 8
            if kept and size > left:
                break
            kept.append(note)
            left -= size
            self._room -= size
        if self._room < 0:
            raise TooSmall(_too_small(self._budget))
        return tuple(reversed(kept))

    def made(self) -> ModelRequest:
        """The request as it is sent."""
        short_room = int(self._room * FOR_SUMMARY)
        at = _cut_at(self._sizes, self._room - short_room)
        whole = self._turns[at:]
        if len(whole) == 1 and self._sizes[at] > self._room - short_room:
            whole = _shortened(whole[0], self._room - short_room)
            at = len(self._turns) - len(whole)
        used = sum(map(_turn, whole))
        earlier, dropped = _in_short(
            self._turns[:at], self._room - used if at else 0, short_room, newest=not whole and bool(self._turns)
        )
        if used + _text(earlier) > self._room or (at and dropped == len(self._turns)):
            raise TooSmall(_too_small(self._budget))
        request = self._request
        notes = len(request.notes) - len(self._notes)
        size = self._whole_room - self._room + used + _text(earlier)
        left_out = LeftOut(
            summarised=at,
            dropped=dropped,
            outputs=sum(bool(call.blob) for turn in whole for call in turn.calls),
            notes=notes,
            task_characters=max(0, len(request.task.text) - len(self._task)),
            tokens=tokens_of(self._budget * BYTES_PER_TOKEN - self._whole_room + size),
            budget=self._budget,
        )
        task = replace(request.task, text=self._task)
        return replace(request, task=task, notes=self._notes, past=tuple(whole), earlier=earlier, left_out=left_out)


def _cut_at(sizes: Sequence[int], room: int) -> int:
    """How many of the oldest turns are given in short. Each stride frees room for the turns that follow."""
    at, used = 0, 0
    for number, size in enumerate(sizes):
        used += size
        if used <= room:
            continue
        while at < number and used > room * STRIDE:
            used -= sizes[at]
            at += 1
    return at


def _in_short(turns: Sequence[PastTurn], room: int, wanted: int, *, newest: bool) -> tuple[str, int]:
    """The summary, newest turns first to be kept, and how many of the oldest are not in it.

    Turns a person answered are kept beyond what a summary may take, as far as there is room at all; so is the newest
    of all where it has too many calls to be given whole (``newest``): else the model would not know what it just did.
    """
    if not turns:
        return "", 0
    kept: dict[int, str] = {}
    used = 2
    for at in range(len(turns) - 1, -1, -1):
        beyond = has_answer(turns[at]) or (newest and at == len(turns) - 1)
        left = (room if beyond else min(room, wanted)) - used
        if text := _in_short_within(turns[at], left):
            kept[at] = text
            used += _text(text)
        elif newest and at == len(turns) - 1:
            return "", len(turns)  # older turns without it would read as if it had not been
    missing = next((at for at in range(len(turns)) if at in kept), len(turns))
    return "\n".join(kept[at] for at in sorted(kept)), missing


def _in_short_within(turn: PastTurn, size: int) -> str:
    return in_short(turn, lambda text: _text(text) <= size)


def _shortened(turn: PastTurn, room: int) -> list[PastTurn]:
    """The newest turn alone is too large: its longest outputs by their beginning; none, where that is not enough."""
    for most in (HEAD, HEAD // 4, HEAD // 20):
        calls = tuple(_cut_output(call, most) for call in turn.calls)
        shorter = replace(turn, calls=calls)
        if _turn(shorter) <= room:
            return [shorter]
    return []


def _cut_output(call: PastCall, most: int) -> PastCall:
    if len(call.output) <= most + PER_CALL or call.outcome not in _CAN_BE_CUT:
        return call
    return replace(call, output=_by_reference(call.call_id, call.output[:most], len(call.output)), blob=call.call_id)


def _with_heads(turn: PastTurn, heads: dict[str, Head]) -> PastTurn:
    if not any(call.blob for call in turn.calls):
        return turn
    return replace(turn, calls=tuple(_with_head(call, heads) for call in turn.calls))


def _with_head(call: PastCall, heads: dict[str, Head]) -> PastCall:
    head = heads.get(call.blob)
    if head is None or call.outcome not in _CAN_BE_CUT:
        return call
    return replace(call, output=_by_reference(call.call_id, head.text[:HEAD], head.characters))


def _by_reference(call_id: str, head: str, characters: int) -> str:
    """The first whole lines, how much there is, and how the rest is read."""
    lines, _, rest = head.rpartition("\n")
    head = lines if lines and len(rest) < len(head) // 2 else head
    return (
        f"{head}\n[{len(head):,} of {characters:,} characters. Read on with outputs.read, call {call_id!r}, "
        f"from {len(head)}.]"
    )


def _fixed(request: ModelRequest) -> int:
    """What does not grow with the run: who it is, the plan, the tools, our own words around everything."""
    agent = replace(request.agent, playbook=None)
    task = replace(request.task, text="")
    bare = replace(request, agent=agent, task=task, past=(), notes=(), earlier="", left_out=None)
    return len(msgspec.json.encode(bare)) + AROUND + PER_TOOL * len(request.tools)


def _turn(turn: PastTurn) -> int:
    """Given back as it was (``carried``), or as text and calls: whichever is more, and the results in any case."""
    own = _text(turn.text) + sum(_text(call.arguments) + _text(call.reason) + _text(call.tool) for call in turn.calls)
    results = sum(_text(call.output) + _text(call.failure) + PER_CALL for call in turn.calls)
    return max(own, len(turn.carried)) + results


def _text(text: str) -> int:
    return len(msgspec.json.encode(text))


def _to_fit(text: str, size: int) -> str:
    """As much from the beginning as has so many bytes."""
    if _text(text) <= size:
        return text
    least, most = 0, min(len(text), size)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if _text(text[:middle]) <= size else (least, middle - 1)
    return text[:least]


def _too_small(budget: int) -> str:
    return (
        f"The context of {budget:,} tokens does not hold what this agent must be given: its instructions, its tools "
        "and what people said last. Set a larger one under Settings, Agents, Models, or give it fewer tools."
    )
