"""Bytes on disk for each durable step, beside LangGraph's ReAct form."""

from tests.benchmarks.workload import Contender, Target, Workload

WORKLOAD = Workload(
    "bytes",
    "bytes on disk for each of a run's 20 steps, after a WAL checkpoint",
    (
        Contender("ours", "tests.benchmarks.disk_bytes"),
        Contender("ours, exchanges", "tests.benchmarks.disk_bytes", ("--runs", "10", "--exchanges")),
        Contender("langgraph", "tests.benchmarks.peers.langgraph_react", ("--runs", "20", "--steps", "20"), peer=True),
    ),
    (Target("bytes a step", "ours", at_most=0.25, against=("langgraph",)),),
    shown=("bytes a step", "of it blobs", "search index"),
)
