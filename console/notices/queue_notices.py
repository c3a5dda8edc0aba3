"""News of the queue: a flood passes by in the footer (its banner stays); an agent that takes no no is told of."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from console.notices.centre import NoticeCentre
from console.notices.notice import Notice
from runtime.domain.envelope import Envelope
from runtime.domain.events.agents import AgentPaused
from runtime.domain.events.people import FloodBegan, FloodEnded
from runtime.domain.ids import RUNTIME


def _tr(text: str) -> str:
    return QCoreApplication.translate("QueueNotices", text)


def tell_queue(notices: NoticeCentre, envelopes: Sequence[Envelope]) -> None:
    """What of these events a person should know without looking for it."""
    for envelope in envelopes:
        match envelope.event:
            case FloodBegan(asks=asks):
                notices.done(_tr("{count} asks in 10 minutes: alike asks are grouped").format(count=asks))
            case FloodEnded(asks=asks, decided=decided, waiting=waiting):
                said = _tr("The flood is over: {count} asks, {decided} decided, {waiting} wait")
                notices.done(said.format(count=asks, decided=decided, waiting=waiting))
            case AgentPaused(name=name, by=by, why=why) if by == RUNTIME and why:
                notices.tell(Notice("refused", _tr("{agent} is paused").format(agent=name), why, key=f"paused {name}"))
            case _:
                pass
