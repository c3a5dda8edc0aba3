"""The second person: chosen, with a passphrase, by holding; nothing less agrees."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QRadioButton

from console.dialogs.second_person_dialog import HOLD_MS, SecondPersonDialog
from runtime.domain.commands import Secret
from runtime.domain.settings import Operator
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_agreeing_needs_a_person_a_passphrase_and_a_held_button(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog = SecondPersonDialog(world.context, "Send mail to 30 people", [Operator("maria", "Maria")], None)
        agreed: list[tuple[str, Secret]] = []
        dialog.agreed.connect(lambda second, words: agreed.append((second, words)))
        dialog.open()
        assert dialog.passphrase.echoMode() is QLineEdit.EchoMode.Password
        dialog.agree.begin()
        dialog.agree.end()
        assert agreed == []
        for choice in dialog.findChildren(QRadioButton):
            choice.setChecked(True)
        dialog.passphrase.setText("correct horse battery")
        dialog.agree.begin()
        dialog.agree.end()
        assert agreed == []  # let go too early
        dialog.agree.begin()
        world.pass_time(HOLD_MS / 1000 + 0.1)
        await world.until(lambda: agreed, "it was held long enough")
        assert agreed[0][0] == "maria"
        assert agreed[0][1].reveal() == "correct horse battery"
        assert dialog.passphrase.text() == ""

    world.run(gestures())


def test_without_another_person_it_says_what_to_do(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog = SecondPersonDialog(world.context, "Send mail to 30 people", [], None)
        dialog.open()
        assert not dialog.passphrase.isVisible()
        dialog.agree.begin()
        dialog.agree.end()
        assert dialog.isVisible()
        dialog.reject()

    world.run(gestures())
