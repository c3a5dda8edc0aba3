"""A domain with its data and its database before any task; every test here runs once for each domain."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.domains.domain import Domain, all_domains
from tests.domains.domain_family import DomainFamily
from tests.domains.material import Material


@dataclass
class Bench:
    """``base`` is the database before any task; it is copied, never changed."""

    domain: Domain
    material: Material
    family: DomainFamily
    base: Path

    @property
    def database(self) -> str:
        """The name of the database in a workspace folder."""
        return f"{self.domain.name}.sqlite"

    def lay_out(self, folder: Path) -> Path:
        """A fresh copy of the database in this folder."""
        return Path(shutil.copyfile(self.base, folder / self.database))


@pytest.fixture(params=all_domains(), ids=lambda domain: str(domain.name))
def bench(request: pytest.FixtureRequest, test_data: Callable[[str], Path], tmp_path: Path) -> Bench:
    """One domain; skipped where its data is absent."""
    domain: Domain = request.param
    material = Material(test_data(domain.data))
    return Bench(domain, material, DomainFamily(domain, material), material.build(tmp_path / "base.sqlite"))
