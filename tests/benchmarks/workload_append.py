"""Journal appends of 1,000 producers, beside raw sqlite3 with group commit."""

from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "append",
    "journal append, 1,000 producers, 600-byte records, chain on, FULL",
    (
        Contender("ours", "tests.benchmarks.appends"),
        Contender("raw sqlite", "tests.benchmarks.raw_appends"),
    ),
    (Target("records/s", "ours", at_least=0.4, against=("raw sqlite",)),),
)
