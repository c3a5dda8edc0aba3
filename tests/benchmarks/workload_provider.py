"""What our provider layer costs over the bare SDK call, streaming included."""

from tests.benchmarks.provider_overhead import SHAPES
from tests.benchmarks.workload import Contender, Target, Workload
from tests.fixtures.kinds import KINDS

WORKLOAD = Workload(
    "provider",
    "CPU time of a streamed call over the bare SDK call: share more for an event, ms more for a call",
    (Contender("ours", "tests.benchmarks.provider_overhead"),),
    tuple(
        target
        for kind in KINDS
        for shape in SHAPES
        for target in (
            Target(f"{kind} {shape} more", "ours", at_most=0.10),
            Target(f"{kind} {shape} call ms", "ours", at_most=2.0),
        )
    ),
)
