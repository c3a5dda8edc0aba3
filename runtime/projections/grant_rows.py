"""What standing grants are now, and every use of one; and the rows that are handed out about them."""

import msgspec

from runtime.domain.envelope import Envelope
from runtime.domain.events.grants import GrantEnded, GrantGiven, GrantUsed
from storage.records import Add, Put, RowChange, Value


class GrantRow(msgspec.Struct, frozen=True):
    """One standing grant. ``standing``: it holds now; ``over`` says in a sentence why it does not. Times µs UTC."""

    given: GrantGiven
    given_at: int
    by: str
    """The name of who gave it."""
    used: int
    standing: bool
    waits: bool = False
    """Its approval is still held: it begins when that acts."""
    over: str = ""
    ended_at: int = 0
    last_used_at: int = 0

    @property
    def left(self) -> int:
        """How often it can still be used."""
        return max(0, self.given.uses - self.used) if self.standing else 0


class GrantUse(msgspec.Struct, frozen=True):
    """One action that was done under a grant. ``outcome`` as in the journal; "" = it is under way."""

    grant_id: str
    use: int
    run_id: str
    call_id: str
    at: int
    title: str
    outcome: str
    undone: bool


def grant_rows(seq: Value, envelope: Envelope) -> list[RowChange]:
    """Changes of grants and grant_uses."""
    event, at = envelope.event, envelope.at
    match event:
        case GrantGiven(grant_id=grant_id):
            given: dict[str, Value] = {
                "agent": event.agent,
                "tool": event.tool,
                "ask_id": event.ask_id,
                "given_by": event.by,
                "given": msgspec.json.encode(event).decode(),
                "given_at": at,
                "until": event.until,
                "uses": event.uses,
            }
            return [Put("grants", {"grant_id": grant_id}, given)]
        case GrantUsed(grant_id=grant_id, run_id=run_id, call_id=call_id):
            used: dict[str, Value] = {"run_id": run_id, "call_id": call_id, "at": at}
            return [
                Add("grants", {"grant_id": grant_id}, {"used": 1}),
                Put("grants", {"grant_id": grant_id}, {"last_used_at": at}),
                Put("grant_uses", {"grant_id": grant_id, "use": event.use}, used),
            ]
        case GrantEnded(grant_id=grant_id):
            over: dict[str, Value] = {
                "ended_at": at,
                "ended_how": event.how,
                "ended_by": event.by,
                "ended_sentence": event.sentence,
            }
            return [Put("grants", {"grant_id": grant_id}, over)]
        case _:
            return []
