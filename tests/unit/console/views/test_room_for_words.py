"""What says how far it has come keeps its place; what has no room beside something goes below it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.presenters.audit_text import ChainState
from console.presenters.fleet_text import filter_texts
from console.theme.theme import Theme
from console.views.approvals.evidence_tabs import EvidenceTabs
from console.views.audit_chain import ChainBadge
from console.widgets.banner import Banner

pytestmark = pytest.mark.window


def test_the_badge_of_the_chain_stands_still_while_it_verifies_and_compares(qtbot: QtBot) -> None:
    badge, verified = ChainBadge(Theme("dark")), ChainState(1_162, 1_162, newest=1_162, own=1_162)
    qtbot.addWidget(badge)
    badge.show_chain(verified, 0)
    before = badge.sizeHint().width()
    steps = [ChainState(running=True), ChainState(running=True, checked="1,000 of 1,162")]
    steps += [ChainState(comparing="lists and contents")]
    steps += [replace(verified, comparing=f"contents {done} of 1,162") for done in ("1", "900")]
    widths = []
    for step in (*steps, replace(verified, compared=True)):
        badge.show_chain(step, 0)
        widths.append(badge.sizeHint().width())
    assert len(set(widths)) == 1
    assert widths[0] > before


def test_a_banner_puts_its_text_below_the_headline_before_it_squeezes_it(qtbot: QtBot) -> None:
    said = "You see the state of 16:00:11. Nothing can be decided until it answers. Agents keep to their limits."
    banner = Banner(Theme("dark"), "warn", "The journal has not answered for 6 s", said, "Retry now")
    qtbot.addWidget(banner)
    banner.show()
    for wide, below in ((1200, False), (420, True), (1200, False)):
        banner.resize(wide, banner.heightForWidth(wide) if banner.hasHeightForWidth() else 60)
        head, text = banner._headline, banner._text
        assert head.wordWrap() is below
        QApplication.sendPostedEvents(banner, QEvent.Type.LayoutRequest.value)
        assert (text.y() > head.geometry().bottom()) is below
        assert banner.rect().contains(banner.button.geometry())


def test_filters_have_no_counts_until_the_agents_were_read() -> None:
    assert [text for _, text in filter_texts(None)] == ["All", "Need you", "Unwell", "Off"]
    assert [text for _, text in filter_texts(())] == ["All 0", "Need you 0", "Unwell 0", "Off 0"]


def test_the_tabs_of_the_evidence_stand_still_whatever_is_noted_beside_them(qtbot: QtBot) -> None:
    evidence = EvidenceTabs(Theme("dark"))
    qtbot.addWidget(evidence)
    evidence.resize(470, 400)
    evidence.show()
    places = []
    for note in ("", "Mail to 1, sent into the outbox folder", "Mail to 12, " * 20):
        evidence._note.setText(note)
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        places.append([evidence.tabs.segment(key).geometry() for key in ("run", "arguments", "preview")])
    assert places[0] == places[1] == places[2]
    assert len({place.y() for place in places[0]}) == 1
    assert evidence._note.toolTip()
