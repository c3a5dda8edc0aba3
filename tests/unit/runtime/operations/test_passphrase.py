"""The second person's passphrase: only a verifier is kept, and a wrong one approves nothing."""

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.commands import Approve, Secret
from runtime.domain.ids import AskId
from runtime.operations.passphrase import fits, verifier


@settings(max_examples=5, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_only_the_same_words_fit(words: str) -> None:
    kept = verifier(Secret(words))
    assert fits(kept, Secret(words))
    assert not fits(kept, Secret(words + "x"))
    assert words not in kept or len(words) < 3


def test_it_is_scrypt_with_the_cost_that_is_asked_of_one() -> None:
    """OWASP Password Storage Cheat Sheet: N = 2^15, r = 8, p = 3; held against Python's own scrypt."""
    name, salted, made = verifier(Secret("correct horse")).split("$")
    salt = base64.b64decode(salted)
    assert (name, len(salt)) == ("scrypt-32768-8-3", 16)
    known = hashlib.scrypt(b"correct horse", salt=salt, n=2**15, r=8, p=3, maxmem=64 * 1024 * 1024, dklen=32)
    assert base64.b64decode(made) == known


def test_two_verifiers_of_the_same_words_differ() -> None:
    assert verifier(Secret("correct horse")) != verifier(Secret("correct horse"))


@pytest.mark.parametrize("kept", ["", "x", "scrypt-1$$", "a$b$c", "scrypt$!!$!!"])
def test_a_damaged_verifier_fits_nothing(kept: str) -> None:
    assert not fits(kept, Secret("correct horse"))


def test_a_secret_never_shows_itself() -> None:
    command = Approve(AskId("a"), "anna", "d", second="ben", passphrase=Secret("correct horse"))
    assert "correct horse" not in repr(command)
    assert "correct horse" not in str(command.passphrase)
