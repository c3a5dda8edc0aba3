"""Random keys and clicks on the real window: no exception, no standstill, no ruling that nobody made.

`CONSOLE_TEST_SEED=<number>` does the moves of that seed, `CONSOLE_TEST_MOVES=<file>` those of a file as a failed run
leaves it; `packaging/test.py --long monkey` does 10,000.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from runtime.domain.commands import AnswerCap, Approve, Reject, TellOutcome
from runtime.domain.envelope import Envelope
from runtime.domain.events import asks
from runtime.domain.ids import AskId
from runtime.domain.queue_commands import RuleEach
from runtime.workspace_runtime import WorkspaceRuntime
from tests.fixtures.camera import CLONE
from tests.fixtures.dice import seed_of_this_run
from tests.fixtures.moved_clock import MovedClock
from tests.fixtures.real_console import Person, sit_down
from tests.monkey.hands import Hands, play, stream_of
from tests.monkey.moves import Move
from tests.monkey.watching import Done, Sent, Shown, unmade

pytestmark = pytest.mark.window
SHORT, LONG = 1_500, 10_000
RULED: dict[type, type] = {
    asks.AskApproved: Approve,
    asks.AskRejected: Reject,
    asks.OutcomeTold: TellOutcome,
    asks.CapAnswered: AnswerCap,
}
"""What a person's ruling is in the journal, and the command that makes it."""


def moves_now() -> tuple[int, Iterable[Move]]:
    """(seed, moves) of this run."""
    written = os.environ.get("CONSOLE_TEST_MOVES")
    if written:
        lines = Path(written).read_text("utf-8").splitlines()
        return int(lines[0]), [Move(**json.loads(line)) for line in lines[1:]]
    seed = seed_of_this_run()
    count = LONG if os.environ.get("CONSOLE_TEST_ALL_MOVES") else SHORT
    return seed, list(itertools.islice(stream_of(seed), count))


def test_no_random_gesture_breaks_the_window_or_rules_by_itself(
    qapp: QApplication, worked: Path, tmp_path: Path
) -> None:
    seed, moves = moves_now()
    print(f"CONSOLE_TEST_SEED={seed}")
    shutil.copytree(worked, tmp_path / "ws")
    target = CLONE / ".local" / "tmp" / f"moves-{seed}.txt"
    target.write_text("\n".join([str(seed), *(json.dumps(move.written()) for move in moves)]), "utf-8")
    told: dict[str, Any] = {}
    clock = MovedClock()

    async def visit(person: Person) -> None:
        await person.worked_through()
        window = person.window
        window.workspace_wanted.disconnect()  # another workspace is outside
        hands, runtime = Hands(window, clock), window.context.runtime
        assert isinstance(runtime, WorkspaceRuntime)
        before = await runtime._own.log.head()
        begun = time.monotonic()
        with hands.watched():
            await play(hands, moves)
            await person.settled()
        told["seconds"] = time.monotonic() - begun
        told["broken"] = window.context.notices.reports()
        told["unmade"] = unmade(hands.done, hands.sent)
        told["sent"] = [one.command for one in hands.sent if type(one.command) in (*RULED.values(), RuleEach)]
        told["rulings"] = [one.event for one in await events_after(runtime, before) if type(one.event) in RULED]
        told["moves"] = len(hands.done)

    sit_down(tmp_path / "ws", visit, monotonic=clock)
    again = f"\nto do it again: CONSOLE_TEST_MOVES={target}"
    assert told["broken"] == "", f"{told['broken']}{again}"
    assert told["unmade"] == [], f"{told['unmade']}{again}"
    sent = {ruled for one in told["sent"] for ruled in rulings_of(one)}
    for ruling in told["rulings"]:
        assert (RULED[type(ruling)], ruling.ask_id) in sent, f"{ruling} was recorded and never sent{again}"
    print(f"{told['moves']} events in {told['seconds']:.0f} s, {len(told['rulings'])} rulings recorded")
    if "CONSOLE_TEST_MOVES" not in os.environ:
        assert told["rulings"], "nothing was decided at all"
    target.unlink()


def rulings_of(command: Any) -> list[tuple[type, AskId]]:
    """What it rules: one request, or each of the look-alikes."""
    if isinstance(command, RuleEach):
        return [(Approve if command.ruling == "approve" else Reject, ask_id) for ask_id, _ in command.items]
    return [(type(command), command.ask_id)]


async def events_after(runtime: WorkspaceRuntime, seq: int) -> list[Envelope]:
    found: list[Envelope] = []
    while page := await runtime._own.log.read(seq, 1000):
        found += page
        seq = page[-1].seq
    return found


# -- the judge is seen to find what is wrong ---------------------------------------------------------------------
CARD = Shown("ask-1", "d1", tier=3, checks=1, ticked=(0,))
APPROVE = Approve(AskId("ask-1"), "anna", "d1", None, (0,), 5_000)


