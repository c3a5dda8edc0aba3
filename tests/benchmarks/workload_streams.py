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
        # 2,500 while all of them answer; between two answers an agent works, and its model begins 0.2 to 1.2 s later.
        Target("streamed/s", "ours", at_least=1_900),
        Target("pace p5 /s", "ours", at_least=45),
    ),
    rounds=1,
)
