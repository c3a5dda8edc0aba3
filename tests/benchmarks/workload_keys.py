"""From a key to the screen, with 200 requests waiting and 50 recorded events a second."""

from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "keys",
    "from a key to what it changes: 200 requests wait, 25 agents record 50 events/s and stream 1,200 pieces/s",
    (Contender("ours", "tests.benchmarks.key_latency", ("--seconds", "60")),),
    (
        Target("key to frame p95 ms", "ours", at_most=100),
        Target("paint p95 ms", "ours", at_most=16),
    ),
    rounds=1,
)
