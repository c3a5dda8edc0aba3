"""The picture of the Spend screen: every agent and day on one scale, in the measure of the bars above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from console.context import ConsoleContext
from console.presenters.pictures.spend_picture import spend_picture
from console.views.picture_panel import PicturePanel
from runtime.projections.rows import SpendRow


class SpendPictures(PicturePanel):
    """One lane for each of the largest agents."""

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context, "")
        self.set_title(self.tr("By agent and day"), self.tr("one scale for all"))
        self.view.set_name(self.tr("By agent and day"))

    def show_rows(self, rows: Sequence[SpendRow], today: date, what: str) -> None:
        """``what``: cost, tokens or runs."""
        self.show_picture(spend_picture(rows, today, what))
