"""Says when something was undone or found harmful, and who read of it: whoever approved it is told, also later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_afterwards"
down_revision: str | None = "0010_harmful"


def upgrade() -> None:
    none, never = sa.text("''"), sa.text("0")
    op.add_column("asks", sa.Column("harmful_at", sa.Integer, nullable=False, server_default=never))
    op.add_column("effects", sa.Column("undone_at", sa.Integer, nullable=False, server_default=never))
    op.add_column("effects", sa.Column("undone_in", sa.Text, nullable=False, server_default=none))
    op.create_index("asks_harmful", "asks", ["harmful_at"], sqlite_where=sa.text("harmful_at > 0"))
    op.create_index("effects_undone", "effects", ["run_id", "call_id"], sqlite_where=sa.text("undone = 1"))
    op.create_table(
        "afterwards_read",
        sa.Column("ask_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("operator_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("undo_read", sa.Integer, nullable=False, server_default=never),
        sa.Column("harm_read", sa.Integer, nullable=False, server_default=never),
    )
    op.create_table(
        "rollbacks",
        sa.Column("rollback_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("started_by", sa.Text, nullable=False, server_default=none),
    )
