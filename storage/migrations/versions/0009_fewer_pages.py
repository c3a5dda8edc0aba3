"""A step writes fewer pages: stated confidences lie by run in one tree, and no index is kept that nothing asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_fewer_pages"
down_revision: str | None = "0008_unmet"


def upgrade() -> None:
    op.drop_index("effects_ask", "effects")
    op.drop_index("confidences_run", "confidences")
    op.rename_table("confidences", "confidences_before")
    op.create_table(
        "confidences",
        sa.Column("run_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("seq", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("confidence", sa.Float),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO confidences (run_id, seq, confidence) SELECT run_id, seq, confidence FROM confidences_before"
    )
    op.drop_table("confidences_before")
