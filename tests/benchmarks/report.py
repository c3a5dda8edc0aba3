"""The table and the JSON of what was measured, with the machine it was measured on."""

import json
import os
import platform
import sqlite3
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.workload import Measured

FEWEST_ROUNDS = 5


def machine() -> dict[str, Any]:
    """Where and when it is busy how: Python, SQLite, cores, load."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "cores": os.cpu_count() or 0,
        "load": None if sys.platform == "win32" else [round(part, 2) for part in os.getloadavg()],
    }


def heading(of: dict[str, Any]) -> str:
    """One line about the machine."""
    load = "not known" if of["load"] is None else " ".join(f"{part:.2f}" for part in of["load"])
    return (
        f"Python {of['python']}, SQLite {of['sqlite']}, {of['cores']} cores, load average at the start {load}, "
        f"{of['system']}"
    )


def table(measured: Measured) -> str:
    """The medians of one workload, a line for each contender, then its targets."""
    workload, medians = measured.workload, measured.medians()
    lines = [f"{workload.name}: {workload.title}"]
    if measured.failed:
        return "\n".join([*lines, f"  NOT MEASURED: {measured.failed}"])
    rounds = min(len(one) for one in measured.figures.values())
    few = "" if rounds >= FEWEST_ROUNDS else "; quick: medians of five are meant"
    if workload.rounds is not None:
        few = "; one is long enough to be its own median" if workload.rounds == 1 else ""
    lines.append(f"  medians of {rounds} rounds in {measured.minutes:.1f} min{few}")
    names = list(workload.shown or dict.fromkeys(figure for figures in medians.values() for figure in figures))
    width = max(len(name) for name in medians) + 2
    widths = [max(12, len(name) + 2) for name in names]
    lines.append("  " + " " * width + "".join(name.rjust(wide) for name, wide in zip(names, widths, strict=True)))
    for contender, figures in medians.items():
        cells = [(number(figures[name]) if name in figures else "-") for name in names]
        row = "".join(cell.rjust(wide) for cell, wide in zip(cells, widths, strict=True))
        lines.append("  " + contender.ljust(width) + row)
    for contender, facts in measured.facts.items():
        if facts:
            lines.append(f"    {contender}: " + "; ".join(f"{name} {value}" for name, value in facts.items()))
    for target in workload.targets:
        word = "reached" if target.reached(medians) else "NOT REACHED"
        lines.append(f"  {word:12}{target.sentence}; measured {number(target.value(medians))}")
    for name, text in measured.explained.items():
        lines += [f"  {name}:", *(f"    {line}" for line in text.splitlines())]
    return "\n".join(lines)


def number(value: float) -> str:
    """Three digits that say something, thousands with a comma."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def write_json(path: Path, of: dict[str, Any], results: list[Measured]) -> None:
    """Everything: each round's figures, medians, facts, targets."""
    content = {"machine": of, "workloads": [_as_json(measured) for measured in results]}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def workload_whole(measured: Measured) -> bool:
    """Whether it had as many rounds as are meant; one that takes minutes says itself how many."""
    wanted = measured.workload.rounds or FEWEST_ROUNDS
    return all(len(rounds) >= wanted for rounds in measured.figures.values())


def _as_json(measured: Measured) -> dict[str, Any]:
    medians = {} if measured.failed else measured.medians()
    return {
        "name": measured.workload.name,
        "title": measured.workload.title,
        "failed": measured.failed,
        "minutes": round(measured.minutes, 2),
        "quick": not workload_whole(measured),
        "rounds": measured.figures,
        "medians": medians,
        "facts": measured.facts,
        "explained": measured.explained,
        "targets": [
            {"target": target.sentence, "value": target.value(medians), "reached": target.reached(medians)}
            for target in measured.workload.targets
            if medians
        ],
    }
