"""A domain with its data and its database before any task, ready to be copied into a workspace."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.domains.domain import Domain
from tests.domains.domain_family import DomainFamily
from tests.domains.material import Material, Task


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
        """How many of its calls leave a mark: all of a tool that may change something, save those it refused."""
        mutating = {entry["name"] for entry in self.material.tools if entry["mutates"]}
        return sum(call.name in mutating and not call.refused for call in task.calls)

    def lay_out(self, folder: Path) -> Path:
        """A fresh copy of the database in this folder."""
        return Path(shutil.copyfile(self.base, folder / self.database))
