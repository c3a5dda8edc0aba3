"""The stories that are killed: what the agent does, what is asked, how the person answers, and the world at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from runtime.domain.action import canonical
from runtime.domain.agent_spec import AgentSpec, Quota, ToolGrant
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.ids import AgentName, StepId
from runtime.domain.plan import PlanStep
from runtime.domain.playbook_spec import PlaybookSpec
from runtime.domain.policy import Rule
from runtime.domain.words import DecisionKind, VerdictKind
from tests.fixtures.room import NOTHING, PLAN, act, done, write
from tests.kills.web import WEB

SHOP = "shop.sqlite"
KEPT = "price list"
"""A file that is there before anything happens."""
PARAMETERS = {
    "title": {"type": "text", "description": "Title"},
    "price": {"type": "integer", "description": "Price"},
}
ADD = {
    "name": "add",
    "purpose": "Add an order.",
    "kind": "change",
    "sql": "INSERT INTO orders (title, price) VALUES (:title, 0)",
    "parameters": {"title": PARAMETERS["title"]},
    "title": "Add {title}",
}
PRICE = {
    "name": "price",
    "purpose": "Set the price of an order.",
    "kind": "change",
    "sql": "UPDATE orders SET price = :price WHERE title = :title",
    "parameters": PARAMETERS,
    "title": "Price of {title}",
}
CLERK = AgentSpec(
    AgentName("clerk"),
    "Clerk",
    tools=(
        ToolGrant("files", '{"folder":"docs"}'),
        ToolGrant("sql", canonical({"database": SHOP, "statements": [ADD, PRICE]})),
        ToolGrant(
            "mail", canonical({"outbox": "outbox", "drafts": "drafts", "inbox": "inbox", "from": "a@shop.example"})
        ),
        ToolGrant("ledger"),
        ToolGrant("till"),
    ),
    # Final effects are allowed without a person only within a quota.
    quotas=(Quota("mails", "mail.send", per_day=1000), Quota("notes", "ledger.add", per_day=1000)),
    inbox="inbox",
    at_once=10,
    playbook=PlaybookSpec((NOTHING,)),
)


@dataclass(frozen=True)
class Story:
    """``runs``: by title, what the model decides turn by turn, the same in every life. ``world``: what it leaves."""

    name: str
    runs: Mapping[str, tuple[Decision, ...]]
    world: frozenset[str]
    """Each of these once, nothing else (``tests.kills.world`` says how they are written)."""
    asked: str = ""
    """Tools (a pattern) for which a person is asked; all others are allowed."""
    edits: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """Titles whose request is approved with these arguments instead."""
    rejected: frozenset[str] = frozenset()
    """Titles whose request for the ledger is rejected."""
    skipped: frozenset[str] = frozenset()
    """Titles of which the person says "skip" where it did not happen."""
    hold_seconds: int = 0
    together: bool = False
    """The person waits until every run asks, then approves all at once, and so does a second person."""
    by_mail: bool = False
    """The runs come from mails in the inbox."""
    rolled_back: frozenset[str] = frozenset()
    plan: PlannedWork = PLAN
    overwrites: Mapping[str, str] = field(default_factory=dict)
    """Files that somebody else writes before the rollback is ordered; the person has them overwritten."""
    web: bool = False
    """The agent may send requests to a server of another company (``tests.kills.web``)."""
    clears: bool = False
    """Before anything is undone the person clears space: contents lie there that no record names."""
    by_itself: bool = False
    """The agent is all or nothing: its runs are handed to a person half-way, and roll themselves back."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The policy. Mail needs a rule of its own: nothing that sends is allowed by a rule for everything."""
        asked = (Rule("asked", VerdictKind.ASK, tools=self.asked),) if self.asked else ()
        send = Rule("send", VerdictKind.ALLOW, agents="clerk", tools="mail.send")
        ledger = Rule("ledger", VerdictKind.ALLOW, agents="clerk", tools="ledger.add")
        return (*asked, send, ledger, Rule("all", VerdictKind.ALLOW))


def letter(subject: str) -> tuple[str, dict[str, Any]]:
    """A call that sends a mail."""
    return "mail.send", {"to": ["anna@example.org"], "subject": subject, "text": "Hello"}


def noted(note: str) -> tuple[str, dict[str, Any]]:
    """A call that nobody can look up or repeat."""
    return "ledger.add", {"note": note}


def paid(note: str) -> tuple[str, dict[str, Any]]:
    """A call that can be repeated with the same key."""
    return "till.pay", {"note": note}


def posted(note: str) -> tuple[str, dict[str, Any]]:
    """A request to another company's server, which nobody can look up there or repeat."""
    return "http.send", {"method": "POST", "address": f"{WEB}{note}", "body": note, "content_type": "text/plain"}


