"""Keeps what people said of actions that had run without one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_reviews"
down_revision: str | None = "0011_afterwards"


def upgrade() -> None:
    none, never = sa.text("''"), sa.text("0")
    op.create_table(
        "reviews",
        sa.Column("run_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("call_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("reviewed_by", sa.Text, nullable=False, server_default=none),
        sa.Column("why", sa.Text, nullable=False, server_default=none),
        sa.Column("at", sa.Integer, nullable=False, server_default=never),
        sa.Column("fine", sa.Integer, nullable=False, server_default=never),
    )
    op.create_index("reviews_at", "reviews", ["at"])
