"""Finds what other runs did later to the same thing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_touched"
down_revision: str | None = "0004_open_work"


def upgrade() -> None:
    op.add_column("effects", sa.Column("started_seq", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.create_index("effects_resource", "effects", ["resource", "started_seq"])
    op.create_table(
        "touched",
        sa.Column("thing", sa.Text, primary_key=True, nullable=False),
        sa.Column("run_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("call_id", sa.Text, primary_key=True, nullable=False),
    )
