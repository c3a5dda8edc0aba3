"""A plan: the steps an agent means to take. Every edit is a new whole plan with stable step ids."""

from collections.abc import Collection, Sequence

import msgspec

from runtime.domain.ids import StepId

MOST_STEPS = 50
LONGEST_TITLE = 500


class PlanStep(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One step. ``parent`` is the id of the step it belongs to, or empty."""

    step_id: StepId
    title: str
    tool: str = ""
    parent: StepId = StepId("")
    needs: tuple[StepId, ...] = ()
    """The steps before it whose results it builds on; empty = none, or not told."""
    changes: str = ""
    """What it changes outside, as the planner or a person put it; empty = nothing, or not told. Names are held against
    what an action touches (``named_things``), words are not."""


class Plan(msgspec.Struct, frozen=True, gc=False):
    """What the agent means to do, in order. ``revision`` counts from 1."""

    revision: int
    steps: tuple[PlanStep, ...]
    note: str = ""
    needs_told: bool = False
    """Whoever made it said of every step what it needs: one that names nothing needs nothing."""


class PlanDiff(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What one revision of a plan made of the one before, by step id."""

    added: tuple[StepId, ...] = ()
    dropped: tuple[StepId, ...] = ()
    changed: tuple[StepId, ...] = ()
    """Another title, tool, change, or other steps it needs."""
    moved: tuple[StepId, ...] = ()
    """Steps that stay, in another order than before: those that do not keep their place among them."""

    @property
    def sentence(self) -> str:
        """``1 step added, 2 dropped, their order changed``; empty where nothing is different."""
        parts = [
            f"{len(ids)} {word}"
            for ids, word in ((self.added, "added"), (self.dropped, "dropped"), (self.changed, "changed"))
            if ids
        ]
        if parts:
            parts[0] = parts[0].replace(" ", " step " if parts[0].startswith("1 ") else " steps ", 1)
        return ", ".join([*parts, *(["the order changed"] if self.moved else [])])


def difference(before: Sequence[PlanStep], after: Sequence[PlanStep]) -> PlanDiff:
    """What changed from one list of steps to another."""
    old, new = {step.step_id: step for step in before}, {step.step_id: step for step in after}
    kept_before = [step.step_id for step in before if step.step_id in new]
    kept_after = [step.step_id for step in after if step.step_id in old]
    return PlanDiff(
        added=tuple(step.step_id for step in after if step.step_id not in old),
        dropped=tuple(step.step_id for step in before if step.step_id not in new),
        changed=tuple(name for name in kept_after if old[name] != new[name]),
        moved=tuple(now for was, now in zip(kept_before, kept_after, strict=True) if was != now),
    )


def faults_of(steps: Sequence[PlanStep], begun: Collection[StepId] = ()) -> tuple[str, ...]:
    """Why these steps are no plan, in sentences. ``begun`` are those that must stay in it."""
    faults: list[str] = []
    ids = [step.step_id for step in steps]
    if not steps:
        faults.append("A plan needs at least one step.")
    if len(steps) > MOST_STEPS:
        faults.append(f"The plan has {len(steps)} steps; at most {MOST_STEPS} are taken.")
    if len(set(ids)) != len(ids) or "" in ids:
        faults.append("Every step needs its own id.")
    seen: set[StepId] = set()
    for number, step in enumerate(steps, 1):
        if not step.title.strip():
            faults.append(f"Step {number} has no title.")
        if len(step.title) > LONGEST_TITLE:
            faults.append(f"The title of step {number} is longer than {LONGEST_TITLE} characters.")
        for need in step.needs:
            if need not in ids:
                faults.append(f"Step {number} needs {need}, which is not in the plan.")
            elif need not in seen:
                faults.append(f"Step {number} needs {need}, which does not come before it.")
        if step.parent and step.parent not in ids:
            faults.append(f"Step {number} belongs to {step.parent}, which is not in the plan.")
        seen.add(step.step_id)
    if missing := sorted(set(begun) - set(ids)):
        faults.append(f"Steps that have begun stay in the plan: {', '.join(missing)}.")
    return tuple(faults)


def free_id(taken: Collection[str]) -> StepId:
    """An id no step has: ``s1``, ``s2``, ..."""
    number = len(taken) + 1
    while f"s{number}" in taken:
        number += 1
    return StepId(f"s{number}")


def continued(
    plan: Plan, begun: Collection[StepId], steps: Sequence[PlanStep], used: Collection[StepId] = ()
) -> tuple[PlanStep, ...]:
    """A new plan for what is left, after the steps that have begun, which stay as they are.

    The new steps get ids that no step of this run ever had: ``used`` and the plan's are passed over.
    """
    kept = tuple(step for step in plan.steps if step.step_id in begun)
    parents = {step.parent for step in kept if step.parent}
    kept = tuple(step for step in plan.steps if step in kept or step.step_id in parents)
    taken = {str(step.step_id) for step in plan.steps} | {str(one) for one in used}
    names: dict[StepId, StepId] = {}
    for step in steps:
        names[step.step_id] = free_id(taken)
        taken.add(names[step.step_id])
    new = tuple(
        msgspec.structs.replace(
            step,
            step_id=names[step.step_id],
            parent=names.get(step.parent, StepId("")),
            needs=tuple(names[need] for need in step.needs if need in names),
        )
        for step in steps
    )
    kept_ids = {step.step_id for step in kept}
    held = tuple(
        msgspec.structs.replace(step, needs=tuple(need for need in step.needs if need in kept_ids)) for step in kept
    )
    return held + new
