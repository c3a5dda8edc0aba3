"""A model or tier that answers in place of what was asked, and costs more: noted, and reserved for from then on.

Reserved is, from the first call on, the dearest that a provider says it may charge: any tier where its word for the one
that is asked for does not bind it, the dearest dated model of a name, the region an account may be bound to. A cap can
be passed by what a call costs beyond that, and this is known only when it has happened: another model answers than any
of that name, a tier is charged that the provider's own word excluded, or more tokens are charged than there were bytes
sent and words allowed. It can happen once for each route and kind; calls under way at that moment may each do so.
"""

from typing import TYPE_CHECKING

from runtime.domain.decision import Origin, Usage
from runtime.domain.loop_commands import NoteDearer
from runtime.models.prices import Priced, Prices
from runtime.models.worst_case import MostUsed

if TYPE_CHECKING:
    from runtime.engine.parts import Parts


def prices_of(parts: "Parts") -> Prices:
    """The prices as people entered them until now, over the table's."""
    return Prices(parts.states.terms.prices, parts.states.terms.numbers)


def reserved_price(parts: "Parts", route: str, most: MostUsed, now: int) -> Priced | None:
    """What is reserved: the dearest of what is asked for and of all that ever answered in its place.

    None = the price of what is asked for is not known.
    """
    prices, tokens = prices_of(parts), (most.input_tokens, most.output_tokens)
    asked = prices.worst(route, *tokens, now, most.tier)
    if asked is None:
        return None
    before = parts.states.terms.dearer.get(route, ())
    others = [prices.worst(route, *tokens, now, by.tier or most.tier, by.model) for by in before]
    return max((asked, *(one for one in others if one is not None)), key=lambda one: one.micros)


async def note_dearer(parts: "Parts", route: str, tier: str, usage: Usage, origin: Origin) -> None:
    """Once for each who answers a route at a higher price; the first time can be known only when it has happened."""
    if not route or not (origin.model or usage.tier):
        return
    by = prices_of(parts).dearer(route, origin.model, usage.tier, parts.clock.now(), tier)
    if by is not None and by not in parts.states.terms.dearer.get(route, ()):
        await parts.record(NoteDearer(route, by))
