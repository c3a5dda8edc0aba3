"""Finds what is under way without reading everything that ever was: small indexes over what is not over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_open_work"
down_revision: str | None = "0003_budget"


def upgrade() -> None:
    op.create_index("runs_waiting", "runs", ["waiting_for"], sqlite_where=sa.text("waiting_for <> ''"))
    op.create_index("effects_running", "effects", ["run_id"], sqlite_where=sa.text("running = 1"))
