"""The start of the program with a journal of a million events, beside that with an empty one."""

from tests.benchmarks.large_journal import EVENTS
from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "start",
    "seconds from the start of the process to the first frame, to the main window's, to live, to a filled screen",
    (
        Contender("1,000,000 events", "tests.benchmarks.start", ("--events", str(EVENTS))),
        Contender("empty journal", "tests.benchmarks.start"),
        Contender("empty Qt window", "tests.benchmarks.empty_start"),
    ),
    (
        Target("first frame", "empty journal", at_most=3, plus=0.5, against=("empty Qt window",)),
        Target("first frame", "1,000,000 events", at_most=2, against=("empty journal",)),
        Target("window", "1,000,000 events", at_most=2, against=("empty journal",)),
        Target("live", "1,000,000 events", at_most=2, against=("empty journal",)),
        Target("live", "1,000,000 events", at_most=3),
    ),
)
