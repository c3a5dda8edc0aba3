"""`operator-console queue sample` and `queue review`: what ran without a person, one word about each.

What is reviewed has run; nothing is done or undone by saying so, so one line says it. It is named by run and call, and
only what the sample holds at that moment can be.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from console.cli.ask_page import action_lines
from console.cli.exit_status import DONE
from console.cli.people import operator_for
from console.cli.printing import Printer
from console.cli.runs import perform
from console.cli.short_ids import resolve, short
from console.presenters.review_text import came_of, nothing_to_review, review_facts
from console.presenters.times import day_and_time
from console.presenters.visible_text import as_words
from runtime.domain.ids import CallId, RunId
from runtime.domain.queue_commands import ReviewAction

if TYPE_CHECKING:
    from runtime.interface import Runtime
    from runtime.projections.rows import SampledAction

FINE = "fine"


def name_of(one: SampledAction) -> str:
    """What a person types to mean it."""
    return f"{short(one.run_id)}:{one.call_id}"


async def show_sample(runtime: Runtime, printer: Printer) -> int:
    """What is offered for review now, with what ran, exactly."""
    drawn = await runtime.history.to_review()
    if printer.as_json:
        for one in drawn:
            printer.say("", "sample", id=f"{one.run_id}:{one.call_id}", sample=one)
        return DONE
    if not drawn:
        printer.text(". ".join(nothing_to_review()))
    for one in drawn:
        printer.text("\n".join(sample_lines(one, time.time_ns() // 1000)) + "\n")
    return DONE


def sample_lines(one: SampledAction, now: int) -> list[str]:
    """One action: its name to type, what ran, why nobody was asked, what came of it."""
    lines = [f"{as_words(one.title)}   ({name_of(one)})"]
    lines.append(f"Agent:     {as_words(one.agent)}, run {short(one.run_id)}, ran {day_and_time(one.at, now)}")
    lines += action_lines(one.action)
    for fact in review_facts(one):
        said = ". ".join(filter(None, (fact.headline, fact.detail)))
        lines.append(f"{fact.caption}: {as_words(said)}")
    lines += [f"    {as_words(line)}" for line in came_of(one).splitlines()]
    return lines


async def review(args: argparse.Namespace, runtime: Runtime, printer: Printer) -> int:
    """Fine, or it should have been asked."""
    by = await operator_for(runtime, args.operator)
    drawn = {f"{one.run_id}:{one.call_id}": one for one in await runtime.history.to_review()}
    one = drawn[resolve(args.id, drawn, "action of the sample", "queue sample")]
    command = ReviewAction(RunId(one.run_id), CallId(one.call_id), by, args.word == FINE, args.reason)
    return await perform(runtime, command, printer)
