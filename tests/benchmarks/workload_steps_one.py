"""Durable steps of one run, beside the peers in their ordinary two-write form and a bare SQLite loop."""

from tests.benchmarks.workload import Contender, Target, Workload

PEERS = ("langgraph", "dbos", "openai-agents")
ONE_AFTER_ANOTHER = ("--runs", "1", "--repeat", "10")

WORKLOAD = Workload(
    "steps-one",
    "durable steps, one run of 20 steps at a time, the model answers at once, one tool returning 200 bytes",
    (
        Contender("ours", "tests.benchmarks.steps", ("--repeat", "10", "--count")),
        Contender("bare sqlite", "tests.benchmarks.bare_commits", like="ours"),
        Contender("ours, threaded", "tests.benchmarks.steps", ("--repeat", "10", "--threaded")),
        Contender("ours, exchanges", "tests.benchmarks.steps", ("--repeat", "2", "--exchanges")),
        Contender("langgraph", "tests.benchmarks.peers.langgraph_react", ONE_AFTER_ANOTHER, peer=True),
        Contender("dbos", "tests.benchmarks.peers.dbos_steps", ONE_AFTER_ANOTHER, peer=True),
        Contender("openai-agents", "tests.benchmarks.peers.openai_session", ONE_AFTER_ANOTHER, peer=True),
    ),
    (
        Target("steps/s", "ours", at_least=2, against=PEERS),
        Target("steps/s", "ours", at_least=0.35, against=("bare sqlite",)),
    ),
    shown=("steps/s", "records a step", "commits a step", "bytes a commit", "cpu ms a step", "of it the loop"),
)
