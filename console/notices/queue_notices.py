"""Notices about the queue: a flood began or is over, an agent was paused because it takes no no. Each is told once."""

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
                headline = _tr("{count} asks in 10 minutes").format(count=asks)
                said = _tr("Alike asks are grouped and priority 3 is held until the rate is back under 5.")
                notices.tell(Notice("refused", headline, said, key="flood"))
            case FloodEnded(asks=asks, decided=decided, waiting=waiting):
                headline = _tr("The flood is over: {count} asks").format(count=asks)
                said = _tr("{decided} decided, {waiting} still wait.").format(decided=decided, waiting=waiting)
                notices.tell(Notice("waiting", headline, said, key="flood"))
            case AgentPaused(name=name, by=by, why=why) if by == RUNTIME and why:
                notices.tell(Notice("refused", _tr("{agent} is paused").format(agent=name), why, key=f"paused {name}"))
            case _:
                pass
