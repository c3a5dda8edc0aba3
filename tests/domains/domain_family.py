"""The tools of one domain as a family that an agent can be granted."""

from typing import cast

from pydantic import BaseModel, ConfigDict

from runtime.tools.contract import Tool
from tests.domains.domain import Domain
from tests.domains.domain_tool import DomainTool
from tests.domains.material import Material


class DomainOptions(BaseModel):
    """Options of a grant: which file in the workspace folder holds the records."""

    model_config = ConfigDict(extra="forbid")
    database: str


class DomainFamily:
    """Built from what the folder declares and what the domain's functions do. Both must name the same tools."""

    def __init__(self, domain: Domain, material: Material) -> None:
        self.name = domain.name
        self._domain = domain
        self._mutating = material.mutating
        self._declared = {str(entry["name"]): entry for entry in material.tools}
        if odd := set(self._declared) ^ set(domain.tools):
            raise ValueError(f"Tools that are declared or made, but not both: {', '.join(sorted(odd))}.")

    def tools(self, options: str) -> tuple[Tool, ...]:
        """All tools of a grant. Raises pydantic.ValidationError for bad options."""
        database = DomainOptions.model_validate_json(options).database
        made = [
            DomainTool(self.name, entry, verb in self._mutating, self._domain.tools[verb], (database, options))
            for verb, entry in self._declared.items()
        ]
        return tuple(cast(Tool, tool) for tool in made)
