"""The source keeps the rules of `rules.py`, and each rule is seen to catch a file that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import rules

CLONE = Path(__file__).resolve().parents[2]
Rule = Callable[[Path], list[str]]
BREAKERS: list[tuple[Rule, str, str]] = [
    (rules.too_long, "runtime/engine/loop.py", '"""Long."""\n' + "x = 1\n" * rules.LONGEST_FILE),
    (rules.drawers, "runtime/engine/run_helpers.py", '"""A drawer."""\n'),
    (rules.drawers, "console/utils/text.py", '"""A drawer."""\n'),
    (rules.without_purpose, "storage/writer.py", "x = 1\n"),
    (rules.nested_loops, "console/dialogs/ask.py", '"""Asks."""\ndialog.exec()\n'),
    (rules.nested_loops, "console/dialogs/ask.py", '"""Asks."""\nQApplication.processEvents()\n'),
    (rules.nested_loops, "console/dialogs/ask.py", '"""Asks."""\n@asyncClose\nasync def closeEvent(): ...\n'),
    (rules.stray_colours, "console/widgets/bar.py", '"""Paints."""\nred = "color: #ff0000;"\n'),
    (rules.stray_colours, "console/widgets/bar.py", '"""Paints."""\nred = QColor("#f00")\n'),
    (rules.shadowed_library, "packaging/__init__.py", ""),
]
KEEPERS: list[tuple[Rule, str, str]] = [
    (rules.stray_colours, "console/theme/tokens.py", '"""Colours."""\nred = "#ff0000"\n'),
    (rules.stray_colours, "console/widgets/bar.py", '"""Mends #123."""\nred = "ask #12 of 20"\n'),
    (rules.nested_loops, "console/dialogs/ask.py", '"""Asks."""\ndialog.open()\n'),
    (rules.without_purpose, "console/views/__init__.py", ""),
]
ALL_RULES = list(dict.fromkeys(rule for rule, _, _ in BREAKERS))


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    assert rule(CLONE) == []


@pytest.mark.parametrize(("rule", "name", "text"), BREAKERS)
def test_a_file_that_breaks_the_rule_is_found(rule: Rule, name: str, text: str, tmp_path: Path) -> None:
    _write(tmp_path, name, text)
    assert len(rule(tmp_path)) == 1


@pytest.mark.parametrize(("rule", "name", "text"), KEEPERS)
def test_a_file_that_keeps_the_rule_is_not_found(rule: Rule, name: str, text: str, tmp_path: Path) -> None:
    _write(tmp_path, name, text)
    assert rule(tmp_path) == []


def _write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True)
    (root / name).write_text(text, encoding="utf-8")
