"""The closed word lists of the program (DESIGN section 4): states, outcomes, kinds of effect, verdicts."""

from enum import IntEnum, StrEnum


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    PLANNING = "planning"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    FINISHED = "finished"


class Outcome(StrEnum):
    """How a finished run ended."""

    COMPLETED = "completed"
    ESCALATED = "escalated"
    FAILED = "failed"
    STOPPED = "stopped"
    OUT_OF_BUDGET = "out of budget"


class EffectKind(StrEnum):
    """What an action does to the world, from harmless to final."""

    READ = "read"
    REVERSIBLE = "reversible"
    COMPENSABLE = "compensable"
    IRREVERSIBLE = "irreversible"


class VerdictKind(StrEnum):
    """What the gate says. Deny beats ask beats allow."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class Tier(IntEnum):
    """Friction by risk, UX section 4."""

    NOTHING = 0
    SMALL = 1
    WIDE = 2
    FINAL = 3
    FINAL_AND_WIDE = 4


class StepStatus(StrEnum):
    """How far a plan step is."""

    TO_DO = "to do"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class CallStatus(StrEnum):
    """How far one tool call is."""

    ALLOWED = "allowed"
    ASKED = "asked"
    STARTED = "started"
    ENDED = "ended"
    REFUSED = "refused"


class CallOutcome(StrEnum):
    """How a started tool call ended. ``unknown``: it may or may not have happened."""

    OK = "ok"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class AskState(StrEnum):
    """Where an approval request stands. ``held``: a ruling was given and may still be taken back."""

    WAITING = "waiting"
    HELD = "held"
    CLOSED = "closed"


class Idempotency(StrEnum):
    """What may be done with a started effect whose end is not known (SAFETY, Effects)."""

    REPEATABLE = "repeatable"
    """Running it again changes nothing more: reads, and writes of a whole value."""
    KEYED = "keyed"
    """The other side honours the idempotency key."""
    QUERYABLE = "queryable"
    """The tool can look whether it happened."""
    NEITHER = "neither"
    """A person is asked."""


class CapAction(StrEnum):
    """What an agent does where its next model call does not fit a cap."""

    ASK = "ask"
    """A person is asked to let this run go further, to stop it, or to take what there is."""
    CHEAPER = "cheaper"
    """It goes on with another model; where that does not fit either, a person is asked."""
    PARTIAL = "partial"
    """It hands in what there is."""
    STOP = "stop"


class UnmetAction(StrEnum):
    """What follows where an agent says it is done and its success criteria are not met."""

    ESCALATE = "escalate"
    """A person has to look; the run counts as handed over."""
    MARK = "mark"
    """It counts as completed, and is shown as not meeting its criteria."""


class ModelRole(StrEnum):
    """What a model is asked for."""

    PLANNER = "planner"
    ACTOR = "actor"
    CLASSIFIER = "classifier"
    JUDGE = "judge"


class PlanReview(StrEnum):
    """When a plan waits for a person before anything is done by it."""

    NEVER = "never"
    WRITES = "when it writes"
    """Where a step uses a tool that changes something, or says that it changes something. A change that is not in the
    plan is asked for, also where the plan needed no review."""
    ALWAYS = "always"


class DecisionKind(StrEnum):
    """What a model chose."""

    ACT = "act"
    RESPOND = "respond"
    ESCALATE = "escalate"
    WAIT = "wait"
    COMPLETE = "complete"
