"""What may be true of the world and of the queue of asks, from the gestures alone; it knows nothing of how."""

from collections import Counter
from dataclasses import dataclass, field

from runtime.domain.ids import AskId, RunId
from runtime.domain.policy import Policy, Rule
from runtime.domain.words import VerdictKind

READS = Rule("reads", VerdictKind.ALLOW, tools="outside.read")
RULES: dict[str, tuple[frozenset[str], Policy]] = {
    "ask": (frozenset(), Policy(0, (READS, Rule("rest", VerdictKind.ASK)))),
    "allow": (
        frozenset({"set", "keyed", "probed"}),
        Policy(
            0,
            (
                READS,
                *(Rule(verb, VerdictKind.ALLOW, tools=f"outside.{verb}") for verb in ("set", "keyed", "probed")),
                Rule("rest", VerdictKind.ASK),
            ),
        ),
    ),
    "forbid": (
        frozenset(),
        Policy(0, (READS, Rule("no", VerdictKind.DENY, tools="outside.probed"), Rule("rest", VerdictKind.ASK))),
    ),
}
"""Policies by name: which verbs they allow without a person, and how they are written."""


@dataclass
class Expected:
    """``asks``: every request that is open, as (state, what was ruled)."""

    rules: str = "ask"
    verbs: dict[str, str] = field(default_factory=dict)
    """Note of every call a model may make -> its verb."""
    by_rule: set[str] = field(default_factory=set)
    by_person: dict[str, AskId] = field(default_factory=dict)
    again: Counter[str] = field(default_factory=Counter)
    """How often a person said of a note that it did not happen and is to be done."""
    asks: dict[AskId, tuple[str, str]] = field(default_factory=dict)
    run_of: dict[AskId, RunId] = field(default_factory=dict)

    def wants(self, calls: dict[str, str]) -> None:
        """A run was started whose model will make these calls."""
        self.verbs |= calls
        self.by_rule |= {note for note, verb in calls.items() if verb in RULES[self.rules][0]}

    def ruled_anew(self, rules: str, done: set[str]) -> None:
        """Other rules hold: what was not started is under them, and no approval given before is good any more."""
        self.rules = rules
        allowed = RULES[rules][0]
        self.by_rule = {note for note, verb in self.verbs.items() if verb in allowed or (note in self.by_rule & done)}
        self.void(done)

    def void(self, done: set[str]) -> None:
        """Approvals that were not spent yet are good for nothing."""
        self.by_person = {note: ask_id for note, ask_id in self.by_person.items() if note in done}

    def forget(self, ask_id: AskId, done: set[str]) -> None:
        """This approval was taken back, or came to nothing."""
        self.by_person = {note: one for note, one in self.by_person.items() if one != ask_id or note in done}

    def may_be_there(self, note: str) -> bool:
        """Whether the world may hold this effect."""
        return note in self.by_rule or note in self.by_person
