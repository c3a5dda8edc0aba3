"""Proposed rules that were put aside, in one line. No Qt."""

from collections.abc import Sequence

from console.presenters.times import day_and_time
from console.presenters.visible_text import marked
from console.presenters.wording import number, say
from runtime.projections.proposal_rows import DismissedProposal


def dismissed_line(aside: Sequence[DismissedProposal], now: int) -> str:
    """Who dismissed the newest of them, when, and what it was; empty where nothing is put aside."""
    if not aside:
        return ""
    newest = aside[0]
    said = {"who": newest.by, "when": day_and_time(newest.at, now), "sentence": marked(newest.sentence or newest.key)}
    if len(aside) == 1:
        return say("Dismissed by {who}, {when}: {sentence}", **said)
    return say("{count} dismissed, the newest by {who}, {when}: {sentence}", count=number(len(aside)), **said)
