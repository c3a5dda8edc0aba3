"""What the demo does not show, over a story: loading, stale, changed, failed, flooded, and a second person."""

from __future__ import annotations

import asyncio
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from console.change_set import ChangeSet
from console.dialogs.second_person_dialog import SecondPersonDialog
from console.notices.budget_notices import tell_budget
from console.notices.notice import Notice
from console.views.approvals_view import ApprovalsView
from console.views.table import APPROVALS, AUDIT, FLEET, RUNS, SPEND
from runtime.domain.budget import Amount, Answering, CapKind, Reservation
from runtime.domain.envelope import Envelope
from runtime.domain.events import BudgetEvent
from runtime.domain.events.budget import CapNeared, DearerAnswered, ReservationSettled
from runtime.domain.ids import AgentName, ReservationId, RunId, book_stream
from runtime.domain.words import Tier
from runtime.tools.http.arguments import Send
from runtime.tools.http.options import HttpOptions
from runtime.tools.http.outgoing import outgoing
from storage.errors import StorageUnavailable
from tests.screens.around import close_notices
from tests.screens.cards import story_card
from tests.screens.screen import Leave, Screen, Show, Stage, close_it

ROOMS = {"fleet": FLEET, "approvals": APPROVALS, "runs": RUNS, "audit": AUDIT, "spend": SPEND}


class Unanswered:
    """A history whose every question waits until ``answer`` is set."""

    def __init__(self, history: Any) -> None:
        self._history = history
        self.answer = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._history, name)

        async def later(*values: object, **named: object) -> object:
            await self.answer.wait()
            return await asked(*values, **named)

        return later


def loading(room: str) -> tuple[Show, Leave]:
    """A screen that was opened and whose first answer is not there yet."""

    async def show(stage: Stage) -> QWidget:
        story = stage.story.story
        if room == "approvals":  # the list is there; the card of another request is not
            await refund_card(stage)
        story.history = Unanswered(story.history)
        stage.window.show_view(ROOMS[room])
        if room == "approvals":
            stage.press(Qt.Key.Key_J)
        return stage.window

    async def leave(stage: Stage, _shown: QWidget) -> None:
        held = stage.story.story.history
        assert isinstance(held, Unanswered)
        stage.story.story.history = held._history
        held.answer.set()
        await stage.settled()

    return show, leave


class Unreadable:
    """A history of which nothing can be read."""

    def __init__(self, history: Any) -> None:
        self._history = history

    def __getattr__(self, name: str) -> Any:
        async def fails(*_values: object, **_named: object) -> object:
            raise StorageUnavailable("The disk does not answer.", "What was recorded is safe.", "Look again.")

        return self._history.caught_up if name == "caught_up" else fails


def unreadable(room: str) -> tuple[Show, Leave]:
    """The disk failed while this screen was read again."""

    async def show(stage: Stage) -> QWidget:
        stage.window.show_view(ROOMS[room])
        await stage.settled()
        story = stage.story.story
        story.history = Unreadable(story.history)
        stage.window.touch(ChangeSet(everything=True))
        await stage.until(lambda: stage.window.toasts.texts, "it is told")
        return stage.window

    async def leave(stage: Stage, shown: QWidget) -> None:
        stage.story.story.history = stage.story.story.history._history  # type: ignore[attr-defined]
        await close_notices(stage, shown)
        stage.window.touch(ChangeSet(everything=True))
        await stage.settled()

    return show, leave


def stale(room: str) -> tuple[Show, Leave]:
    """The journal does not answer while this screen is shown."""

    async def show(stage: Stage) -> QWidget:
        stage.window.show_view(ROOMS[room])
        await stage.settled()
        await silent(stage)
        return stage.window

    async def leave(stage: Stage, _shown: QWidget) -> None:
        await answered_again(stage)

    return show, leave


async def silent(stage: Stage) -> None:
    """The journal answers nobody."""
    world, beat = stage.story, stage.window.heartbeat
    world.story.silent = True
    beat.ask_now()
    world.pass_time(6)
    await stage.until(lambda: beat.is_stale, "the journal does not answer")


async def answered_again(stage: Stage) -> None:
    """It does."""
    beat = stage.window.heartbeat
    stage.story.story.silent = False
    beat.ask_now()
    await stage.until(lambda: not beat.is_stale, "the journal answers again")
    await stage.settled()


async def refund_card(stage: Stage) -> ApprovalsView:
    """The card of the refund, read to its end."""
    return await story_card(stage, "ask-refund")


async def tier_4(stage: Stage) -> QWidget:
    story = stage.story.story
    refund = story.asks["ask-refund"]
    story.asks["ask-refund"] = replace(refund, row=replace(refund.row, tier=Tier.FINAL_AND_WIDE))
    await refund_card(stage)
    return stage.window


async def second_person(stage: Stage) -> QWidget:
    view = await refund_card(stage)
    for box in view.desk.card.checks.boxes:
        box.setChecked(True)
    view.desk.tick()
    view.desk.approve()
    return await stage.shown(SecondPersonDialog)


