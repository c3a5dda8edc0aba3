"""What our provider layer costs over the bare SDK call, streaming included."""

from tests.benchmarks.workload import Contender, Target, Workload
from tests.fixtures.kinds import KINDS

WORKLOAD = Workload(
    "provider",
    "CPU time of a streamed call over the bare SDK call: share more for an event, ms more for a call",
    (Contender("ours", "tests.benchmarks.provider_overhead"),),
    tuple(
        target
        for kind in KINDS
        for target in (Target(f"{kind} more", "ours", at_most=0.10), Target(f"{kind} call ms", "ours", at_most=2.0))
    ),
)
