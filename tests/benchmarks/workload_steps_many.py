"""Durable steps of 1,000 runs at once, beside the peers at their best."""

from tests.benchmarks.workload import Contender, Target, Workload
from tests.benchmarks.workload_steps_one import ONE_AFTER_ANOTHER, PEERS

MODULES = dict(zip(PEERS, ("langgraph_react", "dbos_steps", "openai_session"), strict=True))
# The peers do not gain from concurrency, and 1,000 at once cost them more time a step than 100. What counts is their
# best of 100 at once and one after another, with runs of the same length as ours.
FORMS = {"100 at once": ("--runs", "100", "--steps", "20"), "one": ONE_AFTER_ANOTHER}
THEIRS = tuple(
    Contender(f"{peer}, {form}", f"tests.benchmarks.peers.{module}", arguments, peer=True)
    for peer, module in MODULES.items()
    for form, arguments in FORMS.items()
)

WORKLOAD = Workload(
    "steps-many",
    "durable steps, 1,000 runs of 20 steps at once; the peers 100 at once and one after another",
    (Contender("ours", "tests.benchmarks.steps", ("--runs", "1000")), *THEIRS),
    (Target("steps/s", "ours", at_least=10, against=tuple(contender.name for contender in THEIRS)),),
    shown=("steps/s", "records a step", "cpu ms a step", "of it the loop"),
    explained_by=Contender("profile", "tests.benchmarks.steps", ("--runs", "200", "--explain", "--behind")),
)
