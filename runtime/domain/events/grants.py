"""Events of a standing grant: given with an approval, used, ended. One stream per grant."""

import msgspec

from runtime.domain.ids import AgentName, AskId, CallId, GrantId, RunId
from runtime.domain.verdict import Reason
from runtime.domain.words import EffectKind, Tier


class Widened(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One argument that may vary, and within what. Exactly one kind of limit is given.

    A number: ``least`` and ``most``. A choice: ``one_of``, each value as canonical JSON. A text: ``longest``.
    """

    argument: str
    least: float | None = None
    most: float | None = None
    one_of: tuple[str, ...] = ()
    longest: int = 0


class GrantGiven(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="grant-given"):
    """A person answered ahead. Everything that must be the same, until when (µs UTC), and how often.

    ``answers``: the questions of the request it was given with; it answers those and no other. ``newest_revision`` and
    ``policy_version``: another one ends it.
    """

    grant_id: GrantId
    by: str
    ask_id: AskId
    agent: AgentName
    revision: int
    newest_revision: int
    policy_version: int
    tool: str
    contract: str
    arguments: str
    title: str
    resource: str
    effect: EffectKind
    tier: Tier
    answers: tuple[Reason, ...]
    until: int
    uses: int
    widened: tuple[Widened, ...] = ()
    resources: str = ""
    """A pattern, where resources were widened; empty = exactly ``resource``."""
    run_id: RunId = RunId("")
    """The one run it holds for; empty = every run of the agent."""


class GrantUsed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="grant-used"):
    """An effect was started under it, in the same transaction."""

    grant_id: GrantId
    run_id: RunId
    call_id: CallId
    use: int
    """Counted from 1."""


class GrantEnded(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="grant-ended"):
    """It holds no more. ``how``: revoked | expired | used up | changed | taken back. ``by`` empty = the console."""

    grant_id: GrantId
    how: str
    sentence: str
    by: str = ""


GrantEvent = GrantGiven | GrantUsed | GrantEnded
