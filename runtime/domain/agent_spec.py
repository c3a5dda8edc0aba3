"""What an agent is. Every save is a new immutable revision; a run names the one it used."""

import msgspec

from runtime.domain.ids import AgentName
from runtime.domain.playbook_spec import PlaybookSpec
from runtime.domain.words import CapAction, VerdictKind

PLAYBOOK = "playbook"
PLAYBOOK_LABEL = "playbook, no language model"


class ToolGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One family of tools given to an agent: files, sql, mail, tickets.

    ``options`` is canonical JSON, checked by the family (folder, database and statements, mail folders, ...).
    ``only`` narrows to some of the family's tools by full name; empty = all.
    """

    family: str
    options: str = "{}"
    only: tuple[str, ...] = ()


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often (``argument`` empty) or how much (sum of that numeric argument) a tool may be used."""

    quota_id: str
    tools: str
    argument: str = ""
    per_run: int | None = None
    per_day: int | None = None
    verdict: VerdictKind = VerdictKind.ASK


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds of one run. Reaching one ends the run with its own words; nothing is lost."""

    turns: int = 30
    seconds: int = 900
    """Time at work; waiting for a person does not count."""
    cost_micros: int = 5_000_000
    effects: int = 50
    same_action: int = 3
    """The same tool with the same arguments and no new result this often, or this many back-and-forths: escalated."""
    tokens: int = 0
    """Read and written by its models, reserved ones counted; 0 = no bound."""


class ModelRoute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which model plans and which acts: ``playbook``, or ``<provider>/<model>``."""

    planner: str = PLAYBOOK
    actor: str = PLAYBOOK


class AtCap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens where the next call of a model would pass a cap. ``cheaper`` is the model for that action."""

    action: CapAction = CapAction.ASK
    cheaper: str = ""


class AskTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds from the ask to *answer by* and to *expires*, for this agent's asks."""

    answer_by: int = 4 * 3600
    expires: int = 24 * 3600


class AgentSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Role, instructions, models, tools, thresholds and limits of one agent."""

    name: AgentName
    role: str
    instructions: str = ""
    models: ModelRoute = ModelRoute()
    tools: tuple[ToolGrant, ...] = ()
    confidence_threshold: float = 0.7
    """Below this an action is asked for, 0 to 1."""
    limits: Limits = Limits()
    quotas: tuple[Quota, ...] = ()
    ask_times: AskTimes = AskTimes()
    inbox: str = ""
    """Folder of mail (relative to the workspace) whose new messages become runs; empty = none."""
    at_once: int = 2
    """How many of its runs may be at work at the same time; the rest are queued."""
    playbook: PlaybookSpec | None = None
    success: str = ""
    """In words, what a good outcome is; shown to people."""
    all_or_nothing: bool = False
    """A run that changed something and then fails half-way rolls itself back (``half_way`` says what that means)."""
    at_cap: AtCap = AtCap()
