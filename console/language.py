"""The language of the window: a catalogue for ``tr``, and the same catalogue and locale for the presenters.

Catalogues are ``resources/translations/console_<language>.qm``; English is what the source is written in. The choice is
the desktop's; ``window/language`` in the settings overrides it.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from console.presenters.wording import Speaker, speak
from console.theme.bundled import resources_root
from runtime.domain import money

CONTEXT = "Presenters"


def choose_language(app: QApplication, wanted: str = "") -> list[QTranslator]:
    """Install what there is for the language; answers the translators. Without a catalogue of ours all stays English:
    Qt's own words or the figures of another country in English sentences would only confuse."""
    locale = QLocale(wanted) if wanted else QLocale.system()
    own, of_qt = QTranslator(app), QTranslator(app)
    if not own.load(locale, "console", "_", str(resources_root() / "translations")):
        locale, installed = QLocale(QLocale.Language.English), []
    else:
        of_qt.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        installed = [own, of_qt]
    for translator in installed:
        app.installTranslator(translator)
    QLocale.setDefault(locale)
    speak(speaker_for(locale))
    return installed


def speaker_for(locale: QLocale) -> Speaker:
    """Texts from the installed catalogues, figures as the locale writes them."""

    def text(template: str) -> str:
        return QCoreApplication.translate(CONTEXT, template)

    def number(value: int) -> str:
        return locale.toString(value)

    def dollars(micros: int) -> str:
        small = 0 < abs(micros) < money.MICROS_PER_DOLLAR // 100
        if small or locale.language() is QLocale.Language.English:
            return money.dollars(micros)
        return locale.toCurrencyString(round(micros / 10_000) / 100, "$")

    def month(which: int) -> str:
        return locale.monthName(which, QLocale.FormatType.ShortFormat)

    return Speaker(text, number, dollars, month)
