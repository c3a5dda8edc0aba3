"""A window for readers from right to left: what is painted by hand is mirrored, what is read stays upright."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from console.dialogs.rollback_sheet import RollbackSheet
from console.presenters.pictures.activity_picture import activity_picture
from console.theme.mirroring import mirrored_point
from console.theme.theme import Theme
from console.widgets.check_box import CheckBox
from console.widgets.meter import Meter
from console.widgets.pictures.picture_view import PictureView
from console.widgets.radio_button import RadioButton
from console.widgets.sparkline import Sparkline
from runtime.projections.rows import ActivityMinute
from tests.fixtures.approvals_screen import opened as opened_ask
from tests.fixtures.runs_screen import RunWorld, dialog_of, run_world
from tests.fixtures.runs_screen import opened as opened_run
from tests.fixtures.story_rows import NOW
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
MINUTE = 60_000_000


@pytest.fixture
def from_the_right(qapp: QApplication) -> Iterator[None]:
    """The whole application, as a language sets it."""
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def mirrored() -> None:
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)


def ink(image: QImage, room: QRect) -> tuple[int, int]:
    """First and last column of a row that differ from its ground."""
    ratio = image.devicePixelRatio()
    left, right = round(room.left() * ratio), round((room.right() + 1) * ratio) - 1
    rows = range(round(room.top() * ratio), round(room.bottom() * ratio))
    ground = image.pixelColor((left + right) // 2, round(room.top() * ratio) + 1)
    found = [x for x in range(left, right + 1) if any(_differs(image.pixelColor(x, y), ground) for y in rows)]
    return found[0] - left, right - found[-1]


def _differs(one: QColor, other: QColor) -> bool:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue())) > 24


def margins(view: QAbstractItemView, row: int) -> tuple[int, int]:
    """How far the ink of the lower half of a row, which stands beside its mark, is from the left and the right."""
    model = view.model()
    assert model is not None
    room = view.visualRect(model.index(row, 0))
    return ink(view.viewport().grab().toImage(), room.adjusted(8, room.height() // 2, -8, -4))


@pytest.mark.usefixtures("from_the_right")
def test_the_rows_of_the_approvals_begin_at_the_right(qapp: QApplication, tmp_path: Path) -> None:
    world = WindowWorld(qapp, tmp_path)

    async def story() -> None:
        view = await opened_ask(world, "ask-mail")
        row = view.pane.model.row_of("ask-file")
        before = margins(view.pane.list, row)
        mirrored()
        await world.until(lambda: margins(view.pane.list, row)[1] == before[0], "its mark is at the right")
        assert before[0] != before[1], "else this says nothing"

    try:
        world.run(story())
    finally:
        world.close()
    assert world.crashes == []


@pytest.mark.usefixtures("from_the_right")
def test_the_button_on_a_checkpoint_is_pressed_where_it_is_seen(qapp: QApplication, tmp_path: Path) -> None:
    with run_world(qapp, tmp_path) as world:
        world.run(_press_mirrored(world))


async def _press_mirrored(world: RunWorld) -> None:
    view = await opened_run(world)
    mirrored()
    timeline = view.page.timeline
    await world.until(lambda: timeline.isRightToLeft() and not world.busy, "the run is mirrored")
    index = view.page.model.index(view.page.model.place_of("6:checkpoint:1"))
    timeline.scrollTo(index)
    button = timeline.delegate.layout(index.row()).button
    assert button is not None
    room = timeline.visualRect(index)
    at = mirrored_point(button.center() + QPointF(room.topLeft()), room).toPoint()
    assert abs(at.x() - room.center().x()) > 10
    QTest.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=at)
    await world.until(lambda: dialog_of(RollbackSheet) and not world.busy, "the sheet is open")
    sheet = dialog_of(RollbackSheet)
    assert sheet is not None
    sheet.reject()


def picture(theme: Theme) -> PictureView:
    minutes = [ActivityMinute(NOW + at * MINUTE, at, 1 if at == 3 else 0) for at in range(20)]
    view = PictureView(theme, "Actions")
    view.show_picture(activity_picture(minutes, "Actions"))
    return view


def shown(widget: QWidget, width: int, height: int) -> QImage:
    widget.resize(width, height)
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


@pytest.mark.usefixtures("from_the_right")
def test_charts_run_from_right_to_left_and_their_points_are_where_they_are_drawn(qapp: QApplication) -> None:
    theme = Theme("dark")
    for make in (lambda: Sparkline(theme, (1, 2, 3, 5, 9, 14), name="Asks"), lambda: Meter(theme, 0.3)):
        there = shown(make(), 160, 24)
        mirrored()
        here = shown(make(), 160, 24)
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        assert there != here
        assert _alike(there.flipped(Qt.Orientation.Horizontal), here)
    mirrored()
    view = picture(theme)
    shown(view, 400, 160)
    first, last = (view.visualRect(view.spots.index(row)) for row in (0, 19))
    assert first.left() > last.right()
    for row in (0, 3, 19):
        assert view.indexAt(view.visualRect(view.spots.index(row)).center()).row() == row
    view.point_at(3)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.currentIndex().row() == 4  # to the left is later


@pytest.mark.usefixtures("from_the_right")
@pytest.mark.parametrize("kind", [RadioButton, CheckBox])
def test_what_is_ticked_stands_before_its_words_and_the_words_are_upright(
    qapp: QApplication, kind: type[RadioButton] | type[CheckBox]
) -> None:
    theme = Theme("dark")
    before = shown(kind(theme, "HH"), 120, 28)
    mirrored()
    after = shown(kind(theme, "HH"), 120, 28)
    assert _alike(before.flipped(Qt.Orientation.Horizontal), after, most=0.06)
    lettered = shown(kind(theme, "LL"), 120, 28)
    assert not _alike(lettered, shown(kind(theme, "JJ"), 120, 28), most=0.005), "letters are told apart"
    assert not _alike(lettered.flipped(Qt.Orientation.Horizontal), _left(qapp, kind, theme, "LL"), most=0.002)


def _left(qapp: QApplication, kind: type[RadioButton] | type[CheckBox], theme: Theme, text: str) -> QImage:
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return shown(kind(theme, text), 120, 28)


def _alike(one: QImage, other: QImage, most: float = 0.02) -> bool:
    """At most this share of their points differ."""
    assert one.size() == other.size()
    points = [QPoint(x, y) for x in range(one.width()) for y in range(one.height())]
    return sum(_differs(one.pixelColor(at), other.pixelColor(at)) for at in points) <= most * len(points)
