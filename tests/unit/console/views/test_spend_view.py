"""The Spend screen: the picture and the table say the same, and an unknown price is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from console.dialogs.export_dialog import TextExport
from console.models.spend_lines import COST
from console.operations.file_writing import csv_lines
from console.presenters import spend_text
from console.views.spend_view import SpendView
from console.views.table import SPEND
from console.widgets.plain_label import PlainLabel
from runtime.projections.rows import SpendRow
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
ROWS = [
    SpendRow("2026-11-20", "refunds", "m", 2, 100, 10, 1_200_000, 0),
    SpendRow("2026-11-20", "triage", "m", 1, 50, 5, 0, 3),
    SpendRow("2026-11-18", "=refunds", "m", 4, 10, 1, 300_000, 0),
]


def test_the_numbers_behind_the_bars_are_in_the_table(qapp: QApplication, tmp_path: Path) -> None:
    story = SettingsStory(tmp_path)
    story.spent = list(ROWS)
    world = WindowWorld(qapp, tmp_path, story=story)

    async def gestures() -> None:
        window = await world.show()
        window.show_view(SPEND)
        view = window.view(SPEND)
        assert isinstance(view, SpendView)
        await world.until(lambda: view.model.lines and not world.busy, "the spend is shown")
        assert len(view.model.lines) == 3
        view.group.set_current("day")
        view.group.chosen.emit("day")
        shown = [view.model.index(row, COST).data() for row in range(view.model.rowCount())]
        assert shown == ["$1.20 +", "$0.30"]
        view.group.segment("model").click()
        assert [view.model.index(row, COST).data() for row in range(view.model.rowCount())] == ["$1.50 +"]
        view.group.segment("day").click()
        assert "Cost $1.20 +" in view.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert "$1.50 in 31 days" in view.bars.accessibleName()
        assert "3 answers have no known price" in view.note.text()
        said = [label.text() for label in view.caps.findChildren(PlainLabel)]
        assert "Day, 2026-11-20" in said
        assert "$4.20 spent, $0.35 reserved, $15.45 left of $20.00" in said
        assert any("$239.00" not in text and "of $300.00" in text for text in said)
        target = tmp_path / "spend.csv"
        text = csv_lines([spend_text.COLUMNS, *map(spend_text.csv_cells, ROWS)])
        await TextExport(world.context, "Export", "spend", ("CSV (*.csv)",), text).write(target)

    try:
        world.run(gestures())
    finally:
        world.close()
    assert world.crashes == []
    assert "'=refunds" in (tmp_path / "spend.csv").read_text("utf-8")
