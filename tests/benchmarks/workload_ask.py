"""From the end of a hold to the start of the approved effect, while 200 asks wait and other runs work."""

from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "approve-to-effect",
    "end of the hold to the effect started, 200 waiting asks approved one after another, 20 other runs at work",
    (
        Contender("ours", "tests.benchmarks.ask_latency"),
        Contender("bare timer, commit, thread", "tests.benchmarks.ask_latency", ("--bare",)),
    ),
    (Target("over one commit", "ours", at_most=20),),
)
