"""The window while 200 agents deliver 50 events a second each."""

from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "window",
    "the window with 200 agents at 50 events/s each (48 streamed pieces, 2 recorded events)",
    (Contender("ours", "tests.benchmarks.window_load", timed=True),),
    (
        Target("blocked p99.9 ms", "ours", at_most=50),
        Target("handled p99 ms", "ours", at_most=16),
        Target("end to warm-up", "ours", at_most=1.1),
    ),
    rounds=1,
)
