"""The source of the window keeps the rules of `window_rules.py`, and each is seen to catch a file that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import window_rules as rules
from tests.architecture.raw_texts import joined_words, raw_texts

CLONE = Path(__file__).resolve().parents[2]
Rule = Callable[[Path], list[str]]
BREAKERS: list[tuple[Rule, str]] = [
    (rules.markup, "QLabel(row.title)"),
    (rules.markup, "view.setHtml(text)"),
    (rules.markup_in_tooltips, "self.setToolTip(row.title)"),
    (rules.markup_in_tooltips, 'self.setToolTip(f"{title} (Ctrl)")'),
    (rules.markup_in_tooltips, "if role == Qt.ItemDataRole.ToolTipRole: pass"),
    (rules.box_of_messages, "box = QMessageBox()"),
    (rules.default_buttons, "approve.setDefault(True)"),
    (rules.default_buttons, "approve.setAutoDefault(True)"),
    (rules.forbidden_parts, "proxy = QSortFilterProxyModel(self)"),
    (rules.forbidden_parts, "self.setGraphicsEffect(QtWidgets.QGraphicsDropShadowEffect())"),
    (rules.cut_numbers, "shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)"),
    (rules.untranslated, 'button = ActionButton(theme, "Approve")'),
    (rules.untranslated, 'label.setText(f"{count} waiting")'),
    (raw_texts, 'ROLL_BACK = "Roll back to here"'),
    (raw_texts, 'class Page:\n    title: ClassVar[str] = "Prices"'),
    (raw_texts, 'words(painter, theme, room, f"{count} lines more", "meta", "text3")'),
    (raw_texts, 'made.append(Text(left, top, "Space shows more", "meta", "text3"))'),
    (joined_words, 'said = f"{name}, {count} times"'),
    (joined_words, 'said = " and ".join(parts)'),
    (rules.hurried_words, 'said = "Done, well done!"'),
    (rules.hurried_words, 'said = "Please try again"'),
]
KEEPERS: list[tuple[Rule, str]] = [
    (rules.markup, "PlainLabel(theme, row.title)"),
    (rules.markup, "QLabel()"),
    (rules.markup_in_tooltips, "self.setToolTip(plain_tooltip(text) if text else '')"),
    (rules.box_of_messages, "box = QMessageBox()\nbox.setTextFormat(Qt.TextFormat.PlainText)"),
    (rules.default_buttons, "approve.setDefault(False)"),
    (rules.untranslated, 'button = ActionButton(theme, self.tr("Approve"), "check", "A")'),
    (raw_texts, 'ROLL_BACK = later("Roll back to here")\nraise ValueError("it is not right")'),
    (raw_texts, 'words(painter, theme, room, say("{count} lines more", count=count), "meta", "text3")'),
    (joined_words, 'said = say("{name}, {count} times", name=name, count=count)\nkey = f"window/v2/{place}"'),
    (rules.hurried_words, 'said = "a != b"'),
]
ALL_RULES = list(dict.fromkeys(rule for rule, _ in BREAKERS))


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.__name__)
def test_the_window_keeps_the_rule(rule: Rule) -> None:
    assert rule(CLONE) == []


@pytest.mark.parametrize(("rule", "code"), BREAKERS)
def test_a_file_that_breaks_the_rule_is_found(rule: Rule, code: str, tmp_path: Path) -> None:
    _write(tmp_path, code)
    assert len(rule(tmp_path)) == 1


@pytest.mark.parametrize(("rule", "code"), KEEPERS)
def test_a_file_that_keeps_the_rule_is_not_found(rule: Rule, code: str, tmp_path: Path) -> None:
    _write(tmp_path, code)
    assert rule(tmp_path) == []


def _write(root: Path, code: str) -> None:
    (root / "console" / "views").mkdir(parents=True)
    (root / "console" / "views" / "some_view.py").write_text(f'"""A view."""\n{code}\n', encoding="utf-8")
