"""Who decides at the command line: the one named, the only operator there is, or the one with the login name."""

from __future__ import annotations

import getpass
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.cli.exit_status import CommandRefused

if TYPE_CHECKING:
    from runtime.domain.settings import Operator
    from runtime.interface import Runtime


def login_name() -> str:
    """The name this person is logged in with; empty where the system does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def id_from(name: str) -> str:
    """A name as an operator's id: a-z, 0-9 and -."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40] or "operator"


def chosen(people: Sequence[Operator], named: str | None, login: str) -> str:
    """The id of the one who decides; an empty name is nobody, not whoever is logged in.

    Raises CommandRefused where that is not clear.
    """
    active = [person for person in people if person.active]
    listed = ", ".join(f"{person.operator_id} ({person.name})" for person in active) or "nobody"
    if named is not None and not named.strip():
        raise CommandRefused(f"No name was given. Nothing was done. This workspace has: {listed}.")
    if named:
        wanted = named.casefold()
        fitting = [one for one in active if one.operator_id == named]
        fitting = fitting or [one for one in active if wanted in (one.operator_id.casefold(), one.name.casefold())]
        if len(fitting) == 1:
            return fitting[0].operator_id
        raise CommandRefused(f"{named} is not an operator of this workspace. Nothing was done. It has: {listed}.")
    if len(active) == 1:
        return active[0].operator_id
    mine = [one for one in active if login and one.operator_id in (login, id_from(login))]
    if len(mine) == 1:
        return mine[0].operator_id
    if not active:
        raise CommandRefused(
            "This workspace has no operator yet. Nothing was done. `operator-console operators add ID NAME` adds one."
        )
    raise CommandRefused(f"Say who you are with --as OPERATOR. Nothing was done. This workspace has: {listed}.")


async def operator_for(runtime: Runtime, named: str | None) -> str:
    """The id of the one who decides here now."""
    return chosen(await runtime.history.operators(), named, login_name())


async def first_operator(runtime: Runtime, named: str = "") -> None:
    """A workspace without operators gets the person who is logged in."""
    if await runtime.history.operators():
        return
    from runtime.domain.commands import SaveOperator
    from runtime.domain.ids import OperatorId
    from runtime.domain.refusals import Refusal
    from runtime.domain.settings import Operator

    name = named or login_name() or "operator"
    operator_id = OperatorId(id_from(name))
    answer = await runtime.perform(SaveOperator(Operator(operator_id, name), operator_id))
    if isinstance(answer, Refusal):
        raise CommandRefused(answer.sentence, answer.code)
