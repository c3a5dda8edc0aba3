"""Verification of a chain of a million records, and the window meanwhile."""

from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "chain",
    "every hash of 1,000,000 events recomputed in a child process, with the window open",
    (Contender("ours", "tests.benchmarks.chain"),),
    (
        Target("seconds", "ours", at_most=10),
        Target("counts", "ours", at_least=50),
        Target("blocked meanwhile p99.9 ms", "ours", at_most=50),
    ),
)
