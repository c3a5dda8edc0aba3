"""What a reserved model call did cost, as the command that records its answer says it."""

import msgspec

from runtime.domain.budget import Amount
from runtime.domain.ids import ReservationId


class Spent(msgspec.Struct, frozen=True, gc=False):
    """What a reserved call did cost; settled in the commit that records its answer."""

    reservation_id: ReservationId
    month: str
    cost: Amount
    sure: bool = True
    prices: str = ""
    why: str = ""
