"""What is told about money without being looked for: a cap that is nearly spent, a cost that nobody knows."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from console.notices.budget_notices import tell_budget
from console.notices.centre import NoticeCentre
from console.notices.notice import Notice
from runtime.domain.budget import Amount, Answering, CapKind, Reservation
from runtime.domain.envelope import Envelope
from runtime.domain.events import BudgetEvent
from runtime.domain.events.budget import (
    CapNeared,
    DearerAnswered,
    ReservationExpired,
    ReservationKept,
    ReservationMade,
    ReservationSettled,
)
from runtime.domain.ids import AgentName, ReservationId, RunId, book_stream

pytestmark = pytest.mark.window
HELD = Reservation(ReservationId("c"), RunId("r"), AgentName("a"), "2026-11-20", "x/m", Amount(420_000, 900), 5)


def told(*events: BudgetEvent) -> list[Notice]:
    found: list[Notice] = []
    centre = NoticeCentre()
    centre.listen(found.append)
    stream = book_stream("2026-11")
    tell_budget(centre, [Envelope(at, stream, at, 1, "console", event) for at, event in enumerate(events, 1)])
    return found


def test_a_cap_that_is_nearly_spent_is_told_with_its_figures(qapp: QApplication) -> None:
    [notice] = told(CapNeared(CapKind.DAY, "2026-11-20", Amount(16_100_000), Amount(20_000_000)))
    assert notice.sentence == "Day 2026-11-20: $16.10 of $20.00. Spend shows what is left."
    assert not notice.passes


def test_a_cost_that_nobody_knows_is_told_and_an_ordinary_call_is_not(qapp: QApplication) -> None:
    kept = ReservationKept(ReservationId("c"), RunId("r"), 5, "What that cost is not known.")
    notices = told(ReservationMade(HELD), kept, ReservationExpired(ReservationId("c"), RunId("r"), HELD))
    assert [notice.sentence for notice in notices] == [
        "What that cost is not known.",
        "Nobody learned what it cost; $0.42 and 900 tokens count as spent.",
    ]


def test_a_call_that_did_cost_more_than_was_reserved_is_told(qapp: QApplication) -> None:
    settled = ReservationSettled(ReservationId("c"), RunId("r"), Amount(430_000, 900), held=HELD)
    within = ReservationSettled(ReservationId("c"), RunId("r"), Amount(420_000, 900), held=HELD)
    [notice] = told(within, settled)
    assert notice.sentence.startswith("x/m did cost $0.43 and 900 tokens; $0.42 and 900 tokens were reserved.")


def test_a_dearer_answer_is_told_with_who_answered(qapp: QApplication) -> None:
    [notice] = told(DearerAnswered("openai/gpt-5-mini", Answering("gpt-5", "priority")))
    assert notice.sentence == (
        "openai/gpt-5-mini was answered by gpt-5 at the tier priority. Its next calls are reserved at that price."
    )
