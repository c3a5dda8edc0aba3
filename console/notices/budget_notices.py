"""Notices about money: 80 % of a cap spent, a reservation kept, counted in full or passed. Each is told once."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from console.notices.centre import NoticeCentre
from console.notices.notice import Notice
from runtime.domain.budget import said
from runtime.domain.envelope import Envelope
from runtime.domain.events.budget import CapNeared, ReservationExpired, ReservationKept, ReservationSettled


def _tr(text: str) -> str:
    return QCoreApplication.translate("BudgetNotices", text)


def tell_budget(notices: NoticeCentre, envelopes: Sequence[Envelope]) -> None:
    """What of these events a person should know without looking for it."""
    for envelope in envelopes:
        notice = _notice(envelope)
        if notice is not None:
            notices.tell(notice)


def _notice(envelope: Envelope) -> Notice | None:
    event = envelope.event
    match event:
        case CapNeared(kind=kind, key=key, spent=spent, limit=limit):
            headline = _tr("80 % of a cap are spent")
            sentence = _tr("{cap} {key}: {spent} of {limit}. Spend shows what is left.").format(
                cap=str(kind).capitalize(), key=key, spent=said(spent), limit=said(limit)
            )
            return Notice("refused", headline, sentence, key=f"cap {kind} {key}")
        case ReservationSettled(cost=cost, held=held) if event.beyond and held is not None:
            sentence = _tr(
                "{model} did cost {cost}; {worst} were reserved. All of it counts; later calls are held to the caps."
            ).format(model=held.model, cost=said(cost), worst=said(held.worst))
            return Notice("refused", _tr("A call did cost more than was reserved"), sentence, key="beyond reservations")
        case ReservationKept(sentence=sentence):
            return Notice("refused", _tr("What a call cost is not known"), sentence, key="kept reservations")
        case ReservationExpired(held=held) if held is not None:
            sentence = _tr("Nobody learned what it cost; {amount} count as spent.").format(amount=said(held.worst))
            return Notice("refused", _tr("A call was counted in full"), sentence, key="expired reservations")
        case _:
            return None
