"""A picture under a person's keys, mouse and screen reader."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.presenters.pictures.activity_picture import activity_picture
from console.presenters.pictures.picture import Picture
from console.presenters.pictures.record_pictures import coverage_picture, reliability_picture
from console.presenters.pictures.run_pictures import course_picture, time_picture
from console.presenters.pictures.spend_picture import spend_picture
from console.theme.theme import Scheme, Theme
from console.widgets.pictures.lane_painting import MARK, marks
from console.widgets.pictures.picture_view import PictureView
from runtime.projections.rows import ActivityMinute, SpendRow
from tests.fixtures.story_pictures import story_course, story_record

pytestmark = pytest.mark.window
NOW, MINUTE = 1_795_190_400_000_000, 60_000_000
KEY = Qt.Key
PICTURES = {
    "course": course_picture(story_course(NOW, "r")),
    "one answer": course_picture(story_course(NOW, "r", answers=1)),
    "many answers": course_picture(story_course(NOW, "r", answers=5_000)),
    "time": time_picture(story_course(NOW, "r")),
    "much time": time_picture(story_course(NOW, "r", answers=5_000)),
    "activity": activity_picture(
        [ActivityMinute(NOW + at * MINUTE, at % 7, 1 if at in (0, 59) else 0, 1) for at in range(60)], "Actions"
    ),
    "spend": spend_picture(
        [SpendRow("2026-11-20", f"a{at}", "m", 1, 1, 1, at * 1_000, 0) for at in range(9)], date(2026, 11, 20)
    ),
    "reliability": reliability_picture(story_record("refunds")),
    "coverage": coverage_picture(story_record("refunds")),
    "nothing": activity_picture([], "Actions"),
}


def shown(
    qtbot: QtBot, picture: Picture, theme: Theme | None = None, width: int = 400, height: int = 260
) -> PictureView:
    """A picture that a person sees."""
    view = PictureView(theme or Theme("dark"), "Confidence and spend")
    qtbot.addWidget(view)
    view.show_picture(picture)
    view.resize(width, height)
    view.show()
    view.activateWindow()
    qtbot.waitExposed(view)
    qtbot.waitUntil(view.isActiveWindow)
    return view


def test_arrows_walk_from_point_to_point_and_each_is_said(qtbot: QtBot) -> None:
    view = shown(qtbot, PICTURES["course"])
    said: list[str] = []
    view.pointed.connect(said.append)
    newest = view.picture.lanes[0].spots
    view.clearFocus()
    view.setFocus()  # the newest point comes first
    assert said == ["", newest[-1].said]
    for key, place in ((KEY.Key_Left, -2), (KEY.Key_Left, -3), (KEY.Key_Right, -2), (KEY.Key_Home, 0)):
        QTest.keyClick(view, key)
        assert said[-1] == newest[place].said
    QTest.keyClick(view, KEY.Key_Left)  # there is nothing before the first
    assert said[-1] == newest[0].said
    QTest.keyClick(view, KEY.Key_PageDown)
    assert said[-1] == newest[10].said
    QTest.keyClick(view, KEY.Key_Down)  # the same moment in the lane below
    assert said[-1] == view.picture.lanes[1].spots[10].said
    QTest.keyClick(view, KEY.Key_End)
    assert said[-1] == view.picture.lanes[1].spots[-1].said
    QTest.keyClick(view, KEY.Key_Up)
    assert said[-1] == newest[-1].said
    view.clearFocus()
    assert said[-1] == ""


def test_a_screen_reader_meets_a_named_list_of_sentences(qtbot: QtBot) -> None:
    view = shown(qtbot, PICTURES["reliability"])
    spoken = QAccessible.queryAccessibleInterface(view)
    assert spoken is not None
    assert spoken.role() is QAccessible.Role.List
    assert spoken.text(QAccessible.Text.Name) == "Confidence and spend"
    assert spoken.text(QAccessible.Text.Description) == view.picture.sentence
    children = [spoken.child(at) for at in range(spoken.childCount())]
    told = [child.text(QAccessible.Text.Name) for child in children if child is not None]
    assert told == [spot.said for spot in view.picture.spots]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(("scheme", "scale", "width"), [("dark", 1.0, 190), ("light", 1.5, 320), ("dark", 0.9, 1300)])
def test_every_point_lies_inside(qtbot: QtBot, name: str, scheme: Scheme, scale: float, width: int) -> None:
    picture = PICTURES[name]
    view = shown(qtbot, picture, Theme(scheme, "normal", scale), width, 1)
    for height in (view.minimumSizeHint().height(), view.sizeHint().height(), 700):
        view.resize(width, height)
        whole = QRectF(view.rect())
        plots = view.plots()
        assert all(whole.contains(plot) for plot in plots)
        assert all(above.bottom() < below.top() for above, below in pairwise(plots))
        for row in range(len(picture.spots)):
            rect = view.visualRect(view.spots.index(row))
            assert not rect.isEmpty()
            assert whole.adjusted(-8, -1, 8, 1).contains(QRectF(rect))
        view.setFocus()
        view.grab()


def test_the_mouse_finds_the_nearest_point_and_leaves_it(qtbot: QtBot) -> None:
    view = shown(qtbot, PICTURES["activity"])
    said: list[str] = []
    view.pointed.connect(said.append)
    at = view.visualRect(view.spots.index(17)).center()
    assert view.indexAt(at).row() == 17
    QTest.mouseMove(view.viewport(), QPoint(3, 3))
    QTest.mouseMove(view.viewport(), at)
    qtbot.waitUntil(lambda: bool(said) and said[-1] == view.picture.spots[17].said)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.currentIndex().row() == 17
    with qtbot.waitSignal(view.numbers_wanted):
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_the_point_stays_when_more_is_known(qtbot: QtBot) -> None:
    view = shown(qtbot, PICTURES["activity"])
    view.setFocus()
    view.point_at(20)
    more = [ActivityMinute(NOW + (at + 1) * MINUTE, 3, 0) for at in range(60)]
    view.show_picture(activity_picture(more, "Actions"))
    assert view.currentIndex().row() == 20
    view.show_picture(activity_picture(more[:10], "Actions"))
    assert view.currentIndex().row() < 10
    view.show_picture(PICTURES["nothing"])
    assert view.place_of_point == -1
    QTest.keyClick(view, KEY.Key_Left)
    view.grab()


def test_keys_that_are_not_the_pictures_go_on(qtbot: QtBot) -> None:
    view = shown(qtbot, PICTURES["activity"])
    view.setFocus()
    for key in (KEY.Key_T, KEY.Key_Return, KEY.Key_Down):  # one lane: down leads nowhere
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(view, event)
        assert not event.isAccepted()


def test_the_floor_is_seen_through_the_ground_below_the_line(qtbot: QtBot) -> None:
    theme = Theme("dark")
    view = shown(qtbot, PICTURES["course"], theme)
    view.clearFocus()
    plot = view.plots()[0]
    y = round(plot.bottom() - 0.7 * plot.height())
    across = range(round(plot.left()) + 5, round(plot.left() + plot.width() / 2))
    image = view.grab().toImage()
    inks = [image.pixelColor(x, row).name() for x in across for row in (y - 1, y, y + 1)]
    assert inks.count(theme.color("ctl").name()) > len(across) // 4


def test_marks_never_overlap_and_the_most_urgent_has_the_room(qtbot: QtBot) -> None:
    asked = [3 if at % 2 else 0 for at in range(60)]
    asked[30], asked[59] = 2, 1
    minutes = [ActivityMinute(NOW + at * MINUTE, 1, priority, 1) for at, priority in enumerate(asked)]
    (lane,) = activity_picture(minutes, "Actions").lanes
    found = marks(lane, QRectF(8, 0, 400, 100), MARK)
    assert {1, 2} <= {priority for _, priority in found}
    lefts = sorted(left for left, _ in found)
    assert all(right - left >= MARK for left, right in pairwise(lefts))
    assert lefts[0] >= 8
    assert lefts[-1] + MARK <= 408
