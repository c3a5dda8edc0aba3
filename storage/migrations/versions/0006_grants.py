"""Standing grants and their uses."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006_grants"
down_revision: str | None = "0005_touched"


def _key(name: str, kind: type[sa.Text] | type[sa.Integer] = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


def _texts(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")) for name in names.split()]


def _ints(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")) for name in names.split()]


def upgrade() -> None:
    op.create_table(
        "grants",
        _key("grant_id"),
        *_texts("agent tool ask_id given_by given ended_how ended_by ended_sentence"),
        *_ints("given_at until uses used last_used_at ended_at"),
    )
    op.create_index("grants_given", "grants", ["given_at"])
    op.create_table("grant_uses", _key("grant_id"), _key("use", sa.Integer), *_texts("run_id call_id"), *_ints("at"))
