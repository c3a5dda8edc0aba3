"""The health figures of UX section 7, worked out from the asks of a span of time. Pure; times in µs."""

from bisect import bisect_left
from collections.abc import Sequence
from statistics import median

from runtime.domain.repeats import TIMES
from runtime.projections.queue_rows import MINUTE, HealthFigures, RuleRate
from runtime.projections.row import Row

SHIFT = 8 * 60 * MINUTE
TEN_MINUTES = 10 * MINUTE
LOOKED_TOO_SHORT_MS = 3_000


def most_within(raised: Sequence[int], span: int) -> int:
    """The most of these times (in order) that lie within any ``span``."""
    return max((at + 1 - bisect_left(raised, end - span + 1) for at, end in enumerate(raised)), default=0)


def health(
    asks: Sequence[Row], rules: Sequence[Row], since: int, until: int, now: int, reviews: tuple[int, int] = (0, 0)
) -> HealthFigures:
    """``asks`` as ``storage.reads.health.asked_between`` gives them, ``rules`` as ``by_rule``; ``reviews``: how many
    of what had run without a person, and how many of them should have been asked."""
    raised = [row["raised_at"] for row in asks]
    people = {row["ruled_by"] for row in asks if row["ruled_by"]}
    urgent = [row for row in asks if row["priority"] == 1]
    looks = [row for row in asks if row["ruled_at"] and row["priority"] in (1, 2) and row["looked_ms"]]
    urgent_looks = [row["looked_ms"] for row in looks if row["priority"] == 1]
    expired = [row for row in asks if row["closed_how"] == "expired"]
    approved = [row for row in reversed(asks) if row["ruling"].startswith("approved")]
    return HealthFigures(
        since=since,
        until=until,
        asks=len(asks),
        people=max(1, len(people)),
        busiest_10_min=most_within(raised, TEN_MINUTES),
        busiest_shift=most_within(raised, SHIFT),
        by_priority=_shares(asks),
        rules=tuple(rule_rate(row) for row in rules),
        urgent_look_median_ms=round(median(urgent_looks)) if urgent_looks else 0,
        urgent_rulings=len(urgent_looks),
        looked_under_3_s=sum(row["looked_ms"] < LOOKED_TOO_SHORT_MS for row in looks),
        measured_looks=len(looks),
        urgent=len(urgent),
        urgent_seen_in_2_min=sum(0 < _first_look(row) <= row["raised_at"] + 2 * MINUTE for row in urgent),
        urgent_decided_in_5_min=sum(0 < row["ruled_at"] <= row["raised_at"] + 5 * MINUTE for row in urgent),
        urgent_missed=sum(_missed(row, now) for row in urgent),
        expired_unseen=sum(not row["seen"] for row in expired),
        expired_seen=sum(bool(row["seen"]) for row in expired),
        stale=sum(_stale(row, now) for row in asks),
        repeats=sum(row["repeats"] == TIMES for row in asks),
        undone=tuple((row["ask_id"], row["title"], row["ruled_by"]) for row in approved if row["undone"]),
        harmful=tuple(
            (row["ask_id"], row["title"], row["ruled_by"], row["harmful"]) for row in approved if row["harmful"]
        ),
        reviewed=reviews[0],
        should_have_asked=reviews[1],
    )


def rule_rate(row: Row) -> RuleRate:
    """One line of ``by_rule``."""
    decided = (row["decided"], row["approved"], row["rejected"], row["undone"])
    return RuleRate(row["rule"], *decided, row["expired_unseen"])


def _shares(asks: Sequence[Row]) -> tuple[int, int, int]:
    counts = [sum(row["priority"] == level for row in asks) for level in (1, 2, 3)]
    return counts[0], counts[1], counts[2]


def _first_look(row: Row) -> int:
    """When somebody had it before them; whoever rules has looked."""
    looks = [at for at in (row["seen_at"], row["ruled_at"]) if at]
    return min(looks, default=0)


def _ended(row: Row, now: int) -> int:
    """When its waiting ended: ruled, else closed, else now."""
    return int(row["ruled_at"] or row["closed_at"] or now)


def _missed(row: Row, now: int) -> bool:
    return bool(_ended(row, now) > row["answer_by"])


def _stale(row: Row, now: int) -> bool:
    return bool(_ended(row, now) - row["raised_at"] > 2 * (row["answer_by"] - row["raised_at"]))
