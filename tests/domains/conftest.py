"""Every test that takes ``bench`` runs once for each domain whose data is there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.domains.domain import Domain, all_domains
from tests.domains.laid_out import LaidOut


@pytest.fixture(params=all_domains(), ids=lambda domain: str(domain.name))
def bench(request: pytest.FixtureRequest, test_data: Callable[[str], Path], tmp_path: Path) -> LaidOut:
    """One domain; skipped where its data is absent."""
    domain: Domain = request.param
    if domain.make is not None:
        made = tmp_path / "made-data"
        made.mkdir()
        domain.make(made)
        return LaidOut.of(domain, made, tmp_path / "base.sqlite")
    return LaidOut.of(domain, test_data(domain.data), tmp_path / "base.sqlite")
