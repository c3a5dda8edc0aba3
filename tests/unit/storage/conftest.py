"""What storage's tests share: a real Secret Service and a keyring in memory."""

from __future__ import annotations

import pytest

from tests.fixtures.keyring_in_memory import KeyringInMemory
from tests.fixtures.secret_service import secret_service

__all__ = ["secret_service"]


@pytest.fixture
def keyring_in_memory() -> KeyringInMemory:
    return KeyringInMemory()
