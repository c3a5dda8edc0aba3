"""Which model a route means: the playbook, or a model of one of the providers in the table."""

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, Final

from runtime.domain.agent_spec import PLAYBOOK, AgentSpec
from runtime.domain.outcome_checks import criterion_fault
from runtime.domain.words import CapAction, ModelRole
from runtime.models.interface import FaultKind, Model, ModelFault
from runtime.models.playbook.faults import playbook_faults
from runtime.models.playbook.model import PlaybookModel
from runtime.models.providers.calling import ProviderModel
from runtime.models.providers.connection import Connection, Secret
from runtime.models.providers.known import PROVIDERS, default_connection
from runtime.models.providers.routes import Route, route_of, same_model
from runtime.models.working_context import LEAST_TOKENS

KEPT: Final = 32
"""Models kept ready; each holds the index of its examples."""

Connections = Callable[[], Mapping[str, Connection]]
"""The connections of the workspace by name, as they are now."""


def no_connections() -> Mapping[str, Connection]:
    """A workspace that has set up none: only the providers' own addresses are known."""
    return {}


async def no_secret(connection: Connection) -> str:
    """A workspace without keys. Raises ModelFault, always."""
    sentence = f"There is no key for {connection.name}. Put one into the settings."
    raise ModelFault(FaultKind.FINAL, sentence, by_person=True)


def route_fault(route: str) -> str:
    """Why no agent can be saved with this route; empty where it can."""
    if route == PLAYBOOK:
        return ""
    if not route.strip():
        return f"no model is named; write {PLAYBOOK!r} or <provider>/<model>."
    found = route_of(route)
    return "" if isinstance(found, Route) else found


MOST_VOTES: Final = 9


def _routes(agent: AgentSpec) -> list[tuple[str, str]]:
    """Every route with its place in the agent's file."""
    return [(f"{role}[{at}]", route) for role in ModelRole for at, route in enumerate(agent.models.chain(role))]


def chain_faults(agent: AgentSpec) -> list[str]:
    """Chains that cannot be gone along, thresholds and votes out of range."""
    models, found = agent.models, []
    for role in (ModelRole.PLANNER, ModelRole.ACTOR):
        if not models.chain(role):
            found.append(f"models.{role}: no model is named; write {PLAYBOOK!r} or <provider>/<model>.")
    for role in ModelRole:
        chain = models.chain(role)
        found += [f"models.{role}: {route} is named twice." for route in dict.fromkeys(chain) if chain.count(route) > 1]
    if models.classifier and (agent.playbook is None or PLAYBOOK not in models.planner):
        found.append("models.classifier: it chooses among the intents of the playbook; let the playbook plan first.")
    for at, criterion in enumerate(agent.criteria):
        if fault := criterion_fault(criterion):
            found.append(f"criteria[{at}]: {fault}")
    for role in (ModelRole.CLASSIFIER, ModelRole.JUDGE):
        if PLAYBOOK in models.chain(role):
            found.append(f"models.{role}: the playbook is no language model; leave it empty, or name one.")
    found += _judges_of_themselves(agent)
    if not 0 <= models.escalate_below <= 1:
        found.append("models.escalate_below: a confidence is between 0 and 1.")
    if models.keep_answers_s < 0:
        found.append("models.keep_answers_s: seconds, 0 for not at all.")
    if agent.context_tokens and agent.context_tokens < LEAST_TOKENS:
        found.append(f"context_tokens: at least {LEAST_TOKENS:,}, or 0 for what the model can read.")
    if agent.vote.times not in range(MOST_VOTES + 1):
        found.append(f"vote.times: from 2 to {MOST_VOTES}, or 0 for no vote.")
    return found


def _judges_of_themselves(agent: AgentSpec) -> list[str]:
    """Judges that may act as well, over whatever connection, the cheaper model at a cap included."""
    acting = list(agent.models.actor)
    if agent.at_cap.action is CapAction.CHEAPER:
        acting.append(agent.at_cap.cheaper)
    return [
        f"models.judge: {judge} acts for this agent as well; name a model that does not act, so that nobody judges "
        "its own work."
        for judge in agent.models.judge
        if judge != PLAYBOOK and any(same_model(judge, other) for other in acting)
    ]


def model_faults(agent: AgentSpec, tools: Mapping[str, Mapping[str, Any]] | None = None) -> tuple[str, ...]:
    """Everything wrong with the agent's models and playbook, with places; asked when it is saved.

    ``tools`` maps names of granted tools to the JSON Schemas of their arguments; None = tools are not looked at.
    """
    found = [f"models.{name}: {fault}" for name, route in _routes(agent) if (fault := route_fault(route))]
    found += chain_faults(agent)
    if agent.at_cap.action is CapAction.CHEAPER and (fault := route_fault(agent.at_cap.cheaper)):
        found.append(f"at_cap.cheaper: {fault}")
    if agent.playbook is not None:
        found += playbook_faults(agent.playbook, tools)
    elif PLAYBOOK in (*agent.models.planner, *agent.models.actor):
        found.append("playbook: the agent names the playbook as its model but has none; add [playbook] with intents.")
    return tuple(found)


class ModelTable:
    """Hands out models and keeps the ones in use, so that examples are indexed and connections opened once."""

    def __init__(self, connections: Connections = no_connections, secret: Secret = no_secret) -> None:
        self._connections = connections
        self._secret = secret
        self._kept: dict[tuple[str, int, int], Model] = {}
        self._providers: dict[str, tuple[Connection, ProviderModel]] = {}
        self._replaced: list[ProviderModel] = []
        self._lock = Lock()

    def model_for(
        self, route: str, agent: AgentSpec, revision: int = 0, taught: Sequence[tuple[str, str]] = ()
    ) -> Model:
        """The model of a route. ``taught`` are (text, intent) pairs learned later. Raises ModelFault."""
        if fault := route_fault(route):
            raise ModelFault(FaultKind.FINAL, f"{fault[:1].upper()}{fault[1:]}")
        if route != PLAYBOOK:
            return self._provider(route)
        key = (f"{agent.name}\x00{hash(tuple(taught))}", revision, len(taught))
        with self._lock:
            model = self._kept.pop(key, None) or PlaybookModel(agent, taught)
            self._kept[key] = model  # newest last
            while len(self._kept) > KEPT:
                self._kept.pop(next(iter(self._kept)))
        return model

    async def close(self) -> None:
        """Close every connection that is kept open."""
        with self._lock:
            closing = [model for _, model in self._providers.values()] + self._replaced
            self._providers, self._replaced = {}, []
        for model in closing:
            await model.close()

    def _provider(self, text: str) -> ProviderModel:
        """One model for all agents with this route, made anew when its connection was changed."""
        route = route_of(text)
        assert isinstance(route, Route), text
        connection = self._connections().get(route.connection)
        if connection is None and route.connection == route.kind and PROVIDERS[route.kind].facts.home:
            connection = default_connection(route.kind)
        if connection is None or connection.kind != route.kind:
            sentence = f"There is no {route.kind} connection named {route.connection!r}. Add it in the settings."
            raise ModelFault(FaultKind.FINAL, sentence, by_person=True)
        with self._lock:
            kept = self._providers.get(text)
            if kept is not None and kept[0] == connection:
                return kept[1]
            if kept is not None:
                self._replaced.append(kept[1])  # calls of it may be under way
            model = PROVIDERS[route.kind](connection, route.model, self._secret, text)
            self._providers[text] = connection, model
        return model