def held(seconds: float, *, card: Shown = CARD, typing: bool = False, what: str = "down A") -> tuple[list[Done], Sent]:
    """Shown at 0 with its check open, ticked at 2, held from 3 on."""
    unticked = Shown(card.ask_id, card.digest, card.tier, card.checks)
    done = [
        Done(0.0, "show", "", Shown()),
        Done(0.1, "down J", "AskList", unticked),
        Done(2.0, "down Space", "check", unticked),
        Done(2.1, "up Space", "check", unticked),
        Done(3.0, what, "AskList", card, typing),
    ]
    return done, Sent(3.0 + seconds, len(done), APPROVE)


def test_a_whole_gesture_is_one() -> None:
    done, sent = held(1.0)
    assert unmade(done, [sent]) == []


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (held(0.4), "held for 0.40 s"),
        (held(1.1, what="down J"), "nothing was held"),
        (held(1.1, typing=True), "nothing was held"),
        (held(1.1, card=Shown("ask-2", "d1", 3, 1, (0,))), "the card showed ask-2"),
        (held(1.1, card=Shown("ask-1", "d2", 3, 1, (0,))), "the card showed ask-1 d2"),
        (held(1.1, card=Shown("ask-1", "d1", 3, 2, (0,))), "1 of 2 checks"),
        (held(1.1, card=Shown("ask-1", "d1", 3, 1, (0,), in_front=False)), "in front"),
        (held(1.1, card=Shown("ask-1", "d1", 1, 0)), ""),
    ],
)
def test_a_gesture_that_was_not_whole_is_found(case: tuple[list[Done], Sent], why: str) -> None:
    done, sent = case
    found = unmade(done, [sent])
    assert (why in found[0]) if why else found == []


SMALL = Shown("ask-1", "d1", 1)


@pytest.mark.parametrize(("looking", "why"), [(True, ""), (False, "in front")])
def test_an_approval_may_be_sent_moves_later_while_the_card_looks_once_more(looking: bool, why: str) -> None:
    meanwhile = Shown("ask-1", "d1", 1, looking=looking)
    done = [
        Done(0.0, "show", "", Shown()),
        Done(0.1, "down J", "AskList", SMALL),
        Done(2.0, "down A", "AskList", SMALL),
        Done(2.1, "up A", "AskList", meanwhile),
        Done(7.0, "down Ctrl+1", "AskList", meanwhile),
        Done(7.5, "down Ctrl+2", "FleetGrid", Shown(looking=looking)),
        Done(8.0, "down Esc", "SettingsDialog", Shown("ask-1", "d1", 1, in_front=False, looking=looking)),
    ]
    found = unmade(done, [Sent(9.0, len(done), Approve(AskId("ask-1"), "anna", "d1", None, (), 5_000))])
    assert (why in found[0]) if why else found == []


WIDE = Shown("ask-1", "d1", 2)


@pytest.mark.parametrize(("before", "why"), [(1.0, ""), (0.4, "seen for 1.20 s")])
def test_a_wide_card_is_seen_long_enough_in_all_also_where_another_screen_came_between(before: float, why: str) -> None:
    done = [
        Done(0.0, "show", "", Shown("ask-2", "d2", 1)),
        Done(1.0, "down J", "AskList", Shown("ask-2", "d2", 1)),
        Done(1.0 + before, "down Ctrl+1", "AskList", WIDE),
        Done(5.0, "down Ctrl+2", "FleetGrid", Shown()),
        Done(5.8, "down A", "AskList", WIDE),
    ]
    found = unmade(done, [Sent(5.9, len(done), Approve(AskId("ask-1"), "anna", "d1", None, (), 5_000))])
    assert (why in found[0]) if why else found == []


GROUP = Shown("group:ask-1", parts=(("ask-1", "d1"), ("ask-2", "d2")))
BOTH = ((AskId("ask-1"), "d1"), (AskId("ask-2"), "d2"))


@pytest.mark.parametrize(
    ("what", "card", "items", "why"),
    [
        ("down A", GROUP, BOTH, ""),
        ("down J", GROUP, BOTH, "the last move was down J"),
        ("down A", GROUP, BOTH[:1], "the card held 2 items, ruled were 1 others"),
        ("down A", Shown("group:ask-1", parts=GROUP.parts, in_front=False), BOTH, "in front"),
    ],
)
def test_look_alikes_are_ruled_as_they_were_shown(
    what: str, card: Shown, items: tuple[tuple[AskId, str], ...], why: str
) -> None:
    done = [Done(0.0, "show", "", Shown()), Done(0.1, "down J", "AskList", card), Done(2.0, what, "AskList", card)]
    found = unmade(done, [Sent(2.1, 3, RuleEach(items, "anna", "approve"))])
    assert (why in found[0]) if why else found == []


def test_a_tick_that_nobody_made_is_found() -> None:
    done, sent = held(1.1)
    done[3] = Done(2.1, "up K", "AskList", done[3].before)
    assert "was ticked by up K" in unmade(done, [sent])[0]


def test_a_rejection_without_its_reasons_is_found() -> None:
    done = [Done(0.0, "show", "", Shown()), Done(1.0, "down Return", "AskList", CARD)]
    reject = Reject(AskId("ask-1"), "anna", "Too much", 100)
    assert "the reasons were" in unmade(done, [Sent(1.1, 2, reject)])[0]
