"""What is said on the card of a request that was approved and done: that it did harm, or the question. No Qt."""

from console.presenters.visible_text import marked
from console.presenters.wording import say
from runtime.domain.words import AskState
from runtime.projections.rows import AskDetail


def was_done(detail: AskDetail) -> bool:
    """Whether it was approved and the approval was used: only then it can have done harm."""
    row = detail.row
    return row.state is AskState.CLOSED and row.ruling.startswith("approved") and detail.closed_how == "spent"


def harm_line(detail: AskDetail) -> str:
    """Who found that it did harm, and what; empty where nobody says so."""
    if not detail.harmful:
        return ""
    return say("Found harmful by {who}: {why}", who=detail.harmful_by, why=marked(detail.harmful))
