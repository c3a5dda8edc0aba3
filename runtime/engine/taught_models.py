"""Models for the engine: a revision's model together with everything its agent was taught since."""

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.workspace_state import Agent
from runtime.models.interface import Model
from runtime.models.providers.connection import Secret
from runtime.models.table import Connections, ModelTable, no_connections, no_secret
from runtime.operations.on_agents import read_examples_csv
from storage.blobs import BlobStore


class TaughtModels:
    """Reads large sets of examples from the blob store once, and hands out models that know them."""

    def __init__(self, blobs: BlobStore, connections: Connections = no_connections, secret: Secret = no_secret) -> None:
        self._blobs = blobs
        self._table = ModelTable(connections, secret)
        self._read: dict[str, tuple[tuple[str, str], ...]] = {}

    async def model_for(self, route: str, agent: Agent, spec: AgentSpec) -> Model:
        """The model of a route for one revision. Raises ModelFault, or BlobMissing when examples are lost."""
        taught = list(agent.examples)
        for digest in agent.example_blobs:
            if digest not in self._read:
                self._read[digest] = read_examples_csv(await self._blobs.get_async(digest))
            taught += self._read[digest]
        revision = next((at for at, one in enumerate(agent.revisions, 1) if one == spec), 0)
        return self._table.model_for(route, spec, revision, tuple(taught))

    async def close(self) -> None:
        """Close every connection that is kept open."""
        await self._table.close()
