"""Which calls of one answer may run side by side: reads, and steps of which the plan says that none needs another.

What is asked, denied or final never runs beside anything; order then is as the model wrote it.
"""

from collections.abc import Iterable, Sequence

from runtime.domain.ids import StepId
from runtime.domain.loop_commands import Judged
from runtime.domain.plan import Plan
from runtime.domain.words import EffectKind, VerdictKind

_UNDOABLE = frozenset({EffectKind.READ, EffectKind.REVERSIBLE, EffectKind.COMPENSABLE})


def may_run_beside(plan: Plan | None, batch: Sequence[Judged], other: Judged) -> bool:
    """Whether ``other`` may run while all of ``batch`` do. Each was judged as if those before it had begun."""
    return all(_apart(plan, one, other) for one in batch)


def alone(judged: Judged) -> bool:
    """Whether nothing may run beside it; what a person allowed ahead is counted one by one."""
    allowed = judged.verdict.kind is VerdictKind.ALLOW and not judged.verdict.grant
    return not allowed or judged.effect not in _UNDOABLE


def _apart(plan: Plan | None, one: Judged, other: Judged) -> bool:
    if alone(one) or alone(other):
        return False
    if one.effect is EffectKind.READ and other.effect is EffectKind.READ:
        return True
    things = {one.resource, *one.also}
    different = bool(one.resource and other.resource) and things.isdisjoint({other.resource, *other.also})
    return different and independent(plan, one.step_id, other.step_id)


def independent(plan: Plan | None, one: StepId, other: StepId) -> bool:
    """Whether the plan says what its steps need, and neither of these needs the other, directly or through others."""
    if plan is None or not plan.needs_told or one == other:
        return False
    known = {step.step_id for step in plan.steps}
    if one not in known or other not in known:
        return False
    return other not in needed_by(plan, one) and one not in needed_by(plan, other)


def needed_by(plan: Plan, step_id: StepId) -> set[StepId]:
    """Every step that has to be done before this one: what it and the steps above it need, and so on."""
    steps = {step.step_id: step for step in plan.steps}
    found: set[StepId] = set()
    open_: list[StepId] = [step_id]
    while open_:
        step = steps.get(open_.pop())
        if step is None:
            continue
        for name in _of(step.needs, step.parent):
            if name not in found:
                found.add(name)
                open_.append(name)
    return found


def _of(needs: Iterable[StepId], parent: StepId) -> list[StepId]:
    return [*needs, *([parent] if parent else [])]
