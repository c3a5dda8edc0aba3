"""Events of an effect: its start (durable before the tool is called) and its end, in the stream of its run."""

import msgspec

from runtime.domain.ids import AskId, CallId, GrantId, RunId, StepId
from runtime.domain.undo import UndoRecord
from runtime.domain.words import CallOutcome, StepStatus


class EffectStarted(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="effect-started"):
    """The tool is about to be called. ``checkpoint`` counts the run's non-read effects from 1; 0 for reads.

    ``attempt`` counts from 1; further attempts keep the key. ``ask_id`` names the approval this start consumed.
    """

    run_id: RunId
    call_id: CallId
    key: str
    attempt: int
    checkpoint: int
    ask_id: AskId = AskId("")
    arguments: str = ""
    """Canonical arguments that are executed, where a person edited them; empty = those that were judged."""
    title: str = ""
    """What the edited action is called."""
    resource: str = ""
    """What the edited action touches; empty = what was judged."""
    also: tuple[str, ...] = ()
    """Further resources the edited action touches."""
    beside: bool | None = None
    """Whether the edited action is in no step of the plan; None = as it was judged."""
    grant_id: GrantId = GrantId("")
    """The standing grant it was started under, used in the same transaction."""


class EffectFinished(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="effect-finished"):
    """The tool returned, failed, was cancelled, or its end is not known.

    ``output`` is canonical JSON of the typed output (or of the failure), redacted; when larger than 16 KiB it is cut to
    a summary and the whole is the blob ``output_blob``. ``again`` says that another attempt follows.
    """

    run_id: RunId
    call_id: CallId
    outcome: CallOutcome
    summary: str
    output: str = ""
    output_blob: str = ""
    failure: str = ""
    undo: UndoRecord | None = None
    duration_ms: int = 0
    again: bool = False
    step_id: StepId = StepId("")
    moved: StepStatus | None = None
    """Where its plan step went with it; None = it belongs to none, or the step was there already."""


class OutcomeSettled(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="outcome-settled"):
    """An unknown outcome became known: by looking (``by`` = console) or by a person's word."""

    run_id: RunId
    call_id: CallId
    outcome: CallOutcome
    sentence: str
    by: str
    do_it: bool = False
    """It did not happen and is to be done now."""
    skipped: bool = False
    """It did not happen, and a person wants it left at that."""


class OutcomeAsked(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="outcome-asked"):
    """Nobody can look whether it happened: a person is asked (``ask_id``)."""

    run_id: RunId
    call_id: CallId
    ask_id: AskId


class ActionReviewed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="action-reviewed"):
    """A person looked at an action that had run without one. ``fine`` False: it should have been asked, and ``why``.

    ``looked_ms``: how long the card was on screen.
    """

    run_id: RunId
    call_id: CallId
    by: str
    fine: bool
    why: str = ""
    looked_ms: int = 0


EffectEvent = EffectStarted | EffectFinished | OutcomeSettled | OutcomeAsked | ActionReviewed
