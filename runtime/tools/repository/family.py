"""The repository family: work on a copy of a git repository, test it shut away, propose the changes as a new branch."""

from typing import cast

from runtime.tools.contract import Tool
from runtime.tools.repository.applying import ApplyChanges
from runtime.tools.repository.copying import CopyRepository
from runtime.tools.repository.in_copy import tools_in_copy
from runtime.tools.repository.looking import RunTests, ShowDiff
from runtime.tools.repository.options import Grant, RepositoryOptions


class RepositoryFamily:
    """Builds the tools of a repository grant."""

    name = "repository"

    def tools(self, options: str) -> tuple[Tool, ...]:
        """All tools of this grant."""
        grant = Grant(RepositoryOptions.model_validate_json(options, strict=True), options)
        own = (CopyRepository(grant), ShowDiff(grant), RunTests(grant), ApplyChanges(grant))
        return (*tools_in_copy(grant), *(cast(Tool, tool) for tool in own))
