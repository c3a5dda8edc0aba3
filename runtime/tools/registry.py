"""Which tools an agent has: its grants, built by their families, with every fault of a grant named by its place."""

from collections.abc import Iterable
from functools import lru_cache

from pydantic import ValidationError

from runtime.domain.action import BadArguments, canonical, parse_arguments
from runtime.domain.agent_spec import AgentSpec, ToolGrant
from runtime.tools.contract import Tool, ToolFamily
from runtime.tools.sentences import sentences_of


class GrantFaults(Exception):
    """An agent's grants cannot be built; ``faults`` names each with its place."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


class Registry:
    """The families this program knows, and the tools they make of an agent's grants."""

    def __init__(self, families: Iterable[ToolFamily]) -> None:
        self.families: dict[str, ToolFamily] = {family.name: family for family in families}
        # Tools keep no state of a call, so one set for each (family, options) serves every run.
        self._build = lru_cache(maxsize=256)(self._build_family)
        self._all_of = lru_cache(maxsize=256)(self._valid)

    def tools_for(self, spec: AgentSpec) -> dict[str, Tool]:
        """Full name -> tool, in the order of the grants. Raises GrantFaults where a grant is not valid."""
        return dict(self._all_of(spec.tools))

    def faults(self, spec: AgentSpec) -> list[str]:
        """Every fault of the agent's grants as a sentence with its place; empty = all is well."""
        return self._collect(spec.tools)[1]

    def _valid(self, grants: tuple[ToolGrant, ...]) -> dict[str, Tool]:
        tools, faults = self._collect(grants)
        if faults:
            raise GrantFaults(tuple(faults))
        return tools

    def _collect(self, grants: tuple[ToolGrant, ...]) -> tuple[dict[str, Tool], list[str]]:
        tools: dict[str, Tool] = {}
        faults: list[str] = []
        for index, grant in enumerate(grants):
            place = f"tools[{index}]"
            for tool in self._granted(grant, place, faults):
                name = tool.contract.name
                if name in tools:
                    faults.append(f"{place}: {name} is already granted above; one agent has each tool once.")
                else:
                    tools[name] = tool
        return tools, faults

    def _granted(self, grant: ToolGrant, place: str, faults: list[str]) -> list[Tool]:
        if grant.family not in self.families:
            known = ", ".join(sorted(self.families))
            faults.append(f"{place}.family: there is no tool family {grant.family!r}. Known: {known}.")
            return []
        try:
            options = canonical(parse_arguments(grant.options))
            built = self._build(grant.family, options)
        except BadArguments as error:
            faults.append(f"{place}.options: {error}")
            return []
        except ValidationError as error:
            faults.extend(f"{place}.options.{sentence}" for sentence in sentences_of(error))
            return []
        names = {tool.contract.name for tool in built}
        for position, name in enumerate(grant.only):
            if name not in names:
                known = ", ".join(sorted(names))
                faults.append(f"{place}.only[{position}]: {grant.family} has no tool {name!r}. It has {known}.")
        return [tool for tool in built if not grant.only or tool.contract.name in grant.only]

    def _build_family(self, family: str, options: str) -> tuple[Tool, ...]:
        return self.families[family].tools(options)
