"""The few rules that QPalette can't express; at most 60 lines and no rule for every widget at once."""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from console.theme.tokens import Colours

RULES = Template("""
QHeaderView { background: $surface; border: 0; }
QHeaderView::section {
  background: $surface; color: $text2; border: 0; border-bottom: ${border}px solid $line; padding: ${p4}px ${p8}px;
}
QTableCornerButton::section { background: $surface; border: 0; }
QScrollBar:vertical { background: transparent; width: ${p10}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p10}px; margin: 0; }
QScrollBar::handle { background: $line2; border-radius: ${r4}px; margin: ${p2}px; }
QScrollBar::handle:vertical { min-height: ${p32}px; }
QScrollBar::handle:horizontal { min-width: ${p32}px; }
QScrollBar::handle:hover { background: $ctl; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $raised; color: $text; border: ${border}px solid $line2; padding: ${p4}px ${p8}px; }
QMenu { background: $raised; color: $text; border: ${border}px solid $line2; border-radius: ${r6}px; padding: ${p4}px; }
QMenu::item { padding: ${p6}px ${p16}px; border-radius: ${r4}px; }
QMenu::item:selected { background: $accentBg; color: $text; }
QMenu::item:disabled { color: $text3; }
QMenu::separator { height: ${border}px; background: $line; margin: ${p4}px ${p8}px; }
QLineEdit, QPlainTextEdit, QTextEdit {
  background: $raised; color: $text; border: ${border}px solid $ctl; border-radius: ${r6}px; padding: ${p4}px ${p8}px;
  selection-background-color: $accent; selection-color: $bg; placeholder-text-color: $text3;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled { color: $text3; border-color: $line2; }
QLineEdit[inside="true"], QLineEdit[inside="true"]:focus { border: 0; background: transparent; padding: 0; }
QSplitter::handle { background: $line; }
QSlider::groove:horizontal { background: $line2; height: ${p4}px; border-radius: ${p2}px; }
QSlider::sub-page:horizontal { background: $ctl; height: ${p4}px; border-radius: ${p2}px; }
QSlider::handle:horizontal { background: $strong; width: ${p16}px; margin: -${p6}px 0; border-radius: ${p8}px; }
QSlider::handle:horizontal:focus { background: $bg; border: 2px solid $accent; }
""")


def stylesheet(colours: Colours, px: Callable[[float], int], border: int) -> str:
    """The rules with the colours and measures of one theme filled in."""
    spaces = {f"p{space}": px(space) for space in (2, 4, 6, 8, 10, 16, 32)}
    values: dict[str, object] = {"r4": px(4), "r6": px(6), "border": border, **spaces}
    values.update((str(token), value) for token, value in colours.items())
    return RULES.substitute(values).strip()
