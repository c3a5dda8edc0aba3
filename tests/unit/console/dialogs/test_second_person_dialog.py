"""The second person: chosen, with a passphrase, by holding; nothing less agrees."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QRadioButton

from console.dialogs.second_person_dialog import HOLD_MS, SecondPersonDialog
from console.views.approvals.evidence_tabs import EvidenceTabs
from runtime.domain.action import Action
from runtime.domain.commands import Secret
from runtime.domain.refusals import Refusal
from runtime.domain.settings import Operator
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
LONG = '{"text":"' + "\\n".join(f"line {number}" for number in range(60)) + '"}'


def evidence(world: WindowWorld, text: str) -> EvidenceTabs:
    """What will run, as the dialog is given it."""
    tabs = EvidenceTabs(world.context.theme, 8)
    tabs.show_action(Action("mail.send", text), "ab12", None, None)
    tabs.show_preview(Refusal("This tool has no preview.", "no-preview"))
    return tabs


def test_agreeing_needs_a_person_a_passphrase_and_a_held_button(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog = SecondPersonDialog(
            world.context, "Send mail", evidence(world, LONG), [Operator("maria", "Maria")], None
        )
        agreed: list[tuple[str, Secret]] = []
        dialog.agreed.connect(lambda second, words: agreed.append((second, words)))
        dialog.open()
        assert dialog.passphrase.echoMode() is QLineEdit.EchoMode.Password
        dialog.agree.begin()
        dialog.agree.end()
        assert agreed == []
        assert dialog.agree.locked
        exact = dialog.evidence.exact
        assert exact.text() == LONG, "the second person sees the very bytes that will run"
        for choice in dialog.findChildren(QRadioButton):
            choice.setChecked(True)
        dialog.passphrase.setText("correct horse battery")
        assert dialog.agree.locked == "Read what will run to its end"
        dialog.agree.begin()  # leads to the end of it
        await world.until(lambda: exact.has_seen_end, "the end was on screen")
        await world.until(lambda: not dialog.agree.locked, "everything is there")
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
        dialog = SecondPersonDialog(world.context, "Send mail", evidence(world, "{}"), [], None)
        dialog.open()
        assert not dialog.passphrase.isVisible()
        dialog.agree.begin()
        dialog.agree.end()
        assert dialog.isVisible()
        dialog.reject()

    world.run(gestures())
