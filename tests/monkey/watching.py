"""What was on the screen at each move, and whether each ruling was made by a whole gesture of the one who moved.

Independent of the card's own guards: it judges by what was shown, which keys and buttons were moved, and the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.domain.commands import AnswerCap, Approve, Reject, ReleaseHold, TakeBack, TellOutcome
from runtime.domain.queue_commands import RuleEach
from runtime.domain.words import Tier

Ruling = Approve | Reject | RuleEach | TellOutcome | AnswerCap
DEAF_S, HOLD_S, WIDE_S = 0.6, 1.0, 1.5
SLACK_S = 0.05
"""What the clock may differ between the move and the card."""
TOLD_MOVES = 20
"""How many moves before a ruling that nobody made are told with it: another run may not meet it again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The Approvals card as it is on the screen at one moment; empty where it is not there.

    The card of look-alikes has the group's key as ``ask_id``, and as ``parts`` (ask, digest) of those left in.
    """

    ask_id: str = ""
    digest: str = ""
    tier: int = 0
    checks: int = 0
    ticked: tuple[int, ...] = ()
    panel: bool = False
    reason: str = ""
    in_front: bool = True
    parts: tuple[tuple[str, str], ...] = ()
    looking: bool = False
    """It was asked to approve and looks at the world once more; meanwhile hands go on, also to other screens."""


@dataclass(frozen=True, slots=True)
class Done:
    """One move: when it began, what it was, what it met (``target``: a name of the part), the card before it."""

    at: float
    what: str
    """``down A``, ``up A``, ``stroke Return``, ``mouse down``, ``mouse up``, ``click``, ..."""
    target: str
    before: Shown
    typing: bool = False
    """The keyboard was in a text field."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A command that the window sent, and how many moves had been begun by then."""

    at: float
    after: int
    command: object


def unmade(done: Sequence[Done], sent: Sequence[Sent]) -> list[str]:
    """Rulings that nobody made: one sentence each."""
    found = []
    for one in sent:
        fault = _fault(done, one)
        if fault:
            moves = "".join(f"\n  {move}" for move in done[max(0, one.after - TOLD_MOVES) : one.after])
            found.append(f"{type(one.command).__name__} after move {one.after}: {fault}{moves}")
    return found


def _fault(done: Sequence[Done], one: Sent) -> str:
    command = one.command
    if one.after == 0 and isinstance(command, Ruling | TakeBack | ReleaseHold):
        return "nothing had been moved yet"
    match command:
        case Approve():
            faults = [_approve(done, at, command) for at in _when_asked(done, one)]
            return "" if "" in faults else faults[0]
        case Reject(reason=reason):
            return _reject(done, one, str(command.ask_id), reason)
        case RuleEach():
            return _each(done, one, command)
        case TellOutcome() | AnswerCap():
            last = done[one.after - 1]
            return "" if _presses(last, "outcome") else f"the last move was {last.what} on {last.target!r}"
        case ReleaseHold():
            last = done[one.after - 1]
            return "" if _asks_to_approve(last) else f"the last move was {last.what} on {last.target!r}"
        case TakeBack():
            last = done[one.after - 1]
            taken = last.what == "down Ctrl+Z" or _presses(last, "take back")
            return "" if taken else f"the last move was {last.what} on {last.target!r}"
        case _:
            return ""


def _presses(move: Done, target: str) -> bool:
    """A button was pressed: by the mouse, or by Space where it has the keyboard."""
    return move.target == target and move.what in ("mouse up", "up Space")


def _asks_to_approve(move: Done) -> bool:
    return (move.what == "down A" and not move.typing) or _presses(move, "approve")


def _when_asked(done: Sequence[Done], one: Sent) -> list[Sent]:
    """When the gesture may have been: the card looks at the world once more before it sends, and hands go on meanwhile.

    However long that takes on a machine with other work: what counts is that the card looked at every move since.
    Each is taken as having ended when the next move began, so that a hold is not counted longer than it was.
    """
    found = [one]
    for after in range(one.after - 1, 0, -1):
        if not done[after].before.looking:
            break
        found.append(Sent(done[after].at, after, one.command))
    return found


