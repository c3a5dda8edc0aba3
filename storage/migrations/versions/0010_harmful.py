"""Says of a request that was approved why a person found later that it did harm."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_harmful"
down_revision: str | None = "0009_fewer_pages"


def upgrade() -> None:
    for name in ("harmful", "harmful_by"):
        op.add_column("asks", sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")))
