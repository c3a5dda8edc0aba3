"""The read models' tables: what the lists and pages are read from. All of them can be rebuilt from the records."""

from __future__ import annotations

# Add tables as `name = Table("name", metadata, ...)`, and the same table in a migration: a new database is made from
# these definitions at once, an older one is brought up by the migrations, and a test compares the two.
from storage.tables import metadata

# What a Table cannot say (full-text tables and their like): statements run after the tables were created,
# written as `CREATE ... IF NOT EXISTS`, and executed by the migration that introduced them as well.
STATEMENTS: tuple[str, ...] = ()

__all__ = ["STATEMENTS", "metadata"]
