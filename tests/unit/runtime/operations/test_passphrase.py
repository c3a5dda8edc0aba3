"""The second person's passphrase: only a verifier is kept, and a wrong one approves nothing."""

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


def test_two_verifiers_of_the_same_words_differ() -> None:
    assert verifier(Secret("correct horse")) != verifier(Secret("correct horse"))


@pytest.mark.parametrize("kept", ["", "x", "scrypt-1$$", "a$b$c", "scrypt$!!$!!"])
def test_a_damaged_verifier_fits_nothing(kept: str) -> None:
    assert not fits(kept, Secret("correct horse"))


def test_a_secret_never_shows_itself() -> None:
    command = Approve(AskId("a"), "anna", "d", second="ben", passphrase=Secret("correct horse"))
    assert "correct horse" not in repr(command)
    assert "correct horse" not in str(command.passphrase)
