"""Every event is shown to the read models it speaks to, and to no fewer than all of them together would say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.domain.envelope import Envelope
from runtime.domain.events import EVENT_TYPES, Event
from runtime.domain.ids import StreamName
from runtime.projections.ask_rows import ask_rows
from runtime.projections.budget_rows import budget_rows
from runtime.projections.effect_rows import effect_rows
from runtime.projections.grant_rows import grant_rows
from runtime.projections.projector import project
from runtime.projections.run_rows import run_rows
from runtime.projections.workspace_rows import workspace_rows
from tests.fixtures.any_events import any_of


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_looking_up_who_listens_finds_all_who_do(kind: type[Event], data: st.DataObject) -> None:
    envelope = Envelope(0, StreamName("run:r"), 1, 5, "console", data.draw(any_of(kind)))
    everybody = [
        *run_rows(7, envelope),
        *effect_rows(7, envelope),
        *ask_rows(envelope),
        *workspace_rows(envelope),
        *budget_rows(7, envelope),
        *grant_rows(7, envelope),
    ]
    assert project(7, envelope) == everybody
