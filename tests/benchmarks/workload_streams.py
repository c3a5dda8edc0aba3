"""The window while 50 agents stream from a provider through the real SDKs."""

from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "streams",
    "from the provider's socket to the screen: 50 agents stream 50 events/s each through the SDKs, 200 requests wait",
    (Contender("ours", "tests.benchmarks.stream_window", ("--seconds", "120")),),
    (
        Target("first text p95 ms", "ours", at_most=100),
        Target("key to frame p95 ms", "ours", at_most=100),
        Target("paint p95 ms", "ours", at_most=16),
        Target("blocked p99.9 ms", "ours", at_most=50),
    ),
    rounds=1,
)
