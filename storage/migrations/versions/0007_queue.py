"""Asks are looked after: first look, shelf, holder; the rule that asked, what makes repeats alike."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_queue"
down_revision: str | None = "0006_grants"

_TEXTS = ("rule", "same", "seen_by", "shelved_by", "shelf_reason", "holder", "handed_by", "hand_note")
_NUMBERS = ("priority", "seen_at", "shelved_until", "may_wait", "moved_at")


def upgrade() -> None:
    for name in _TEXTS:
        op.add_column("asks", sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")))
    for name in _NUMBERS:
        op.add_column("asks", sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")))
    op.create_index("asks_rule", "asks", ["rule", "ruled_at"])
    op.create_index("asks_same", "asks", ["same", "raised_at"])
