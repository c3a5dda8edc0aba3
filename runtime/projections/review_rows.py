"""What is read of actions that ran without a person: one of the sample, as it is put before a reviewer."""

import msgspec

from runtime.domain.action import Action
from runtime.domain.words import CallOutcome, EffectKind, Tier


class SampledAction(msgspec.Struct, frozen=True):
    """An action of the sample. ``rule``: what allowed it ("rule orders-read"); ``at``: its start, µs UTC."""

    run_id: str
    run: str
    """What the run is about."""
    call_id: str
    agent: str
    title: str
    action: Action
    touches: str
    effect: EffectKind
    tier: Tier
    rule: str
    at: int
    outcome: CallOutcome
    summary: str
    failure: str
    duration_ms: int
    undone: bool
