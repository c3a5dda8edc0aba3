"""Texts of the presenters follow the catalogue, figures the locale; what no catalogue knows stays as it is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from console.language import CONTEXT, choose_language, speaker_for
from console.presenters import wording
from console.presenters.wording import Speaker, dollars, number, say, speak
from tests.screens.longer_texts import LONGER, longer, longer_texts

pytestmark = pytest.mark.window


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    """The language of one test is not that of the next."""
    yield
    speak(Speaker())
    QLocale.setDefault(QLocale(QLocale.Language.C))


class German(QTranslator):
    """A catalogue of one sentence."""

    def translate(self, context: str, text: str, _comment: str | None = None, _n: int = -1) -> str:
        return "{count} warten" if (context, text) == (CONTEXT, "{count} waiting") else text

    def isEmpty(self) -> bool:
        return False


def test_without_a_window_texts_stay_as_they_are_written() -> None:
    assert say("{count} waiting", count=3) == "3 waiting"
    assert say("100 % of {braces}", braces="{all}") == "100 % of {all}"
    assert (number(12_400), dollars(1_212_400_000)) == ("12,400", "$1,212.40")


def test_a_sentence_is_translated_whole_and_what_is_unknown_stays(qapp: QApplication) -> None:
    catalogue = German()
    qapp.installTranslator(catalogue)
    try:
        speak(speaker_for(QLocale(QLocale.Language.German, QLocale.Country.Germany)))
        assert say("{count} waiting", count=number(1234)) == "1.234 warten"
        assert say("Nothing to undo") == "Nothing to undo"
        assert "1.212,40" in dollars(1_212_400_000)
        assert wording.month(10) == "Okt."
    finally:
        qapp.removeTranslator(catalogue)


def test_where_no_catalogue_is_there_figures_stay_english_like_the_words(qapp: QApplication) -> None:
    assert choose_language(qapp, "de_DE") == []
    assert (number(12_400), dollars(1_212_400_000), wording.month(10)) == ("12,400", "$1,212.40", "Oct")


def test_longer_texts_are_a_third_longer_and_keep_their_places(qapp: QApplication) -> None:
    assert longer("{count} waiting").startswith("{count} waiting ")
    for text in ("Approve", "Reject and pause agent", "Nothing is approved here. It is logged as approved with edit."):
        assert len(longer(text)) >= len(text) * (1 + LONGER) - 2
    with longer_texts(qapp):
        speak(speaker_for(QLocale(QLocale.Language.English)))
        assert len(say("Nothing to undo")) > len("Nothing to undo")
        assert len(qapp.translate("ListPane", "Approvals")) > len("Approvals")
