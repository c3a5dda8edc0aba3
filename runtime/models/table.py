"""Which model a route means. This build has one: the playbook."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final

from runtime.domain.agent_spec import PLAYBOOK, AgentSpec
from runtime.models.interface import FaultKind, Model, ModelFault
from runtime.models.playbook.faults import playbook_faults
from runtime.models.playbook.model import PlaybookModel

KEPT: Final = 32
"""Models kept ready; each holds the index of its examples."""


def route_fault(route: str) -> str:
    """Why no agent can be saved with this route; empty where it can."""
    if route == PLAYBOOK:
        return ""
    if not route.strip():
        return f"no model is named; write {PLAYBOOK!r}."
    return f"{route!r} is not a model of this build, which has only the playbook; write {PLAYBOOK!r}."


def model_faults(agent: AgentSpec, tools: Mapping[str, Mapping[str, Any]] | None = None) -> tuple[str, ...]:
    """Everything wrong with the agent's models and playbook, with places; asked when it is saved.

    ``tools`` maps names of granted tools to the JSON Schemas of their arguments; None = tools are not looked at.
    """
    found = [
        f"models.{name}: {fault}"
        for name, route in (("planner", agent.models.planner), ("actor", agent.models.actor))
        if (fault := route_fault(route))
    ]
    if agent.playbook is not None:
        found += playbook_faults(agent.playbook, tools)
    elif PLAYBOOK in (agent.models.planner, agent.models.actor):
        found.append("playbook: the agent names the playbook as its model but has none; add [playbook] with intents.")
    return tuple(found)


class ModelTable:
    """Hands out models and keeps the ones in use, so that examples are indexed once per revision."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int, int], Model] = {}
        self._lock = Lock()

    def model_for(
        self, route: str, agent: AgentSpec, revision: int = 0, taught: Sequence[tuple[str, str]] = ()
    ) -> Model:
        """The model of a route. ``taught`` are (text, intent) pairs learned later. Raises ModelFault."""
        if fault := route_fault(route):
            raise ModelFault(FaultKind.FINAL, f"{fault[:1].upper()}{fault[1:]}")
        key = (f"{agent.name}\x00{hash(tuple(taught))}", revision, len(taught))
        with self._lock:
            model = self._kept.pop(key, None) or PlaybookModel(agent, taught)
            self._kept[key] = model  # newest last
            while len(self._kept) > KEPT:
                self._kept.pop(next(iter(self._kept)))
        return model
