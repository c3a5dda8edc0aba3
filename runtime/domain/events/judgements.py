"""Events of judging by others than the actor: what a task is about, and whether an outcome is good."""

import msgspec

from runtime.domain.decision import Origin, Usage
from runtime.domain.ids import RunId


class Finding(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What one criterion, or the judge, found. ``sentence`` says what was looked for, or why it is not so."""

    sentence: str
    met: bool
    by: str = ""
    """The model that judged; empty = a typed check."""


class TaskClassified(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="task-classified"):
    """The playbook's examples were not sure what the task is about, and a model of the classifier's chain was asked.

    ``intent`` empty = nothing of what the agent can do fits.
    """

    run_id: RunId
    model: str
    intent: str = ""
    confidence: float | None = None
    reason: str = ""
    usage: Usage = Usage()
    duration_ms: int = 0
    origin: Origin = Origin()
    request_blob: str = ""
    answer_blob: str = ""


class OutcomeJudged(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="outcome-judged"):
    """The agent says it is done; its criteria were held against what it did. ``turn`` is the answer that said so."""

    run_id: RunId
    turn: int
    met: bool
    findings: tuple[Finding, ...] = ()
    model: str = ""
    """The model that judged, where one did."""
    confidence: float | None = None
    usage: Usage = Usage()
    duration_ms: int = 0
    origin: Origin = Origin()
    request_blob: str = ""
    answer_blob: str = ""

    @property
    def unmet(self) -> str:
        """What is not as it should be, in sentences; empty where all is well."""
        return " ".join(finding.sentence for finding in self.findings if not finding.met)


JudgementEvent = TaskClassified | OutcomeJudged
