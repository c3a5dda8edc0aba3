"""Sums, bars and words of the spend screen. No Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.presenters.times import day_of_year
from console.presenters.wording import number, say
from runtime.domain.agent_spec import PLAYBOOK_LABEL
from runtime.domain.money import MICROS_PER_DOLLAR, dollars
from runtime.projections.rows import SpendRow, StripFigures, TaskSpend

DAYS = 31
GROUPS = ("day-agent", "day", "agent", "model", "task")
MEASURES = ("cost", "tokens", "runs")
COLUMNS = ("day", "agent", "model", "runs", "input_tokens", "output_tokens", "cost_usd", "price_unknown")


@dataclass(frozen=True, slots=True)
class SpendLine:
    """One line of the table; ``day``, ``agent`` or ``model`` empty = over all of them."""

    day: str
    agent: str
    model: str
    runs: int
    tokens_in: int
    tokens_out: int
    cost: int
    unknown: int


def lines_of(rows: Iterable[SpendRow], group: str) -> list[SpendLine]:
    """The rows summed by what the person chose: newest day first, dearest agent first."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for row in rows:
        key = (
            row.day if group in ("day-agent", "day") else "",
            row.agent if group in ("day-agent", "agent") else "",
            "" if group == "day" else row.model,
        )
        values = sums.setdefault(key, [0] * 5)
        for at, value in enumerate((row.runs, row.input_tokens, row.output_tokens, row.cost_micros, row.price_unknown)):
            values[at] += value
    found = [SpendLine(*key, *values) for key, values in sums.items()]
    found.sort(key=lambda line: (-line.cost, line.agent))
    found.sort(key=lambda line: line.day, reverse=True)
    return found


def task_lines(tasks: Iterable[TaskSpend]) -> list[SpendLine]:
    """A line for each finished task, newest first: the day it ended, its agent, what it was about."""
    found = []
    for task in tasks:
        day = datetime.fromtimestamp(task.finished_at / 1_000_000).date().isoformat()
        what = f"{task.title} ({task.outcome})"
        tokens = (task.input_tokens, task.output_tokens)
        found.append(SpendLine(day, task.agent, what, 1, *tokens, task.cost_micros, task.price_unknown))
    return found


def measure(line: SpendLine, what: str) -> int:
    """The figure that is drawn."""
    return {"cost": line.cost, "tokens": line.tokens_in + line.tokens_out, "runs": line.runs}[what]


def days_of(rows: Sequence[SpendRow], today: date, what: str) -> list[tuple[date, int]]:
    """Every day up to today, oldest first; days without anything are there with nothing."""
    per_day = {line.day: measure(line, what) for line in lines_of(rows, "day")}
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    return [(day, per_day.get(day.isoformat(), 0)) for day in days]


def said_measure(value: int, what: str) -> str:
    """``$1.84``, ``12,400 tokens``, ``4 runs``."""
    if what == "cost":
        return dollars(value)
    word = {"tokens": "token", "runs": "run"}[what]
    return f"{value:,} {word if value == 1 else word + 's'}"


def day_words(day: date, today: date) -> str:
    """``today``, ``19 Nov``."""
    return "today" if day == today else day_of_year(day)


def bars_sentence(days: Sequence[tuple[date, int]], what: str) -> str:
    """What a screen reader says of the picture."""
    total, most = sum(value for _, value in days), max(days, key=lambda pair: pair[1])
    if not total:
        return say("Nothing in {count} days", count=len(days))
    top = say(
        "{said_measure} on {day}",
        said_measure=said_measure(most[1], what),
        day=day_of_year(most[0]),
    )
    return say(
        "{said_measure} in {count} days, most {top}. The table below has the numbers",
        said_measure=said_measure(total, what),
        count=len(days),
        top=top,
    )


def cost_cell(line: SpendLine) -> str:
    """The cost; what has no known price is said and never counted as nothing."""
    if line.unknown and not line.cost:
        return say("price unknown")
    return f"{dollars(line.cost)} +" if line.unknown else dollars(line.cost)


def total_note(rows: Sequence[SpendRow]) -> str:
    """What has to be said about the sum."""
    unknown = sum(row.price_unknown for row in rows)
    if unknown:
        answers = say("answer has") if unknown == 1 else say("answers have")
        return say(
            "{unknown} {answers} no known price and are in no sum. The real cost is higher.",
            unknown=number(unknown),
            answers=answers,
        )
    if rows and all(row.model == PLAYBOOK_LABEL for row in rows):
        return say("All agents work from a playbook, no language model. It asks no provider and costs $0.00.")
    return say("Every answer has a known price.")


def cap_words(figures: StripFigures) -> tuple[str, str]:
    """(today of cap, forecast)."""
    cap = figures.day_cap_micros
    head = (
        say("{money} of {money_2}", money=dollars(figures.spend_today_micros), money_2=dollars(cap))
        if cap
        else dollars(figures.spend_today_micros)
    )
    if not figures.forecast_micros:
        return head, say("no forecast yet") if cap else say("no cap is set")
    return head, say("{money} by midnight if it goes on like this", money=dollars(figures.forecast_micros))


def csv_cells(row: SpendRow) -> tuple[str | int, ...]:
    """One row as it is exported."""
    cost = f"{row.cost_micros / MICROS_PER_DOLLAR:.6f}"
    return (row.day, row.agent, row.model, row.runs, row.input_tokens, row.output_tokens, cost, row.price_unknown)
