"""Words of caps, prices and asks about caps. No Qt."""

from decimal import Decimal, InvalidOperation

from runtime.domain.budget import Amount, Cap, CapKind, EnteredPrice, said
from runtime.domain.money import MICROS_PER_DOLLAR, dollars

_TITLES = {
    CapKind.RUN: "a run",
    CapKind.AGENT_DAY: "agent and day",
    CapKind.DAY: "day",
    CapKind.MONTH: "month",
}


def cap_title(kind: CapKind) -> str:
    """What a cap bounds."""
    return _TITLES[kind]


def limit_words(limit: Amount | Cap) -> str:
    """``$20.00``, ``$20.00 and 1,000,000 tokens``, ``no cap``."""
    if not limit.micros and not limit.tokens:
        return "no cap"
    return said(Amount(limit.micros, limit.tokens))


def amount_words(amount: Amount, limit: Amount) -> str:
    """An amount in what its cap bounds: money, tokens, or both; money where it bounds nothing."""
    parts = [dollars(amount.micros)] if limit.micros or not limit.tokens else []
    if limit.tokens:
        parts.append(f"{amount.tokens:,} tokens")
    return " and ".join(parts)


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
        raise ValueError(f"{text!r} is not an amount in dollars; write 20 or 0.15. Nothing was changed.") from None
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value() or amount > 10**15:
        raise ValueError(f"{text!r} is not an amount from 0 on with at most six decimals. Nothing was changed.")
    return int(amount)


def price_cells(price: EnteredPrice) -> tuple[str, str, str, str]:
    """In, out, from the cache, into the cache; "as in" where it is charged like other input."""

    def cell(micros: int | None) -> str:
        return "as in" if micros is None else dollars(micros)

    return dollars(price.input), dollars(price.output), cell(price.cached_input), cell(price.cache_write)
