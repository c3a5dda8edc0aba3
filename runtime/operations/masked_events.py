"""The last look before something is recorded: no event holds a secret that this workspace knows."""

import msgspec

from runtime.domain.events import Event
from runtime.domain.redaction import Redactor, cleaned

_UNDO = "undo"
"""What restores things exactly must stay as it is; it is shown nowhere."""


def masked_event(event: Event, redactor: Redactor) -> Event:
    """The event, with known secrets masked in all its texts. Nearly always the very same one."""
    if not redactor.knows_any:
        return event
    try:
        body = msgspec.json.encode(event)
    except (UnicodeEncodeError, ValueError, TypeError):
        return event  # it cannot be recorded, which is told where it is tried
    if not redactor.holds(body.decode()):
        return event
    plain = msgspec.to_builtins(event)
    clean = {key: one if key == _UNDO else cleaned(one, redactor.known) for key, one in plain.items()}
    found: Event = msgspec.convert(clean, type(event))
    return found
