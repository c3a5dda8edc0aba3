"""The list of runs holds what somebody may look at, however many runs come and go in a day."""

import pytest
from msgspec.structs import replace

from console.models.run_list_model import MOST_KEPT, PAGE, RunListModel
from runtime.projections.rows import RunRow
from tests.fixtures.story_rows import NOW, story_runs

pytestmark = pytest.mark.window
BASE = story_runs(NOW)[0].row


def page(newest: int) -> list[RunRow]:
    return [replace(BASE, run_id=f"r{at}", started_at=at) for at in range(newest, max(0, newest - PAGE), -1)]


def test_a_day_of_runs_leaves_a_list_of_bounded_length_and_more_is_read_again() -> None:
    model = RunListModel(lambda: NOW)
    for newest in range(PAGE, PAGE + 2 * MOST_KEPT, 50):
        model.show_first(page(newest))
    assert model.rowCount() == MOST_KEPT
    assert [row.started_at for row in model.rows] == list(range(newest, newest - MOST_KEPT, -1))
    assert model.has_more
    model.show_next(page(model.rows[-1].started_at - 1))
    assert model.rowCount() == MOST_KEPT + PAGE
    model.show_first(page(newest + 10))
    assert model.rowCount() == MOST_KEPT + PAGE + 10  # nobody loses what they scrolled to
    model.start_anew()
    for later in range(newest, newest + 2 * MOST_KEPT, PAGE):
        model.show_first(page(later))
    assert model.rowCount() == MOST_KEPT
