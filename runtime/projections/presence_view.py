"""Duty and presence of people, from the rows about them."""

from collections.abc import Mapping

import msgspec

from runtime.domain.presence import Presence
from runtime.projections.row import Row
from runtime.projections.workspace_rows import AWAY, DUTY


def presence(values: Mapping[str, Row]) -> dict[str, Presence]:
    """By operator's id; who is not in it is on duty and there, as far as is known."""
    found: dict[str, Presence] = {}
    for name, row in values.items():
        if name.startswith(DUTY):
            who = name.removeprefix(DUTY)
            on_duty = row["value"] == "on"
            found[who] = msgspec.structs.replace(found.get(who, Presence()), on_duty=on_duty, duty_since=row["at"])
        elif name.startswith(AWAY):
            who = name.removeprefix(AWAY)
            found[who] = msgspec.structs.replace(found.get(who, Presence()), away_since=row["at"], measured=True)
    return found
