"""The exact text shows everything, hides nothing, and knows when its end was seen."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.presenters.visible_text import Kind, visible_form, visible_lines
from console.theme.theme import Theme
from console.widgets.exact_text import ExactText
from console.widgets.text_rows import DiffLine, lay_out


def shown(
    qtbot: QtBot,
    text: str,
    *,
    scale: float = 1.0,
    header: bool = False,
    size: tuple[int, int] = (420, 300),
) -> ExactText:
    view = ExactText(Theme("dark", scale=scale), header=header)
    qtbot.addWidget(view)
    view.resize(*size)
    view.set_text(text)
    return view


def picture(view: ExactText, text: str) -> QImage:
    view.set_text(text)
    return view.grab().toImage()


@given(st.text() | st.text("ab \u200b.", min_size=20), st.integers(8, 60), st.booleans())
def test_rows_hold_the_whole_text_in_order(text: str, columns: int, at_blanks: bool) -> None:
    rows = lay_out(visible_lines(text), columns, lambda label: len(label) + 2, at_blanks)
    lines: dict[int, str] = {}
    for row in rows:
        assert all(piece.cell + piece.cells <= columns or piece.cell == 0 for piece in row.pieces)
        lines[row.line] = lines.get(row.line, "") + "".join(piece.text for piece in row.pieces)
    assert "\n".join(lines[at] for at in sorted(lines)) == text
    assert [row.wraps for row in rows][-1] is False


def test_prose_breaks_at_blanks_and_only_a_word_wider_than_a_row_is_cut() -> None:
    def rows(text: str) -> list[str]:
        laid = lay_out(visible_lines(text), 10, lambda label: len(label) + 2, at_blanks=True)
        return ["".join(piece.text for piece in row.pieces) for row in laid]

    assert rows("we pay $4.50 back") == ["we pay ", "$4.50 back"]
    assert rows("a 12345678901234") == ["a ", "1234567890", "1234"]


@given(st.text(max_size=60))
def test_pieces_know_their_place_in_the_text(text: str) -> None:
    for row in lay_out(visible_lines(text), 10, lambda label: len(label) + 2):
        for piece in row.pieces:
            assert text[piece.start : piece.start + len(piece.text)] == piece.text


PAIRS = [
    ("rm data", "rm d\u200bata"),
    ("invoice.exe", "invoice\u202e.exe"),
    ("a b", "a \u2066b\u2069"),
    ("abc", "abc\u200e"),
    ("send", "send\U000e0061"),
    ("send", "send\ufe0f"),
    ("paypal", "p\u0430ypal"),
    ("paca", "\u0440\u0430\u0441\u0430"),
    ("google", "g\u03bfogle"),
    ("admin", "\uff41dmin"),
    ("yes", "yes "),
    ("yes\nno", "yes \nno"),
    ("a b", "a\u00a0b"),
    ("caf\u00e9", "cafe\u0301"),
    ("<b>all</b>", "all"),
    ("name", "name\u3164"),
    ("a\nb", "a\r\nb"),
    ("a\tb", "a    b"),
    ("a", "a\n"),
    ("it's", "it’s"),
    ("-5", "\u22125"),
    ("\u0110", "\u00d0"),
    ("trans\u00adfer", "transfer"),
    ("a--b", "a—b"),
    ("a b", "a  b"),
    ("\u4e8c", "\u30cb"),
    ("\ud800", "\udc00"),
    ("\u202e", "U+202E"),
    ("  ", "   "),
    ("x" * 100, "x" * 101),
]


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_prepared_pairs_give_different_pictures_even_without_the_hash(qtbot: QtBot, scale: float) -> None:
    view = shown(qtbot, "", scale=scale)
    assert [pair for pair in PAIRS if picture(view, pair[0]) == picture(view, pair[1])] == []


@settings(max_examples=60, deadline=None)
@given(
    st.text("ab \t\n\u200b\u202e\u0430e\u0301\u00e9\u00a0—-1l", max_size=8),
    st.text("ab \t\n\u200b\u202e\u0430e\u0301\u00e9\u00a0—-1l", max_size=8),
)
def test_generated_pairs_give_different_pictures(one: str, other: str) -> None:
    assert QApplication.instance() is not None
    view = ExactText(Theme("light"), header=False)
    view.resize(600, 260)
    assert (picture(view, one) == picture(view, other)) == (one == other)


def test_every_sign_drawn_as_itself_has_its_own_picture(qtbot: QtBot) -> None:
    theme = Theme("light")
    measure = QFontMetrics(theme.font("mono"))
    view = shown(qtbot, "", size=(160, 60))
    seen: dict[bytes, str] = {}
    for number in range(0x21, 0x2100):
        char = chr(number)
        kind = visible_form(char)[0].kind
        if kind not in (Kind.PLAIN, Kind.ODD, Kind.SCRIPT):
            continue
        assert measure.inFontUcs4(number), f"the bundled font has no {char}"
        drawn = picture(view, char)
        pixels = bytes(drawn.constBits())
        assert pixels not in seen, f"{char} U+{number:04X} is drawn like {seen[pixels]} U+{ord(seen[pixels]):04X}"
        seen[pixels] = char
    assert len(seen) > 300


@pytest.mark.parametrize("text", ["“a", "раса"])
def test_signs_that_are_not_on_every_keyboard_are_underlined(qtbot: QtBot, text: str) -> None:
    view = shown(qtbot, "")
    drawn = picture(view, text)
    amber = Theme("dark").color("warn")
    assert any(drawn.pixelColor(x, y) == amber for x in range(drawn.width()) for y in range(drawn.height()))


def test_two_hyphens_are_not_joined(qtbot: QtBot) -> None:
    theme = Theme("light")
    font = theme.font("mono")
    view = shown(qtbot, "")
    single = picture(view, "- -")
    joined = picture(view, "---")
    middle = view._drawn.left + int(view._drawn.cell) - 1
    column = [(single.pixel(middle, y), joined.pixel(middle, y)) for y in range(6, 26)]
    assert all(one == other for one, other in column), "a ligature bridges the gap between two hyphens"
    assert font.family() == "JetBrains Mono"


def test_the_header_tells_bytes_lines_and_hash(qtbot: QtBot) -> None:
    view = shown(qtbot, "é\n", header=True)
    digest = hashlib.sha256("é\n".encode()).hexdigest()[:12]
    assert view.header_text == f"3 bytes, 2 lines, SHA-256 {digest}"
    assert view.header_text in view.accessibleName()
    view.set_text("\ud800")
    assert view.header_text.startswith("3 bytes, 1 line,")
    view.set_diff([DiffLine("note", "sql.refund"), DiffLine("plain", "order: 1")], '{"order":1}')
    assert view.header_text.startswith("11 bytes, SHA-256 "), "one line, shown as two: no number of lines is said"


def test_a_diff_tells_added_and_removed_by_signs_too(qtbot: QtBot) -> None:
    view = shown(qtbot, "")
    view.set_diff([DiffLine("removed", "a", 1), DiffLine("added", "b ", None, 1)], "b ")
    assert view.accessibleDescription() == "- a\n+ b[blank]"
    assert view.text() == "b "
    with pytest.raises(ValueError, match="line end"):
        view.set_diff([DiffLine("added", "a\nb", None, 1)], "a\nb")


def test_a_short_text_is_seen_at_once(qtbot: QtBot) -> None:
    view = shown(qtbot, "ls")
    with qtbot.waitSignal(view.end_seen):
        view.show()
    assert view.has_seen_end


def test_forty_empty_lines_hide_nothing(qtbot: QtBot) -> None:
    view = shown(qtbot, "ls" + "\n" * 40 + "rm -rf .")
    ends: list[bool] = []
    view.end_seen.connect(lambda: ends.append(True))
    view.show()
    qtbot.waitExposed(view)
    view.grab()
    QApplication.processEvents()
    assert ends == []
    assert not view.has_seen_end
    QTest.keyClick(view, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: ends == [True])
    view.set_text("another" + "\n" * 40)
    assert not view.has_seen_end


def test_an_end_below_the_edge_of_an_outer_area_is_not_seen(qtbot: QtBot) -> None:
    outer, inner = QScrollArea(), QWidget()
    qtbot.addWidget(outer)
    view = ExactText(Theme("dark"))
    view.set_text("\n".join(map(str, range(20))))
    view.setFixedHeight(view.sizeHint().height())
    QVBoxLayout(inner).addWidget(view)
    outer.setWidget(inner)
    outer.setWidgetResizable(True)
    outer.resize(400, 200)
    outer.show()
    qtbot.waitExposed(outer)
    view.viewport().repaint()
    QApplication.processEvents()
    assert not view.has_seen_end
    with qtbot.waitSignal(view.end_seen):
        outer.verticalScrollBar().setValue(outer.verticalScrollBar().maximum())


def not_seen(view: ExactText) -> bool:
    view.viewport().repaint()
    QApplication.processEvents()
    return not view.has_seen_end


def test_an_end_that_a_smaller_window_a_larger_text_or_another_tab_hides_is_not_seen(qtbot: QtBot) -> None:
    theme = Theme("dark")
    tabs, view = QStackedWidget(), ExactText(theme)
    qtbot.addWidget(tabs)
    tabs.addWidget(QWidget())
    tabs.addWidget(view)
    tabs.resize(400, 200)
    tabs.show()
    qtbot.waitExposed(tabs)
    view.set_text("ls")
    assert not_seen(view), "the other tab is in front"
    view.set_text("\n".join(map(str, range(9))))
    tabs.resize(400, 110)
    tabs.setCurrentWidget(view)
    assert not_seen(view), "the window is too small for its last line"
    tabs.resize(400, 230)
    bigger = ExactText(Theme("dark", scale=1.5))
    bigger.set_text(view.text())
    tabs.addWidget(bigger)
    tabs.setCurrentWidget(bigger)
    assert not_seen(bigger), "the letters are too large for it"
    tabs.resize(400, 400)
    qtbot.waitUntil(lambda: bigger.has_seen_end)


def test_another_text_has_to_be_read_to_its_own_end(qtbot: QtBot) -> None:
    view = shown(qtbot, "ls")
    view.show()
    qtbot.waitUntil(lambda: view.has_seen_end)
    view.set_text("ls\n" * 60)
    assert not_seen(view)


def test_what_is_copied_is_the_text_and_not_its_labels(qtbot: QtBot) -> None:
    view = shown(qtbot, "a\u202eb\u00a0c")
    view.copy()
    assert QGuiApplication.clipboard().text() == "a\u202eb\u00a0c"
    row = view._drawn
    start = QPoint(row.left + 1, row.top + 5)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), start + QPoint(int(row.cell * (row.box_cells("U+202E") + 1)), 0))
    view._caret = view._place(start + QPoint(int(row.cell * (row.box_cells("U+202E") + 1)), 0))
    assert view.selected_text() == "a\u202e"
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "a\u202eb\u00a0c"


def test_a_narrow_view_wraps_and_cuts_nothing(qtbot: QtBot) -> None:
    view = shown(qtbot, "x" * 500, size=(230, 200))
    view.grab()
    assert view.row_count > 10
    wide = shown(qtbot, "x" * 500, size=(900, 200))
    wide.grab()
    assert 1 < wide.row_count < view.row_count


def test_code_looks_the_same_in_a_window_for_readers_from_right_to_left(qtbot: QtBot, qapp: QApplication) -> None:
    code = 'reason: "arrived broken (1)"\namount_cents: 8,400 %'
    before = shown(qtbot, code, header=True).grab().toImage()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert shown(qtbot, code, header=True).grab().toImage() == before
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
