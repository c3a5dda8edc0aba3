"""The approvals list changes row by row: whatever comes, it ends as wanted and no selection is lost by a reset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from console.views.approvals.list_model import AskListModel, grouped_items, key_of
from runtime.projections.rows import AskRow
from tests.fixtures.story_rows import NOW, story_asks

pytestmark = pytest.mark.window
BASE = story_asks(NOW)[0].row


def _row(number: int, priority: int) -> AskRow:
    return replace(BASE, ask_id=f"ask-{number}", priority=priority)


orders = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 3)), max_size=8, unique_by=lambda pair: pair[0])


@given(orders, orders)
def test_any_list_becomes_any_other_without_a_reset(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    model = AskListModel(lambda: NOW)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    for pairs in (before, after):
        wanted = grouped_items([_row(*pair) for pair in pairs], [])
        model.show_items(wanted)
        assert [key_of(model.item(at)) for at in range(model.rowCount())] == [key_of(item) for item in wanted]
    assert resets == []
    tester.deleteLater()


def test_headers_can_not_be_chosen_and_decided_asks_are_listed_only_when_nothing_waits(qapp: QApplication) -> None:
    model = AskListModel(lambda: NOW)
    model.show_items(grouped_items([_row(1, 2)], [_row(9, 1)]))
    assert model.ask_ids() == ["ask-1"]
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(model.index(1)) & Qt.ItemFlag.ItemIsSelectable
    model.show_items(grouped_items([], [_row(9, 1)]))
    assert model.ask_ids() == ["ask-9"]
