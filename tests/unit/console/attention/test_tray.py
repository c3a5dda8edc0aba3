"""The sign in the tray tells each state by shape and words, and its menu does what it says, with or without a tray."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from console.attention.tray import Tray, TrayState
from console.theme.theme import Theme

pytestmark = pytest.mark.window

STATES = (
    TrayState(),
    TrayState(waiting=3),
    TrayState(waiting=12, urgent=1),
    TrayState(waiting=3, paused=True),
    TrayState(broken=True),
)


@pytest.fixture
def tray(qapp: QApplication) -> Tray:
    return Tray(Theme("dark"))


def test_every_state_has_a_picture_and_a_sentence_of_its_own(tray: Tray) -> None:
    pictures, sentences = set(), set()
    for state in STATES:
        tray.show_state(state)
        image = tray.icon.icon().pixmap(32, 32).toImage()
        grey = image.convertToFormat(image.Format.Format_Grayscale8)
        pictures.add(bytes(grey.constBits()))  # told apart without colour
        sentences.add(tray.icon.toolTip())
    assert len(pictures) == len(sentences) == len(STATES)
    assert "all agents are paused, 3 waiting" in " ".join(sentences)
    tray.close()


def test_the_menu_opens_pauses_and_quits(tray: Tray) -> None:
    heard: list[str] = []
    tray.pressed.connect(lambda: heard.append("open"))
    tray.pause_wanted.connect(lambda: heard.append("pause"))
    tray.quit_wanted.connect(lambda: heard.append("quit"))
    tray.duty_wanted.connect(lambda on: heard.append(f"duty {on}"))
    for action in (tray.open_action, tray.pause_action, tray.duty_action, tray.quit_action):
        assert action in tray.menu.actions()
        action.trigger()
    assert heard == ["open", "pause", "duty False", "quit"]
    tray.show_state(TrayState(paused=True))
    assert tray.pause_action.text() == "Resume all agents"
    tray.close()


def test_drawing_the_sign_leaves_the_fonts_of_the_window_as_they_are(qapp: QApplication) -> None:
    theme = Theme("dark")
    before = theme.font("body_strong").pixelSize()
    tray = Tray(theme)
    tray.show_state(TrayState(waiting=3))
    assert theme.font("body_strong").pixelSize() == before
    tray.close()
