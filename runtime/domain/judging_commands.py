"""What the loop asks to have recorded about judging: what a task is about, and whether an outcome is good."""

import msgspec

from runtime.domain.decision import Origin, Usage
from runtime.domain.events.judgements import Finding
from runtime.domain.ids import RunId
from runtime.domain.spent import Spent


class RecordClass(msgspec.Struct, frozen=True, gc=False):
    """A model said what the task is about."""

    run_id: RunId
    model: str
    intent: str
    confidence: float | None
    reason: str
    usage: Usage = Usage()
    duration_ms: int = 0
    origin: Origin = Origin()
    request_blob: str = ""
    answer_blob: str = ""
    spent: Spent | None = None


class RecordVerdict(msgspec.Struct, frozen=True, gc=False):
    """The criteria, and the judge where one is configured, on the answer that ended turn ``turn``."""

    run_id: RunId
    turn: int
    findings: tuple[Finding, ...]
    model: str = ""
    confidence: float | None = None
    usage: Usage = Usage()
    duration_ms: int = 0
    origin: Origin = Origin()
    request_blob: str = ""
    answer_blob: str = ""
    spent: Spent | None = None


JudgingCommand = RecordClass | RecordVerdict
