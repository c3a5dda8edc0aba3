"""Alembic's entry: runs the migrations on the connection and inside the transaction that storage/migrate.py opened."""

from __future__ import annotations

from alembic import context

from storage.read_tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
