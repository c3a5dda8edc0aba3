"""Durable steps of 1,000 runs at once, beside the peers at their best."""

from tests.benchmarks.workload import Contender, Target, Workload
from tests.benchmarks.workload_steps_one import PEERS

# The peers do not gain from concurrency and get slower as a run gets longer: four steps a run are kind to them.
AT_ONCE = ("--runs", "1000", "--steps", "4")

WORKLOAD = Workload(
    "steps-many",
    "durable steps, 1,000 runs at once (ours 20 steps each, the peers 4, which is kind to them)",
    (
        Contender("ours", "tests.benchmarks.steps", ("--runs", "1000")),
        Contender("langgraph", "tests.benchmarks.peers.langgraph_react", AT_ONCE, peer=True),
        Contender("dbos", "tests.benchmarks.peers.dbos_steps", AT_ONCE, peer=True),
        Contender("openai-agents", "tests.benchmarks.peers.openai_session", AT_ONCE, peer=True),
    ),
    (Target("steps/s", "ours", at_least=10, against=PEERS),),
)
