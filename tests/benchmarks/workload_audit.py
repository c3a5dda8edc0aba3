"""Pages of the audit log of a million events."""

from tests.benchmarks.audit import questions
from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "audit",
    "a page of 200 entries out of 1,000,000 events, p95 in ms of 30 times each",
    (Contender("ours", "tests.benchmarks.audit"),),
    tuple(Target(name, "ours", at_most=50) for name in questions(0)),
)
