"""What is said to whoever approved, or allowed ahead, what was undone or found harmful since. No Qt."""

from collections.abc import Sequence

from console.presenters.pictures.picture import Picture
from console.presenters.times import day_and_time
from console.presenters.wording import number, say
from runtime.domain.grant import number as short
from runtime.domain.ids import GrantId
from runtime.projections.rows import Afterwards
from runtime.projections.telling import first_line

MOST = 3
"""Of one notice; where there are more, it leads to a list of all."""


def headline(found: Sequence[Afterwards], harmful: bool) -> str:
    """Of the notice about one or several of a kind."""
    if harmful:
        return say("What you approved was found harmful")
    ahead = all(one.grant_id for one in found)
    return say("What you allowed ahead was undone") if ahead else say("What you approved was undone")


def lines(found: Sequence[Afterwards]) -> str:
    """One line for each of the first, and how many more there are."""
    said = [_line(one) for one in found[:MOST]]
    if len(found) > MOST:
        said.append(say("and {count} more", count=number(len(found) - MOST)))
    return "\n".join(said)


def table(found: Sequence[Afterwards], harmful: bool, now: int) -> Picture:
    """All of them, to read and to export, where a notice has no room."""
    return Picture(
        "approved-afterwards",
        headline(found, harmful),
        say("1 request") if len(found) == 1 else say("{count} requests", count=number(len(found))),
        columns=(say("When"), say("What you approved"), say("What came of it")),
        rows=tuple((day_and_time(one.at, now), one.title, one.harm or _line(one)) for one in found),
    )


def _line(one: Afterwards) -> str:
    title = one.title
    if one.grant_id:
        grant = short(GrantId(one.grant_id))
        title = say("{title} (done under your standing grant {grant})", title=title, grant=grant)
    if one.harm:
        return say("{who} on {title}: {why}", who=one.by, title=title, why=first_line(one.harm))
    if one.by:
        return say("{who} rolled the run back: {title}", who=one.by, title=title)
    return say("The run was rolled back: {title}", title=title)
