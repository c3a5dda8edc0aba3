"""The budget's tables, empty: the program fills them from the records when it opens the workspace."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003_budget"
down_revision: str | None = "0002_read_models"


def _key(name: str, kind: type[sa.Text] | type[sa.Integer] = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


def _texts(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")) for name in names.split()]


def _ints(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")) for name in names.split()]


def upgrade() -> None:
    op.create_table(
        "budget_days", _key("day"), _key("agent"), *_ints("spent_micros spent_tokens held_micros held_tokens")
    )
    op.create_table(
        "reservations",
        _key("reservation_id"),
        *_texts("run_id agent day model prices"),
        *_ints("made_at until micros tokens kept"),
    )
    op.create_table(
        "cap_raises", _key("seq", sa.Integer), *_texts("day agent run_id kinds"), *_ints("at micros tokens")
    )
    op.create_table("entered_prices", _key("model"), *_texts("price entered_by note"), *_ints("entered_at"))
