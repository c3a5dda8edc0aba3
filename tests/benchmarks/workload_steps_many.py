"""Durable steps of 1,000 runs at once, beside the peers at their best."""

from tests.benchmarks.workload import Contender, Target, Workload
from tests.benchmarks.workload_steps_one import PEERS

# The peers do not gain from concurrency; 100 at once is the most at which they are not slowed by it (1,000 at once
# gives them fewer steps a second), so this is their best with runs of the same length.
AT_ONCE = ("--runs", "100", "--steps", "20")

WORKLOAD = Workload(
    "steps-many",
    "durable steps, 1,000 runs of 20 steps at once; the peers 100 at once, at which they are faster",
    (
        Contender("ours", "tests.benchmarks.steps", ("--runs", "1000")),
        Contender("langgraph", "tests.benchmarks.peers.langgraph_react", AT_ONCE, peer=True),
        Contender("dbos", "tests.benchmarks.peers.dbos_steps", AT_ONCE, peer=True),
        Contender("openai-agents", "tests.benchmarks.peers.openai_session", AT_ONCE, peer=True),
    ),
    (Target("steps/s", "ours", at_least=10, against=PEERS),),
    shown=("steps/s", "records a step", "cpu ms a step", "of it the loop", "search behind s"),
    explained_by=Contender("profile", "tests.benchmarks.steps", ("--runs", "200", "--explain")),
)
