"""Says of a run what its success criteria found not to be as it should."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_unmet"
down_revision: str | None = "0007_queue"


def upgrade() -> None:
    op.add_column("runs", sa.Column("unmet", sa.Text, nullable=False, server_default=sa.text("''")))
