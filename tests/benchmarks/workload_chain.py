"""Verification of a chain of a million records, then of what is made from them, and the window meanwhile."""

from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "chain",
    "1,000,000 events: every hash recomputed, then lists and contents compared; in child processes, window open",
    (Contender("ours", "tests.benchmarks.chain"),),
    (
        Target("chain s", "ours", at_most=10),
        Target("chain counts", "ours", at_least=50),
        Target("comparison counts", "ours", at_least=50),
        Target("blocked chain p99.9 ms", "ours", at_most=50),
        Target("blocked comparison p99.9 ms", "ours", at_most=50),
    ),
)
