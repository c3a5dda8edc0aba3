"""A domain with its data and its database before any task, ready to be copied into a workspace."""

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from runtime.domain.action import canonical
from runtime.tools.contract import ToolContext, ToolFailed
from tests.domains.domain import Domain
from tests.domains.domain_family import DomainFamily
from tests.domains.domain_tool import REFUSED
from tests.domains.material import Call, Material, Task
from tests.fixtures.tool_cases.case import MemoryBlobs


@dataclass
class LaidOut:
    """``base`` is the database before any task; it is copied, never changed."""

    domain: Domain
    material: Material
    family: DomainFamily
    base: Path

    @classmethod
    def of(cls, domain: Domain, data: Path, base: Path) -> "LaidOut":
        """From the folder of its data; the database is made at ``base``."""
        material = Material(data)
        return cls(domain, material, DomainFamily(domain, material), material.build(base))

    @property
    def database(self) -> str:
        """The name of the database in a workspace folder."""
        return f"{self.domain.name}.sqlite"

    def effects_of(self, task: Task) -> int:
        """How many of its calls leave a mark: all of a tool that may change something, save those it refused.

        Where nobody recorded that, the calls are made here, one after the other, and it is seen.
        """
        mutating = self.material.mutating
        if all(call.refused is not None for call in task.calls if call.name in mutating):
            return sum(call.name in mutating and not call.refused for call in task.calls)
        with TemporaryDirectory() as folder:
            self.lay_out(Path(folder))
            return sum([self._done(Path(folder), at, call) for at, call in enumerate(task.calls)])

    def _done(self, folder: Path, at: int, call: Call) -> bool:
        """Make one call; whether it left a mark."""
        tools = self.family.tools(canonical({"database": self.database}))
        [tool] = [one for one in tools if one.contract.name == f"{self.domain.name}.{call.name}"]
        arguments = tool.contract.input.model_validate_json(canonical(call.arguments), strict=True)
        key, never = f"seen-{at}", threading.Event()
        context = ToolContext(
            folder, key, MemoryBlobs(), never, lambda text: None, lambda account: None, remember=lambda note: None
        )
        try:
            tool.run(arguments, context)
        except ToolFailed as failed:
            if failed.code != REFUSED.code:
                raise
            return False
        return call.name in self.material.mutating

    def lay_out(self, folder: Path) -> Path:
        """A fresh copy of the database in this folder."""
        return Path(shutil.copyfile(self.base, folder / self.database))