REQUEST = outgoing(
    Send(
        method="POST",
        address="https://api.shop.example/v1/refunds?order=1042",
        body='{"amount_cents":8400,"note":"Mug broken\\u200b","order":"1042"}',
        content_type="application/json",
    ),
    HttpOptions.model_validate(
        {
            "addresses": ("https://api.shop.example/v1/",),
            "methods": ("POST",),
            "credentials": ({"account": "crm", "prefix": "Bearer "},),
            "keyed": True,
        }
    ),
    "ab" * 32,
).preview()


async def request_preview(stage: Stage) -> QWidget:
    stage.story.story.previews["ask-refund"] = REQUEST
    view = await refund_card(stage)
    view.desk.card.evidence.show_preview(REQUEST)
    view.desk.card.evidence.show_tab("preview")
    return stage.window


async def no_request(stage: Stage, _shown: QWidget) -> None:
    view = stage.window.view(APPROVALS)
    assert isinstance(view, ApprovalsView)
    del stage.story.story.previews["ask-refund"]
    view.desk.card.evidence.show_tab("run")


async def changed(stage: Stage) -> QWidget:
    view = await refund_card(stage)
    stage.story.story.change_arguments("ask-refund", {"order": "1042", "amount_cents": 9900})
    await stage.until(lambda: view.desk.state_bar.text, "the card says that the request changed")
    return stage.window


async def decided_elsewhere(stage: Stage) -> QWidget:
    await refund_card(stage)
    stage.story.story.decide_elsewhere("ask-mail", "maria")
    await story_card(stage, "ask-mail")
    return stage.window


async def flood(stage: Stage) -> QWidget:
    story = stage.story.story
    story.asks_per_10_min = 14
    story.queue.flood(14)
    await refund_card(stage)
    return stage.window


async def calm(stage: Stage, _shown: QWidget) -> None:
    stage.story.story.asks_per_10_min = 3
    stage.story.story.queue.flood(0)
    await stage.settled()


def nothing() -> None:
    """What the button of a pictured notice does."""


async def notices(stage: Stage) -> QWidget:
    """What went wrong, in each tone."""
    notices = stage.window.context.notices
    notices.tell(Notice("waiting", "Sent, not confirmed", "Nothing came back within 5 s.", "a", "Check now", nothing))
    notices.tell(Notice("refused", "Not done", "This request is already answered. Nothing was changed.", "b"))
    told = "The disk or the system refused: no space left. Nothing else was touched. Mend it and try again."
    notices.tell(Notice("fault", "This went wrong", told, "c"))
    notices.tell(Notice("crash", "Something in the program broke", "What was recorded is safe. (KeyError)", "d"))
    return stage.window


async def notices_of_money(stage: Stage) -> QWidget:
    """What a person is told of spend without looking for it; over a card the first stands alone until it is closed."""
    held = Reservation(
        ReservationId("c"), RunId("r"), AgentName("a"), "2026-11-20", "openai/gpt-5-mini", Amount(420_000, 900), 5
    )
    events: tuple[BudgetEvent, ...] = (
        DearerAnswered(held.model, Answering("gpt-5", "priority")),
        CapNeared(CapKind.DAY, "2026-11-20", Amount(16_100_000), Amount(20_000_000)),
        ReservationSettled(held.reservation_id, held.run_id, Amount(1_430_000, 900), held=held),
    )
    envelopes = [Envelope(at, book_stream("2026-11"), at, 1, "runtime", event) for at, event in enumerate(events, 1)]
    tell_budget(stage.window.context.notices, envelopes)
    return stage.window


async def broken_chain(stage: Stage) -> QWidget:
    stage.story.story.chain_broken = "Entry 812 was changed after it was written. Approvals are off."
    stage.window.show_view(APPROVALS)
    stage.window.touch(ChangeSet(everything=True))
    await stage.until(lambda: stage.window.truth.chain.isVisible(), "the banner is there")
    await stage.settled()
    return stage.window


STATES = (
    # first of all: a room is only empty before its first answer
    *(Screen(f"loading-{room}", *loading(room), loading=True) for room in ROOMS),
    *(Screen(f"stale-{room}", *stale(room), sample=room in ("approvals", "fleet")) for room in ROOMS),
    *(Screen(f"error-{room}", *unreadable(room), news=True) for room in ROOMS),
    Screen("approvals-flood", flood, calm, sample=True),
    Screen("notices", notices, close_notices, sample=True, news=True),
    Screen("notices-of-money", notices_of_money, close_notices, news=True),
    Screen("approvals-request-preview", request_preview, no_request, sample=True),
    Screen("approvals-decided-elsewhere", decided_elsewhere),
    Screen("approvals-tier-4", tier_4),
    Screen("second-person", second_person, close_it),
    Screen("approvals-changed", changed, sample=True),
)
LAST = (Screen("broken-chain", broken_chain, sample=True),)
"""Approvals are off from then on."""
