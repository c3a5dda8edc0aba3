"""What an ask's events change in the approvals list."""

from collections.abc import Mapping

import msgspec

from runtime.domain.action import BadArguments, parse_arguments
from runtime.domain.envelope import Envelope
from runtime.domain.events.ask_care import (
    AfterwardsRead,
    AskFoundHarmful,
    AskFoundHarmless,
    AskHandedOver,
    AskReturned,
    AskSeen,
    AskShelved,
)
from runtime.domain.events.asks import (
    AskApproved,
    AskClosed,
    AskRaised,
    AskRejected,
    CapAnswered,
    DeadlinesMoved,
    HoldReleased,
    HoldRestarted,
    OutcomeTold,
    RulingTakenBack,
)
from runtime.domain.look_alikes import asking_rule
from runtime.domain.repeats import same_key
from runtime.domain.words import AskState
from storage.records import Put, RowChange, Value

APPROVED, APPROVED_WITH_EDIT, REJECTED, TOLD = "approved", "approved with edit", "rejected", "told"
CAP_ANSWERS = {"raise": "cap raised", "partial": "taken as it is", "stop": "stopped at the cap"}


def ask_rows(envelope: Envelope) -> list[RowChange]:
    """Changes of asks."""
    event, at = envelope.event, envelope.at
    match event:
        case AskRaised():
            return [Put("asks", {"ask_id": event.ask_id}, _raised(event, at))]
        case AskApproved(by=by, takes_effect=takes_effect):
            how = APPROVED_WITH_EDIT if event.edited else APPROVED
            return [_ruled(event, how, by, at, takes_effect, event.looked_ms)]
        case AskRejected(by=by, takes_effect=takes_effect):
            return [_ruled(event, REJECTED, by, at, takes_effect, event.looked_ms)]
        case OutcomeTold(by=by, takes_effect=takes_effect):
            return [_ruled(event, TOLD, by, at, takes_effect, event.looked_ms)]
        case CapAnswered(by=by, takes_effect=takes_effect):
            how = CAP_ANSWERS.get(event.answer, TOLD)
            return [_ruled(event, how, by, at, takes_effect, event.looked_ms)]
        case RulingTakenBack(ask_id=ask_id):
            nothing: dict[str, Value] = {
                "state": str(AskState.WAITING),
                "ruling": "",
                "ruled_by": "",
                "ruled_at": 0,
                "ruling_event": "",
                "takes_effect": 0,
                "looked_ms": 0,
            }
            return [Put("asks", {"ask_id": ask_id}, nothing)]
        case HoldReleased(ask_id=ask_id, takes_effect=takes_effect):
            return [Put("asks", {"ask_id": ask_id}, {"takes_effect": takes_effect})]
        case HoldRestarted(ask_id=ask_id, takes_effect=takes_effect):
            return [Put("asks", {"ask_id": ask_id}, {"takes_effect": takes_effect})]
        case DeadlinesMoved(ask_id=ask_id, answer_by=answer_by, expires=expires):
            moved: dict[str, Value] = {"answer_by": answer_by, "expires": expires, "moved_at": at}
            return [Put("asks", {"ask_id": ask_id}, moved)]
        case AskClosed(ask_id=ask_id):
            closed: dict[str, Value] = {
                "state": str(AskState.CLOSED),
                "closed_how": event.how,
                "closed_sentence": event.sentence,
                "closed_at": at,
                "seen": int(event.seen),
            }
            return [Put("asks", {"ask_id": ask_id}, closed)]
        case _:
            return _cared(envelope)


def _cared(envelope: Envelope) -> list[RowChange]:
    """First look, shelf, holder; harm found afterwards."""
    values: dict[str, Value]
    match envelope.event:
        case AskSeen(ask_id=ask_id, by=by):
            values = {"seen_at": envelope.at, "seen_by": by}
        case AskShelved(ask_id=ask_id, by=by, reason=reason, until=until):
            values = {"shelved_until": until, "shelved_by": by, "shelf_reason": reason}
        case AskReturned(ask_id=ask_id):
            values = {"shelved_until": 0, "shelved_by": "", "shelf_reason": ""}
        case AskHandedOver(ask_id=ask_id, by=by, to=to, note=note):
            values = {"holder": to, "handed_by": by, "hand_note": note}
        case AskFoundHarmful(ask_id=ask_id, by=by, why=why):
            values = {"harmful": why, "harmful_by": by, "harmful_at": envelope.at}
        case AskFoundHarmless(ask_id=ask_id):
            values = {"harmful": "", "harmful_by": "", "harmful_at": 0}
        case AfterwardsRead(ask_id=ask_id, by=by, harm=harm):
            read: dict[str, Value] = {"harm_read" if harm else "undo_read": envelope.at}
            return [Put("afterwards_read", {"ask_id": ask_id, "operator_id": by}, read)]
        case _:
            return []
    return [Put("asks", {"ask_id": ask_id}, values)]


def shape_of(tool: str, arguments: str) -> str:
    """Tool and names of its arguments: two asks of one shape are alike, whatever the values."""
    try:
        names: Mapping[str, object] = parse_arguments(arguments)
    except BadArguments:
        names = {}
    return f"{tool}({','.join(sorted(names))})"


def _raised(event: AskRaised, at: int) -> dict[str, Value]:
    return {
        "kind": event.kind,
        "state": str(AskState.WAITING),
        "title": event.title,
        "agent": event.agent,
        "tool": event.action.tool,
        "touches": event.touches,
        "effect": str(event.effect),
        "run_id": event.run_id,
        "call_id": event.call_id,
        "shape": shape_of(event.action.tool, event.action.arguments),
        "raised": msgspec.json.encode(event).decode(),
        "tier": int(event.tier),
        "raised_at": at,
        "answer_by": event.answer_by,
        "expires": event.expires,
        "rule": asking_rule(event.reasons),
        "same": "" if event.anew else same_key(event.agent, event.action),
        "priority": event.priority,
        "may_wait": int(event.may_wait),
    }


def _ruled(
    event: AskApproved | AskRejected | OutcomeTold | CapAnswered,
    how: str,
    by: str,
    at: int,
    takes_effect: int,
    looked_ms: int,
) -> Put:
    values: dict[str, Value] = {
        "state": str(AskState.HELD),
        "shelved_until": 0,
        "ruling": how,
        "ruled_by": by,
        "ruled_at": at,
        "ruling_event": msgspec.json.encode(event).decode(),
        "takes_effect": takes_effect,
        "looked_ms": looked_ms,
    }
    return Put("asks", {"ask_id": event.ask_id}, values)
