"""The theme dresses the program, keeps figures aligned and says when it changed."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from console.attention.tray import Tray, TrayState
from console.theme.fonts import FACES, Role
from console.theme.stylesheet import RULES
from console.theme.theme import Contrast, Scheme, Theme
from console.theme.tokens import DARK, LIGHT, contrast


@pytest.mark.parametrize("role", FACES)
def test_every_role_is_set_in_its_bundled_face(qapp: QApplication, role: Role) -> None:
    info = QFontInfo(Theme("dark").font(role))
    assert (info.family(), info.pixelSize(), info.weight()) == tuple(FACES[role])


def test_figures_have_one_width(qapp: QApplication) -> None:
    theme = Theme("dark")
    for role in ("body", "value", "meta"):
        measure = QFontMetricsF(theme.font(role))
        assert measure.horizontalAdvance("1111") == pytest.approx(measure.horizontalAdvance("0000"))


def test_the_scale_reaches_fonts_and_measures_and_stops_at_its_limits(qapp: QApplication) -> None:
    assert Theme("dark", scale=1.5).font("value").pixelSize() == 30
    assert Theme("dark", scale=1.5).px(36) == 54
    assert Theme("dark", scale=9).scale == 1.5
    assert Theme("dark", scale=0.1).scale == 0.9
    assert Theme("dark").px(0) == 0


def test_apply_dresses_the_program_and_says_so_once(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme("dark")
    said: list[bool] = []
    theme.apply(qapp, scheme="dark")
    theme.changed.connect(lambda: said.append(theme.is_dark))
    theme.apply(qapp, scheme="light", contrast="normal", scale=1.2)
    assert said == [False]
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == LIGHT["bg"]
    assert qapp.styleHints().colorScheme() in (Qt.ColorScheme.Light, Qt.ColorScheme.Unknown)
    theme.apply(qapp, scheme="light")
    assert said == [False]
    theme.apply(qapp, scheme="dark", scale=1.0)
    assert said == [False, True]
    assert theme.color("bg").name().upper() == DARK["bg"]


class _Dressed(QWidget):
    """Counts how often it is dressed."""

    times = 0

    def changeEvent(self, event: QEvent) -> None:
        self.times += event.type() == QEvent.Type.StyleChange
        super().changeEvent(event)


def test_a_widget_is_dressed_as_often_wherever_it_lies(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme("dark")
    theme.apply(qapp, scheme="dark")
    around = [_Dressed()]
    qtbot.addWidget(around[0])
    for _ in range(11):
        around.append(_Dressed(around[-1]))
    with qtbot.waitExposed(around[0]):
        around[0].show()
    for widget in around:
        widget.times = 0
    theme.apply(qapp, scheme="light")
    theme.apply(qapp, scheme="dark")
    assert len({widget.times for widget in around}) == 1, [widget.times for widget in around]


def test_high_contrast_draws_thicker_borders(qapp: QApplication) -> None:
    assert Theme("light", contrast="normal").border == 1
    high = Theme("light", contrast="high")
    assert high.border == 2
    assert high.color("text3") == high.color("text")


def test_the_rules_stay_short_and_name_their_widgets() -> None:
    lines = RULES.template.strip().splitlines()
    assert len(lines) <= 60
    assert not any(line.lstrip().startswith("*") for line in lines)


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("level", ["normal", "high"])
def test_the_hint_in_an_empty_field_is_readable(
    qtbot: QtBot, qapp: QApplication, scheme: Scheme, level: Contrast
) -> None:
    theme = Theme(scheme, level)
    theme.apply(qapp)
    for field in (QLineEdit(), QPlainTextEdit()):
        qtbot.addWidget(field)
        field.setPlaceholderText("MMMMMMMMMM")
        field.resize(200, 40)
        field.show()
        for enabled in (True, False):
            field.setEnabled(enabled)
            drawn = field.grab().toImage()
            inks = {drawn.pixelColor(x, y).name() for x in range(10, 150) for y in range(8, 32)}
            assert max(contrast(ink, theme.palette["raised"]) for ink in inks) >= 4.5, (field, enabled)


def test_painting_the_tray_leaves_the_fonts_of_the_theme_alone(qapp: QApplication) -> None:
    theme = Theme("dark", "normal")
    before = QFont(theme.font("body_strong"))
    tray = Tray(theme)
    tray.show_state(TrayState(waiting=3))
    assert theme.font("body_strong") == before
