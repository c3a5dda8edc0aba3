"""The read models' tables, empty: the program fills them from the records when it opens the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002_read_models"
down_revision: str | None = "0001_journal"


def _keys(*names: str, kind: type[sa.Text] | type[sa.Integer] = sa.Text) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False) for name in names]


def _texts(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")) for name in names.split()]


def _ints(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")) for name in names.split()]


def _make(name: str, columns: Sequence[sa.Column[Any]], **indexes: str) -> None:
    op.create_table(name, *columns)
    for index, over in indexes.items():
        op.create_index(f"{name}_{index}", name, over.split())


def upgrade() -> None:
    _runs()
    _asks_and_effects()
    _spend_and_agents()
    _audit()


def _runs() -> None:
    _make(
        "runs",
        [
            *_keys("run_id"),
            *_texts("agent title source task_key started_by base_state outcome summary limit_name"),
            *_texts("waiting_for paused_by model"),
            *_ints("revision started_at updated_at finished_at paused_at plan_revision turns calls"),
            *_ints("failed_calls effects checkpoints denied cost_micros price_unknown rolled_back"),
            sa.Column("confidence", sa.Float),
        ],
        newest="started_at run_id",
        agent="agent started_at run_id",
        state="base_state",
        task="agent task_key",
    )
    status = sa.Column("status", sa.Text, nullable=False, server_default=sa.text("'to do'"))
    _make(
        "plan_steps",
        [*_keys("run_id", "step_id"), *_ints("plan_revision position leaf"), *_texts("title tool parent"), status],
    )


def _asks_and_effects() -> None:
    _make(
        "asks",
        [
            *_keys("ask_id"),
            *_texts("kind state title agent tool touches effect run_id call_id shape raised"),
            *_ints("tier raised_at answer_by expires"),
            *_texts("ruling ruled_by ruling_event closed_how closed_sentence"),
            *_ints("ruled_at takes_effect looked_ms closed_at seen"),
        ],
        state="state",
        run="run_id",
        raised="raised_at",
        ruled="ruled_at",
        closed="closed_at",
        shape="shape ruled_at",
    )
    _make(
        "effects",
        [
            *_keys("run_id", "call_id"),
            *_texts("tool arguments title effect resource step_id verdict decided_by ask_id"),
            *_texts("outcome summary failure refused"),
            *_ints("turn tier judged_at started_at finished_at attempt checkpoint duration_ms running undone"),
            sa.Column("confidence", sa.Float),
        ],
        tool="tool started_at",
        started="started_at",
        ask="ask_id",
    )


def _spend_and_agents() -> None:
    _make(
        "confidences",
        [*_keys("seq", kind=sa.Integer), *_texts("run_id"), sa.Column("confidence", sa.Float)],
        run="run_id seq",
    )
    _make(
        "spend",
        [
            *_keys("slot", kind=sa.Integer),
            *_keys("run_id", "model"),
            *_ints("input_tokens output_tokens cost_micros price_unknown"),
        ],
    )
    _make("agents", [*_keys("name"), *_ints("revision paused_at removed taught"), *_texts("spec paused_by")])
    revision_keys = [*_keys("name"), *_keys("revision", kind=sa.Integer)]
    _make("agent_revisions", [*revision_keys, *_texts("spec saved_by note"), *_ints("saved_at")])
    _make("workspace_values", [*_keys("name"), *_texts("value"), *_ints("at")])
    _make("operators", [*_keys("operator_id"), *_texts("name"), *_ints("active")])
    _make("credentials", [*_keys("account"), *_texts("purpose"), *_ints("stored_at"), *_texts("stored_by")])


def _audit() -> None:
    _make(
        "audit",
        [
            *_keys("seq", kind=sa.Integer),
            *_ints("at"),
            *_texts("who kind event what decided_by run_id ask_id agent mark sentence"),
            *_ints("cost_micros looked_ms"),
        ],
        at="at seq",
        who="who seq",
        kind="kind seq",
        run="run_id seq",
        agent="agent seq",
        agent_kind="agent kind seq",
    )
    op.execute("CREATE VIRTUAL TABLE IF NOT EXISTS audit_text USING fts5(words, tokenize = 'unicode61')")
