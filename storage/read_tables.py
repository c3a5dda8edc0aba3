"""The read models' tables: what the lists and pages are read from. All of them can be rebuilt from the records.

Every column that is not part of a key has a default: a row may be begun by any event that names it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Float, Index, Integer, Table, Text, text

# A table added here is added in a migration as well: a new database is made from these definitions at once, an older
# one is brought up by the migrations, and a test compares the two.
from storage.tables import metadata


def _key(name: str, kind: type[Text] | type[Integer] = Text) -> Column[Any]:
    return Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


def _int(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _real(name: str) -> Column[float]:
    return Column(name, Float)


runs = Table(
    "runs",
    metadata,
    _key("run_id"),
    *map(
        _text, ("agent", "title", "source", "task_key", "started_by", "base_state", "outcome", "summary", "limit_name")
    ),
    *map(_text, ("waiting_for", "paused_by", "model")),
    *map(_int, ("revision", "started_at", "updated_at", "finished_at", "paused_at", "plan_revision", "turns", "calls")),
    *map(_int, ("failed_calls", "effects", "checkpoints", "denied", "cost_micros", "price_unknown", "rolled_back")),
    _real("confidence"),
    _text("unmet"),
    Index("runs_newest", "started_at", "run_id"),
    Index("runs_agent", "agent", "started_at", "run_id"),
    Index("runs_state", "base_state"),
    Index("runs_task", "agent", "task_key"),
    Index("runs_waiting", "waiting_for", sqlite_where=text("waiting_for <> ''")),
)

plan_steps = Table(
    "plan_steps",
    metadata,
    _key("run_id"),
    _key("step_id"),
    *map(_int, ("plan_revision", "position", "leaf")),
    *map(_text, ("title", "tool", "parent")),
    Column("status", Text, nullable=False, server_default=text("'to do'")),
)

asks = Table(
    "asks",
    metadata,
    _key("ask_id"),
    *map(
        _text, ("kind", "state", "title", "agent", "tool", "touches", "effect", "run_id", "call_id", "shape", "raised")
    ),
    *map(_int, ("tier", "raised_at", "answer_by", "expires")),
    *map(_text, ("ruling", "ruled_by", "ruling_event", "closed_how", "closed_sentence")),
    *map(_int, ("ruled_at", "takes_effect", "looked_ms", "closed_at", "seen")),
    *map(_text, ("rule", "same", "seen_by", "shelved_by", "shelf_reason", "holder", "handed_by", "hand_note")),
    *map(_int, ("priority", "seen_at", "shelved_until", "may_wait", "moved_at")),
    *map(_text, ("harmful", "harmful_by")),
    _int("harmful_at"),
    Index("asks_state", "state"),
    Index("asks_run", "run_id"),
    Index("asks_raised", "raised_at"),
    Index("asks_ruled", "ruled_at"),
    Index("asks_closed", "closed_at"),
    Index("asks_shape", "shape", "ruled_at"),
    Index("asks_rule", "rule", "ruled_at"),
    Index("asks_same", "same", "raised_at"),
    Index("asks_harmful", "harmful_at", sqlite_where=text("harmful_at > 0")),
)

afterwards_read = Table(
    "afterwards_read", metadata, _key("ask_id"), _key("operator_id"), *map(_int, ("undo_read", "harm_read"))
)

effects = Table(
    "effects",
    metadata,
    _key("run_id"),
    _key("call_id"),
    *map(_text, ("tool", "arguments", "title", "effect", "resource", "step_id", "verdict", "decided_by", "ask_id")),
    *map(_text, ("outcome", "summary", "failure", "refused")),
    *map(_int, ("turn", "tier", "judged_at", "started_at", "finished_at", "attempt", "checkpoint", "duration_ms")),
    *map(_int, ("running", "undone")),
    _real("confidence"),
    _int("started_seq"),
    _int("undone_at"),
    _text("undone_in"),
    Index("effects_tool", "tool", "started_at"),
    Index("effects_started", "started_at"),
    Index("effects_running", "run_id", sqlite_where=text("running = 1")),
    Index("effects_resource", "resource", "started_seq"),
    Index("effects_undone", "run_id", "call_id", sqlite_where=text("undone = 1")),
)

reviews = Table(
    "reviews",
    metadata,
    _key("run_id"),
    _key("call_id"),
    *map(_text, ("reviewed_by", "why")),
    *map(_int, ("at", "fine")),
    Index("reviews_at", "at"),
)

rollbacks = Table("rollbacks", metadata, _key("rollback_id"), _text("started_by"))

touched = Table(
    "touched",
    metadata,
    # What the undo of an effect would write to: by it the later effects of other runs on the same thing are found.
    _key("thing"),
    _key("run_id"),
    _key("call_id"),
)

confidences = Table(
    "confidences",
    metadata,
    # By run, and without a second tree beside it: one is written with nearly every answer of a model.
    _key("run_id"),
    _key("seq", Integer),
    _real("confidence"),
    sqlite_with_rowid=False,
)

spend = Table(
    "spend",
    metadata,
    # Quarters of an hour: every time zone's days begin at one, so that local days can be summed from them.
    _key("slot", Integer),
    _key("run_id"),
    _key("model"),
    *map(_int, ("input_tokens", "output_tokens", "cost_micros", "price_unknown")),
)

budget_days = Table(
    "budget_days",
    metadata,
    # Local days (ISO), as the reservations name them: caps are held against these sums.
    _key("day"),
    _key("agent"),
    *map(_int, ("spent_micros", "spent_tokens", "held_micros", "held_tokens")),
)

reservations = Table(
    "reservations",
    metadata,
    _key("reservation_id"),
    *map(_text, ("run_id", "agent", "day", "model", "prices")),
    *map(_int, ("made_at", "until", "micros", "tokens", "kept")),
)

cap_raises = Table(
    "cap_raises",
    metadata,
    _key("seq", Integer),
    *map(_text, ("day", "agent", "run_id", "kinds")),
    *map(_int, ("at", "micros", "tokens")),
)

grants = Table(
    "grants",
    metadata,
    _key("grant_id"),
    *map(_text, ("agent", "tool", "ask_id", "given_by", "given", "ended_how", "ended_by", "ended_sentence")),
    *map(_int, ("given_at", "until", "uses", "used", "last_used_at", "ended_at")),
    Index("grants_given", "given_at"),
)

grant_uses = Table(
    "grant_uses", metadata, _key("grant_id"), _key("use", Integer), _text("run_id"), _text("call_id"), _int("at")
)

entered_prices = Table(
    "entered_prices", metadata, _key("model"), *map(_text, ("price", "entered_by", "note")), _int("entered_at")
)

agents = Table(
    "agents",
    metadata,
    _key("name"),
    *map(_int, ("revision", "paused_at", "removed", "taught")),
    *map(_text, ("spec", "paused_by")),
)

agent_revisions = Table(
    "agent_revisions",
    metadata,
    _key("name"),
    _key("revision", Integer),
    *map(_text, ("spec", "saved_by", "note")),
    _int("saved_at"),
)

workspace_values = Table("workspace_values", metadata, _key("name"), _text("value"), _int("at"))

operators = Table("operators", metadata, _key("operator_id"), _text("name"), _int("active"))

credentials = Table("credentials", metadata, _key("account"), _text("purpose"), _int("stored_at"), _text("stored_by"))

audit = Table(
    "audit",
    metadata,
    _key("seq", Integer),
    _int("at"),
    *map(_text, ("who", "kind", "event", "what", "decided_by", "run_id", "ask_id", "agent", "mark", "sentence")),
    *map(_int, ("cost_micros", "looked_ms")),
    Index("audit_at", "at", "seq"),
    Index("audit_who", "who", "seq"),
    Index("audit_kind", "kind", "seq"),
    Index("audit_run", "run_id", "seq"),
    Index("audit_agent", "agent", "seq"),
    Index("audit_agent_kind", "agent", "kind", "seq"),
)

TOGETHER: tuple[Table, ...] = (
    runs,
    plan_steps,
    asks,
    afterwards_read,
    effects,
    reviews,
    rollbacks,
    touched,
    confidences,
    spend,
    budget_days,
    reservations,
    cap_raises,
    grants,
    grant_uses,
    entered_prices,
    agents,
    agent_revisions,
    workspace_values,
    operators,
    credentials,
)
"""Tables that change in the same transaction as the records."""

BEHIND: tuple[str, ...] = ("audit", "audit_text")
"""Tables that follow behind."""

# What a Table cannot say (full-text tables and their like): statements run after the tables were created,
# written as `CREATE ... IF NOT EXISTS`, and executed by the migration that introduced them as well.
STATEMENTS: tuple[str, ...] = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS audit_text USING fts5(words, tokenize = 'unicode61')",
)

__all__ = [
    "BEHIND",
    "STATEMENTS",
    "TOGETHER",
    "afterwards_read",
    "agent_revisions",
    "agents",
    "asks",
    "audit",
    "budget_days",
    "cap_raises",
    "confidences",
    "credentials",
    "effects",
    "entered_prices",
    "grant_uses",
    "grants",
    "metadata",
    "operators",
    "plan_steps",
    "reservations",
    "reviews",
    "rollbacks",
    "runs",
    "spend",
    "touched",
    "workspace_values",
]
