"""Money as whole numbers: micro-dollars (1 dollar = 1,000,000), so that sums are exact."""

MICROS_PER_DOLLAR = 1_000_000


def dollars(micros: int) -> str:
    """``1_840_000`` -> ``$1.84``; amounts below one cent keep four digits so that they do not read as nothing."""
    sign = "-" if micros < 0 else ""
    amount = abs(micros)
    if 0 < amount < MICROS_PER_DOLLAR // 100:
        return f"{sign}${amount / MICROS_PER_DOLLAR:.4f}"
    cents = (amount + 5_000) // 10_000
    return f"{sign}${cents // 100:,}.{cents % 100:02d}"
