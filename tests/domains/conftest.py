"""Every test that takes ``bench`` runs once for each domain whose data is there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.domains.domain import Domain, all_domains
from tests.domains.laid_out import LaidOut
from tests.domains.material import Lacking, Task


@pytest.fixture(params=all_domains(), ids=lambda domain: str(domain.name))
def bench(request: pytest.FixtureRequest, test_data: Callable[[str], Path], tmp_path: Path) -> LaidOut:
    """One domain; skipped where its data is absent, or what is needed of it."""
    domain: Domain = request.param
    if domain.make is not None:
        made = tmp_path / "made-data"
        made.mkdir()
        domain.make(made)
        return LaidOut.of(domain, made, tmp_path / "base.sqlite")
    try:
        return LaidOut.of(domain, test_data(domain.data), tmp_path / "base.sqlite")
    except Lacking as lacking:
        pytest.skip(str(lacking))


@pytest.fixture
def tasks(bench: LaidOut) -> list[Task]:
    """Its tasks; skipped where there are none."""
    material = bench.material
    return material.tasks or pytest.skip(material.left_out or f"The folder {material.folder.name} has no tasks_*.json.")
