"""Notices about money: a cap nearly spent; what was kept, counted in full or passed; a dearer answer. Each once."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from console.notices.centre import NoticeCentre
from console.notices.notice import Notice
from runtime.domain.budget import said
from runtime.domain.envelope import Envelope
from runtime.domain.events.budget import (
    CapNeared,
    DearerAnswered,
    ReservationExpired,
    ReservationKept,
    ReservationSettled,
)
from runtime.projections.telling_budget import dearer_words


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
        case DearerAnswered(model=model, answered=answered):
            sentence = _tr("{model} was answered by {answered}. Its next calls are reserved at that price.").format(
                model=model, answered=dearer_words(answered)
            )
            return Notice("refused", _tr("A model or tier answered that costs more"), sentence, key=f"dearer {model}")
        case ReservationKept(sentence=sentence):
            return Notice("refused", _tr("What a call cost is not known"), sentence, key="kept reservations")
        case ReservationExpired(held=held) if held is not None:
            sentence = _tr("Nobody learned what it cost; {amount} count as spent.").format(amount=said(held.worst))
            return Notice("refused", _tr("A call was counted in full"), sentence, key="expired reservations")
        case _:
            return None
