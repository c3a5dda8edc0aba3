"""Every storage error speaks in whole sentences and reaches its parent from a child process as it was."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from storage.chain_check import verify_chain
from storage.errors import BlobMissing, StorageError, StorageUnavailable, StreamMovedOn, WorkspaceOwned
from storage.migrate import bring_up_to_date
from storage.records import Head

ERRORS = [
    StreamMovedOn("run/1", 3, 4),
    WorkspaceOwned(12, "desk", "2026-01-01T00:00:00+00:00", "/tmp/talk.sock"),
    BlobMissing("ab" * 32),
    BlobMissing("ab" * 32, damaged=True),
    StorageUnavailable("The disk is full.", "Nothing was recorded.", "Free some space."),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_says_what_what_still_holds_and_what_to_do(error: StorageError) -> None:
    assert all(part.endswith(".") for part in (error.what, error.holds, error.to_do))
    assert str(error) == f"{error.what} {error.holds} {error.to_do}"
    assert "!" not in str(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_the_way_out_of_a_process(error: StorageError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


def test_the_chain_can_be_checked_in_a_child_process(tmp_path: Path) -> None:
    bring_up_to_date(tmp_path / "journal.db")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        report = child.submit(verify_chain, tmp_path / "journal.db", Head(3, bytes(32))).result()
        assert (report.whole, report.bad_seq) == (False, 1)
        with pytest.raises(StorageUnavailable, match="could not be opened"):
            child.submit(verify_chain, tmp_path / "nothing.db").result()
