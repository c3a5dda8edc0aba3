"""An agent has exactly the tools it was granted, and every fault of a grant is named by its place."""

from typing import cast

import pytest
from pydantic import BaseModel, ConfigDict

from runtime.domain.agent_spec import AgentSpec, ToolGrant
from runtime.domain.ids import AgentName
from runtime.domain.words import EffectKind, Idempotency
from runtime.tools.contract import Tool, ToolContract
from runtime.tools.registry import GrantFaults, Registry


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    depth: int = 1


class Empty(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Named:
    def __init__(self, name: str, options: str) -> None:
        self.contract = ToolContract(
            name, 1, "", Empty, Empty, (), EffectKind.READ, "", Idempotency.REPEATABLE, 1, "", options
        )


class Shelf:
    """A family with two tools."""

    def __init__(self, name: str) -> None:
        self.name = name

    def tools(self, options: str) -> tuple[Tool, ...]:
        Options.model_validate_json(options, strict=True)
        return tuple(cast(Tool, Named(f"{self.name}.{verb}", options)) for verb in ("look", "put"))


def agent(*grants: ToolGrant) -> AgentSpec:
    return AgentSpec(AgentName("a"), "role", tools=grants)


@pytest.fixture
def registry() -> Registry:
    return Registry([Shelf("shelf"), Shelf("box")])


def test_an_agent_has_what_it_was_granted_and_no_more(registry: Registry) -> None:
    assert list(registry.tools_for(agent())) == []
    assert list(registry.tools_for(agent(ToolGrant("shelf")))) == ["shelf.look", "shelf.put"]
    narrowed = agent(ToolGrant("shelf", only=("shelf.look",)), ToolGrant("box", '{"depth": 2}'))
    tools = registry.tools_for(narrowed)
    assert list(tools) == ["shelf.look", "box.look", "box.put"]
    assert tools["box.put"].contract.options == '{"depth":2}'


def test_every_fault_is_named_by_its_place(registry: Registry) -> None:
    spec = agent(
        ToolGrant("shed"),
        ToolGrant("shelf", '{"depth": "2", "colour": 1}'),
        ToolGrant("box", "{"),
        ToolGrant("box", only=("box.burn",)),
        ToolGrant("shelf"),
        ToolGrant("shelf", '{"depth":3}', only=("shelf.look",)),
    )
    assert registry.faults(spec) == [
        "tools[0].family: there is no tool family 'shed'. Known: box, shelf.",
        "tools[1].options.depth: input should be a valid integer.",
        "tools[1].options.colour: there is no such name.",
        "tools[2].options: Not JSON at line 1, column 2: Expecting property name enclosed in double quotes.",
        "tools[3].only[0]: box has no tool 'box.burn'. It has box.look, box.put.",
        "tools[5]: shelf.look is already granted above; one agent has each tool once.",
    ]
    with pytest.raises(GrantFaults) as caught:
        registry.tools_for(spec)
    assert len(caught.value.faults) == 6