def _approve(done: Sequence[Done], one: Sent, command: Approve) -> str:
    last = done[one.after - 1]
    final = last.before.tier >= Tier.FINAL
    begun = _hold_begun(done, one.after) if final else one.after - 1
    if begun < 0:
        return f"nothing was held down; the last move was {last.what} on {last.target!r}"
    start = done[begun]
    card = start.before
    if (card.ask_id, card.digest) != (str(command.ask_id), command.digest):
        return f"the card showed {card.ask_id} {card.digest[:8]}, approved was {command.ask_id} {command.digest[:8]}"
    if card.panel or not card.in_front:
        return "the card was not what the keyboard was in front of"
    if not final and not _asks_to_approve(start):
        return f"the last move was {start.what} on {start.target!r}"
    if final and one.at - start.at < HOLD_S - SLACK_S:
        return f"it was held for {one.at - start.at:.2f} s"
    if final and tuple(command.ticked) != tuple(range(card.checks)):
        return f"{len(command.ticked)} of {card.checks} checks were ticked"
    shown_for, seen_for = start.at - _shown_since(done, begun), _seen_for(done, begun)
    if shown_for < DEAF_S - SLACK_S:
        return f"the card had been shown for {shown_for:.2f} s"
    if card.tier == Tier.WIDE and seen_for < WIDE_S - SLACK_S:
        return f"the card had been seen for {seen_for:.2f} s"
    return _ticks(done, begun)


def _each(done: Sequence[Done], one: Sent, command: RuleEach) -> str:
    """One gesture for look-alikes: the very items that were shown and left in, by the rules of a single card."""
    last = done[one.after - 1]
    card = last.before
    if card.parts != tuple((str(ask_id), digest) for ask_id, digest in command.items):
        return f"the card held {len(card.parts)} items, ruled were {len(command.items)} others"
    if command.ruling == "reject":
        return _reject(done, one, card.ask_id, command.reason)
    if card.panel or not card.in_front:
        return "the card was not what the keyboard was in front of"
    if not _asks_to_approve(last):
        return f"the last move was {last.what} on {last.target!r}"
    shown_for = last.at - _shown_since(done, one.after - 1)
    return "" if shown_for >= DEAF_S - SLACK_S else f"the card had been shown for {shown_for:.2f} s"


def _hold_begun(done: Sequence[Done], after: int) -> int:
    """Which move put down what was still down at the end; -1 where nothing was."""
    for at in range(after - 1, -1, -1):
        move = done[at]
        if move.what in ("up A", "mouse up", "up Space"):
            return -1
        if (move.what == "down A" and not move.typing) or (
            move.target == "approve" and move.what in ("mouse down", "down Space")
        ):
            return at
    return -1


def _shown_since(done: Sequence[Done], until: int) -> float:
    """When the card that is shown at a move came, as seen at the moves before."""
    wanted = done[until].before
    for at in range(until - 1, -1, -1):
        before = done[at].before
        if (before.ask_id, before.digest) != (wanted.ask_id, wanted.digest):
            return done[at].at
    return done[0].at - WIDE_S


def _seen_for(done: Sequence[Done], until: int) -> float:
    """How long the card was on screen before a move since it was chosen; while it was away counts for nothing."""
    wanted, seen = done[until].before, 0.0
    for at in range(until - 1, -1, -1):
        before, after = done[at].before, done[at + 1].before
        if (after.ask_id, after.digest) == (wanted.ask_id, wanted.digest):
            seen += done[at + 1].at - done[at].at
        if before.ask_id and (before.ask_id, before.digest) != (wanted.ask_id, wanted.digest):
            return seen
    return seen + WIDE_S


def _ticks(done: Sequence[Done], until: int) -> str:
    """Each tick of the card was made by a click or Space on its box."""
    card = done[until].before
    for at in range(until, 0, -1):
        after, before, move = done[at].before, done[at - 1].before, done[at - 1]
        if (before.ask_id, before.digest) != (card.ask_id, card.digest):
            return ""
        more = set(after.ticked) - set(before.ticked)
        if more and not _presses(move, "check"):
            return f"check {min(more)} was ticked by {move.what} on {move.target!r}"
    return ""


def _reject(done: Sequence[Done], one: Sent, ask_id: str, reason: str) -> str:
    last = done[one.after - 1]
    if last.before.ask_id != ask_id or not last.before.panel:
        return f"the card showed {last.before.ask_id or 'nothing'} and the reasons were {last.before.panel and 'open'}"
    if last.before.reason != reason:
        return f"the reason on screen was {last.before.reason!r}"
    if not (last.what == "down Return" or _presses(last, "send")):
        return f"the last move was {last.what} on {last.target!r}"
    for at in range(one.after - 1, 0, -1):
        if not done[at - 1].before.panel:
            opener = done[at - 1]
            opened = (opener.what == "down R" and not opener.typing) or _presses(opener, "reject")
            return "" if opened else f"the reasons were opened by {opener.what} on {opener.target!r}"
    return "nobody opened the reasons"
