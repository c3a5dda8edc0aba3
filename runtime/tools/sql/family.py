"""The sql family: named statements on one SQLite file, each a tool of its own; never free SQL."""

from runtime.tools.contract import Tool
from runtime.tools.sql.change import Change
from runtime.tools.sql.options import SqlOptions
from runtime.tools.sql.query import Query


class SqlFamily:
    """Builds one tool for each granted statement."""

    name = "sql"

    def tools(self, options: str) -> tuple[Tool, ...]:
        """All tools of this grant."""
        read = SqlOptions.model_validate_json(options, strict=True)
        return tuple(
            Query(read, statement, options) if statement.kind == "query" else Change(read, statement, options)
            for statement in read.statements
        )
