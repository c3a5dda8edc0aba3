"""What an agent is. Every save is a new immutable revision; a run names the one it used."""

import msgspec

from runtime.domain.ids import AgentName
from runtime.domain.playbook_spec import PlaybookSpec
from runtime.domain.words import CapAction, ModelRole, PlanReview, UnmetAction, VerdictKind

PLAYBOOK = "playbook"
PLAYBOOK_LABEL = "playbook, no language model"


class ToolGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One family of tools given to an agent: files, sql, mail, tickets, documents, repository, http.

    ``options`` is canonical JSON, checked by the family (folder, database and statements, addresses, ...).
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
    side_by_side: int = 4
    """So many calls of one answer run at once at most, where none needs another; 1 = one after the other."""


class ModelRoute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By role a chain of models, the one asked first foremost: ``playbook``, or ``<provider>/<model>``.

    The next is asked where one gives no answer, or is less sure than ``escalate_below``.
    """

    planner: tuple[str, ...] = (PLAYBOOK,)
    actor: tuple[str, ...] = (PLAYBOOK,)
    classifier: tuple[str, ...] = ()
    """Empty = the playbook's examples classify."""
    judge: tuple[str, ...] = ()
    """Empty = no model judges the outcome."""
    escalate_below: float = 0.0
    """0 to 1: an answer less sure than this goes to the next model of the chain. 0 = the first answer stands."""
    keep_answers_s: int = 0
    """An answer at most so old stands for an identical request; 0 = every request is sent."""

    def chain(self, role: ModelRole) -> tuple[str, ...]:
        """The models of one role, in the order in which they are asked."""
        chains = {
            ModelRole.PLANNER: self.planner,
            ModelRole.ACTOR: self.actor,
            ModelRole.CLASSIFIER: self.classifier,
            ModelRole.JUDGE: self.judge,
        }
        return chains[role]


class Vote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A critical action is proposed ``times`` times and taken only where all proposals are the same; else asked for."""

    times: int = 0
    """How often the model is asked; below 2 there is no vote."""
    irreversible: bool = True
    """Whatever cannot be undone is critical."""
    tools: tuple[str, ...] = ()
    """Patterns of tools that are critical whatever they do."""


class AtCap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens where the next call of a model would pass a cap. ``cheaper`` is the model for that action."""

    action: CapAction = CapAction.ASK
    cheaper: str = ""


class Planning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a person reviews the plan, and how often the planner is asked again."""

    review: PlanReview = PlanReview.NEVER
    replans: int = 2
    """How often in a run the planner makes another plan: after a step failed, or a person did not approve the plan."""


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What has to hold of an outcome: a typed condition over what the run did (``outcome_checks`` names the values)."""

    when: str
    sentence: str
    """The same in words, for people."""


class AskTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds from the ask to *answer by* and to *expires*, for this agent's asks.

    ``may_wait``: both stand still while nobody attends, so that no ask runs out unseen.
    """

    answer_by: int = 4 * 3600
    expires: int = 24 * 3600
    may_wait: bool = True


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
    """In words, what a good outcome is; shown to people, and what a judge model goes by."""
    all_or_nothing: bool = False
    """A run that changed something and then fails half-way rolls itself back (``half_way`` says what that means)."""
    at_cap: AtCap = AtCap()
    vote: Vote = Vote()
    planning: Planning = Planning()
    criteria: tuple[Criterion, ...] = ()
    """Checked before an outcome counts as completed; then the judge is asked, where ``models.judge`` names one."""
    unmet: UnmetAction = UnmetAction.ESCALATE
    context_tokens: int = 0
    """What a request of its models may have at most; 0 = most of what the model is known to be able to read."""