BEFORE = frozenset({f"file {KEPT}.txt=before"})
FREE = Story(
    "free",
    {
        "free": (
            act(write("free.txt", "free"), ("sql.add", {"title": "free"})),
            act(letter("free"), paid("free")),
            act(noted("free")),
            done(),
        )
    },
    BEFORE | {"file free.txt=free", "row free=0", "mail free", "till free", "ledger free"},
    by_mail=True,
)
ASKED = Story(
    "asked",
    {
        "approved": (act(letter("approved"), paid("approved")), done()),
        "edited": (act(write("edited.txt", "wrong")), done()),
        "rejected": (act(noted("rejected")), act(write("told.txt", "told no")), done()),
    },
    BEFORE | {"mail approved", "till approved", "file edited.txt=right", "file told.txt=told no"},
    asked="*",
    edits={"edited": {"path": "edited.txt", "content": "right"}},
    rejected=frozenset({"rejected"}),
)
HELD = Story(
    "held",
    {"held": (act(write("held.txt", "held"), ("sql.add", {"title": "held"})), done())},
    BEFORE | {"file held.txt=held", "row held=0"},
    asked="*",
    hold_seconds=60,
)
PARALLEL = Story(
    "parallel",
    {"one": (act(noted("one")), done()), "two": (act(noted("two")), done())},
    BEFORE | {"ledger one", "ledger two"},
    asked="ledger.*",
    together=True,
)
UNKNOWN = Story(
    "unknown",
    {
        "look": (act(noted("look")), done()),
        "skip": (act(noted("skip")), done()),
    },
    BEFORE | {"ledger look", "ledger skip"},
    skipped=frozenset({"skip"}),
)
ROLLBACK = Story(
    "rollback",
    {
        "back": (
            act(write(f"{KEPT}.txt", "first"), ("sql.add", {"title": "back"})),
            act(write("new.txt", "new"), ("sql.price", {"title": "back", "price": 7}), paid("back")),
            act(write(f"{KEPT}.txt", "second")),
            done(),
        )
    },
    BEFORE | {"till back", "back back"},
    rolled_back=frozenset({"back"}),
)
SAGA = Story(
    "saga",
    {
        "saga": (
            act(write(f"{KEPT}.txt", "first"), ("sql.add", {"title": "saga"})),
            act(write(f"{KEPT}.txt", "second"), paid("saga")),
            Decision(DecisionKind.ESCALATE, "Too hard."),
        )
    },
    BEFORE | {"till saga", "back saga"},
    rolled_back=frozenset({"saga"}),
    by_itself=True,
)
BESIDE_PLAN = PlannedWork(
    tuple(PlanStep(StepId(f"s{number}"), f"Step {number}") for number in range(1, 5)), confidence=0.9, needs_told=True
)
"""Four steps of which none needs another."""


def beside(*calls: tuple[str, dict[str, Any]]) -> Decision:
    """A turn whose calls are for a step each, and run side by side."""
    steps = [msgspec.structs.replace(call, step_id=StepId(f"s{at}")) for at, call in enumerate(act(*calls).calls, 1)]
    return msgspec.structs.replace(act(*calls), calls=tuple(steps))


BESIDE = Story(
    "beside",
    {
        "beside": (
            beside(write("left.txt", "l"), write("right.txt", "r"), ("sql.add", {"title": "beside"}), paid("beside")),
            done(),
        ),
        "apart": (
            beside(write(f"{KEPT}.txt", "1"), write("apart.txt", "a"), ("sql.add", {"title": "apart"})),
            act(write(f"{KEPT}.txt", "2")),
            done(),
        ),
    },
    BEFORE | {"file left.txt=l", "file right.txt=r", "row beside=0", "till beside"},
    rolled_back=frozenset({"apart"}),
    plan=BESIDE_PLAN,
)
REQUESTS = Story(
    "requests",
    {"refund": (act(posted("refund")), act(posted("receipt")), done())},
    BEFORE | {"web refund", "web receipt"},
    asked="http.*",
    web=True,
)
OVERWRITTEN = Story(
    "overwritten",
    {"over": (act(write(f"{KEPT}.txt", "mine")), act(write("new.txt", "new")), done())},
    BEFORE,
    rolled_back=frozenset({"over"}),
    overwrites={f"{KEPT}.txt": "of somebody else"},
    clears=True,
)
_ALL = (FREE, ASKED, HELD, PARALLEL, UNKNOWN, ROLLBACK, SAGA, BESIDE, REQUESTS, OVERWRITTEN)
STORIES = {story.name: story for story in _ALL}
