"""What a model answered: its decision, the calls it proposes, its confidence and what it cost."""

import msgspec

from runtime.domain.ids import StepId
from runtime.domain.plan import PlanStep
from runtime.domain.words import DecisionKind


class ProposedCall(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A tool call as the model wrote it, before any check. ``arguments`` is the model's own JSON text."""

    tool: str
    arguments: str
    confidence: float | None = None
    """0 to 1; None = the model gave none, which is below every threshold."""
    reason: str = ""
    step_id: StepId = StepId("")


class Usage(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What one answer used. ``cost_micros`` None = price unknown, which is never zero."""

    input_tokens: int = 0
    """Everything the model read: what came from its cache and what was written to it are counted in here."""
    output_tokens: int = 0
    """Everything it wrote, its reasoning counted in."""
    cost_micros: int | None = 0
    cached_input_tokens: int = 0
    """Of the input: read from the provider's cache."""
    cache_write_tokens: int = 0
    """Of the input: written to the provider's cache, for five minutes or longer."""
    long_cache_write_tokens: int = 0
    """Of those written to the cache: kept for an hour, which some charge more for."""
    reasoning_tokens: int = 0
    """Of the output: reasoning that is not part of the answer."""
    tier: str = ""
    """The service tier that was used, in the provider's own word; ``+us`` behind it where it was computed there only,
    which has its price. Empty = not told."""
    prices: str = ""
    """Version of the price table the cost was made with; empty = no price was looked up."""
    known: bool = True
    """False = the provider did not say what the answer used (an answer that broke off): the counts are no bound."""
    searches: int = 0
    """Searches of the web the provider made itself and charges apart; none is offered to a model here."""
    asked_at: int = 0
    """When its call was made, in µs UTC: the day and the price it counts at are those of then. 0 = nothing was reserved
    for it, or an older program recorded it; then the time of the event stands for it."""


class Origin(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Where an answer came from, in the provider's words. All empty for the playbook."""

    model: str = ""
    """The exact model that answered; a route may name a moving alias."""
    request_id: str = ""
    """What the provider needs to find this exchange in its own records."""
    stop: str = ""
    """Why it stopped, in the provider's own word."""
    prompt: str = ""
    """Revision of the words and the shape of the request that were sent with it."""
    carried: str = ""
    """Digest of the blob with what this model must be given back in later turns (signed reasoning); empty = nothing."""
    reused: str = ""
    """Nothing was sent for it: ``in flight`` (an identical request was under way), ``kept`` (answered before)."""


IN_FLIGHT = "in flight"
KEPT = "kept"


class Decision(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One model answer. ``text`` is what it says (a reply, a reason to escalate, the summary when complete)."""

    kind: DecisionKind
    text: str = ""
    confidence: float | None = None
    reason: str = ""
    calls: tuple[ProposedCall, ...] = ()
    intent: str = ""
    """The label the model gave the task, where it classifies (the playbook does)."""
    step_id: StepId = StepId("")
    """The plan step this answer fulfils by itself (a reply, an end); calls name their own."""
    passed_over: tuple[StepId, ...] = ()
    """Plan steps that turned out not to be needed."""


class PlannedWork(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The answer to a planning request: steps, or a decision not to start (escalate)."""

    steps: tuple[PlanStep, ...]
    note: str = ""
    confidence: float | None = None
    intent: str = ""
    reason: str = ""
    needs_told: bool = False
    """It says of every step what it needs: one that names nothing needs nothing."""
