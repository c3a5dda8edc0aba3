"""A working day of eight hours before the window, in ten minutes."""

from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "soak",
    "8 h of use in 10 min (48 times as fast): 28,800 recorded events, 240 requests decided, 480 changes of the screen",
    (Contender("ours", "tests.benchmarks.soak"),),
    (Target("grows MB", "ours", at_most=50),),
    rounds=1,
)
