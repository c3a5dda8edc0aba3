"""Words of caps, prices and asks about caps. No Qt."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from console.presenters.times import clock_time
from console.presenters.wording import number, say
from runtime.domain.budget import NOTHING, Amount, Cap, CapKind, EnteredPrice, said
from runtime.domain.money import MICROS_PER_DOLLAR, dollars
from runtime.projections.rows import CapLine, ReservationRow

_TITLES = {
    CapKind.RUN: "a run",
    CapKind.AGENT_DAY: "agent and day",
    CapKind.DAY: "day",
    CapKind.MONTH: "month",
}


def cap_title(kind: CapKind) -> str:
    """What a cap bounds."""
    return say(_TITLES[kind])


def limit_words(limit: Amount | Cap) -> str:
    """``$20.00``, ``$20.00 and 1,000,000 tokens``, ``no cap``."""
    if not limit.micros and not limit.tokens:
        return say("no cap")
    return said(Amount(limit.micros, limit.tokens))


def amount_words(amount: Amount, limit: Amount) -> str:
    """An amount in what its cap bounds: money, tokens, or both; money where it bounds nothing."""
    parts = [dollars(amount.micros)] if limit.micros or not limit.tokens else []
    if limit.tokens:
        parts.append(say("{tokens} tokens", tokens=number(amount.tokens)))
    return say("{money} and {tokens}", money=parts[0], tokens=parts[1]) if len(parts) == 2 else parts[0]


def share_of(used: Amount, limit: Amount) -> float | None:
    """The larger share of money or tokens that is used; None where there is no cap."""
    shares = []
    if limit.micros:
        shares.append(used.micros / limit.micros)
    if limit.tokens:
        shares.append(used.tokens / limit.tokens)
    return max(shares) if shares else None


def micros_typed(text: str) -> int:
    """Dollars as typed (``20``, ``0.15``, ``$1,000.50``) in micro-dollars, exactly.

    Raises ValueError with a sentence.
    """
    try:
        amount = Decimal(text.strip().removeprefix("$").replace(",", "")) * MICROS_PER_DOLLAR
    except InvalidOperation:
        raise ValueError(
            say("{text!r} is not an amount in dollars; write 20 or 0.15. Nothing was changed.", text=text)
        ) from None
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value() or amount > 10**15:
        raise ValueError(
            say("{text!r} is not an amount from 0 on with at most six decimals. Nothing was changed.", text=text)
        )
    return int(amount)


def typed_words(micros: int | None) -> str:
    """As it is typed: ``20``, ``0.15``; nothing for None."""
    if micros is None:
        return ""
    return f"{Decimal(micros) / MICROS_PER_DOLLAR:f}"


def price_cells(price: EnteredPrice) -> tuple[str, str, str, str]:
    """In, out, from the cache, into the cache; "as in" where it is charged like other input."""

    def cell(micros: int | None) -> str:
        return say("as in") if micros is None else dollars(micros)

    return dollars(price.input), dollars(price.output), cell(price.cached_input), cell(price.cache_write)


def cap_sentence(line: CapLine) -> str:
    """``$4.20 spent, $0.35 reserved, $15.45 left of $20.00``; what single runs were allowed beyond is said."""
    spent, held = amount_words(line.spent, line.limit), amount_words(line.held, line.limit)
    if not line.limit.micros and not line.limit.tokens:
        return say("{spent} spent, {held} reserved, no cap", spent=spent, held=held)
    left = amount_words(line.left, line.limit)
    raised = say("; {said} more allowed to single runs", said=said(line.raised)) if line.raised != NOTHING else ""
    return say(
        "{spent} spent, {held} reserved, {left} left of {limit_words}{raised}",
        spent=spent,
        held=held,
        left=left,
        limit_words=limit_words(line.limit),
        raised=raised,
    )


def kept_words(reservations: Sequence[ReservationRow]) -> str:
    """What stays reserved, and until when, of calls whose end an earlier life of the program never heard of."""
    kept = [one for one in reservations if one.kept]
    if not kept:
        return ""
    total = dollars(sum(one.worst.micros for one in kept))
    calls = say("1 call") if len(kept) == 1 else say("{count} calls", count=len(kept))
    return say(
        "The program ended while {calls} ran. What that cost is not known; {total} stays reserved until {time}, "
        "then it counts as spent.",
        calls=calls,
        total=total,
        time=clock_time(max(one.until for one in kept)),
    )
