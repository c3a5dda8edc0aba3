"""What meters, marks, lines and labels show follows from their numbers."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.theme.theme import Scheme, Theme
from console.widgets.avatar import initials
from console.widgets.badge import Badge
from console.widgets.banner import Banner
from console.widgets.bars import Bars
from console.widgets.confidence_bar import ConfidenceBar
from console.widgets.elided_label import ElidedLabel
from console.widgets.empty_state import EmptyState
from console.widgets.facts_row import Fact, FactsRow
from console.widgets.key_value import KeyValue
from console.widgets.meter import Meter, meter_token
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from console.widgets.priority_mark import PriorityMark
from console.widgets.sparkline import Sparkline


@pytest.mark.parametrize(
    ("share", "token"), [(0, "series"), (0.8, "series"), (0.801, "warnFill"), (1.0, "warnFill"), (1.001, "critFill")]
)
def test_a_meter_is_neutral_to_80_percent_amber_to_100_and_red_above(share: float, token: str) -> None:
    assert meter_token(share) == token


def test_a_meter_fills_up_to_its_share(qtbot: QtBot) -> None:
    theme = Theme("dark")
    meter = Meter(theme, 0.5)
    qtbot.addWidget(meter)
    meter.resize(100, 14)
    row = meter.grab().toImage()
    filled = [x for x in range(100) if row.pixelColor(x, 7) == theme.color("series")]
    assert filled[0] < 3
    assert 47 <= filled[-1] <= 51


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_in_high_contrast_what_is_not_used_yet_is_hollow(qtbot: QtBot, scheme: Scheme) -> None:
    theme = Theme(scheme, "high")
    middles = []
    for share in (0.0, 1.0):
        meter = Meter(theme, share)
        qtbot.addWidget(meter)
        meter.resize(100, 14)
        middles.append(meter.grab().toImage().pixelColor(50, 7))
    assert middles[0] == theme.color("sunken")
    assert middles[0] != middles[1]


def test_a_priority_is_1_2_or_3(qtbot: QtBot) -> None:
    mark = PriorityMark(Theme("dark"), 1)
    qtbot.addWidget(mark)
    assert mark.accessibleName() == "Priority 1"
    with pytest.raises(ValueError, match="1, 2 or 3"):
        mark.set_priority(4)


@pytest.mark.parametrize(
    ("stated", "observed", "amber"),
    [(0.82, 0.71, True), (0.81, 0.71, False), (0.6, 0.71, True), (None, 0.5, False), (0.9, None, False)],
)
def test_confidence_is_amber_when_word_and_record_differ_by_more_than_10_points(
    stated: float | None,
    observed: float | None,
    amber: bool,
    qtbot: QtBot,
) -> None:
    bar = ConfidenceBar(Theme("dark"), stated, observed, (0.6, 0.8) if observed else None, ("says", "was"))
    qtbot.addWidget(bar)
    assert bar.is_amber is amber
    bar.grab()


@pytest.mark.parametrize("values", [[], [1], [2, 2, 2], [1, 5, 3]])
def test_a_sparkline_stays_inside(values: list[float], qtbot: QtBot) -> None:
    line = Sparkline(Theme("dark"), values, 4)
    qtbot.addWidget(line)
    line.resize(80, 20)
    assert all(line.rect().contains(point.toPoint()) for point in line.points())
    line.grab()
    if values == [1, 5, 3]:
        heights = [point.y() for point in line.points()]
        assert heights[1] < heights[2] < heights[0]


@pytest.mark.parametrize("values", [[], [0], [0, 0], [4], [1, 0, 4]])
def test_bars_keep_the_place_of_empty_minutes(values: list[float], qtbot: QtBot) -> None:
    bars = Bars(Theme("dark"), values, {0: 1, 99: 2})
    qtbot.addWidget(bars)
    bars.resize(300, 150)
    rects = bars.bar_rects()
    assert len(rects) == len(values)
    assert [rect.height() > 0 for rect in rects] == [value > 0 for value in values]
    bars.grab()


def test_plain_labels_stay_plain_and_show_what_hides(qtbot: QtBot) -> None:
    label = PlainLabel(Theme("dark"), "<b>x</b>\u202e")
    qtbot.addWidget(label)
    assert label.text() == "<b>x</b>[U+202E]"
    assert label.textFormat() == Qt.TextFormat.PlainText
    with pytest.raises(ValueError, match="plain"):
        label.setTextFormat(Qt.TextFormat.RichText)


def test_a_cut_line_tells_all_of_it_in_a_harmless_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel(Theme("dark"), "<img src=x> and a long caption that will not fit")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert label.is_elided
    assert "&lt;img src=x&gt; and a long caption" in label.toolTip()
    label.resize(900, 20)
    assert not label.is_elided
    assert label.toolTip() == ""


def test_facts_values_badges_and_panels_say_their_words(qtbot: QtBot) -> None:
    theme = Theme("dark")
    facts = FactsRow(theme, [Fact("Touches", "1 table")])
    facts.set_facts([Fact("Touches", "2 tables", "prod"), Fact("Cost", "$1", share=0.2)])
    values = KeyValue(theme, [("Tool calls", "11"), ("Rules hit", "")])
    badge, panel = Badge(theme, 7, name="asks waiting"), Panel(theme, "This run")
    for part in (facts, values, badge, panel):
        qtbot.addWidget(part)
    assert len(facts.facts) == 2
    assert values.value("Rules hit") == "none"
    values.set_rows([("Tool calls", "12"), ("Rules hit", "1", "warn")])
    assert values.value("Tool calls") == "12"
    badge.set_count(8)
    assert badge.accessibleName() == "8 asks waiting"
    assert panel.accessibleName() == "This run"
    assert (initials("Anna Keller"), initials("maria"), initials("")) == ("AK", "M", "?")


def test_a_banner_and_an_empty_pane_offer_their_one_action(qtbot: QtBot) -> None:
    theme = Theme("dark")
    banner = Banner(theme, "warn", "Connection lost 40 s ago", "You see the state of 14:32:41.", "Retry now")
    empty = EmptyState(theme, "Nothing waits for you", "10 agents are working.", "Open fleet")
    for part in (banner, empty):
        qtbot.addWidget(part)
        part.show()
        with qtbot.waitSignal(part.activated):
            QTest.mouseClick(part.button, Qt.MouseButton.LeftButton)
    banner.set_message("Connected", weight="info")
    assert banner.button.isHidden()
    assert banner.accessibleName() == "Connected"
    empty.set_texts("No runs yet")
    assert empty.button.isHidden()
