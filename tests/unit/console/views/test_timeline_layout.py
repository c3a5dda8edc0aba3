"""Nothing of a step is lost when it is wrapped: arguments and outputs are whole or counted, hidden characters named."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from console.theme.theme import Theme
from console.views.timeline_layout import StepLayout, TimelineLayout
from runtime.projections.rows import TimelineStep

CALL = TimelineStep(1, 0, "call", "Write a file", "files.write", "")


@pytest.fixture
def layouts(qapp: QApplication) -> TimelineLayout:
    return TimelineLayout(Theme("dark"))


def mono(layout: StepLayout) -> str:
    return "".join(text.words for text in layout.texts if text.role == "mono")


@pytest.mark.parametrize("width", [360, 500, 700, 1300])
def test_long_arguments_are_shown_to_the_last_letter(layouts: TimelineLayout, width: int) -> None:
    arguments = '{"content":"' + "".join(f"{at:04}" for at in range(200)) + '"}'
    step = replace(CALL, arguments=arguments)
    first, more = layouts.of(step, 0, width), layouts.of(step, 1, width)
    assert mono(more) == f"files.write  {arguments}"
    assert more.more == 0
    shown = sum(text.role == "mono" for text in first.texts)
    assert shown + first.more == sum(text.role == "mono" for text in more.texts)
    assert any(f"{first.more} lines more" in text.words for text in first.texts)


@pytest.mark.parametrize(
    "output",
    [
        "x" * 4_000,
        "short\n" * 3 + "y" * 4_000,
        "Grüße und Dank, " * 300 + "\nend",
        "\n".join(f"{at} " + "z" * (at * 37 % 400) for at in range(30)),
        "a\nb\nc\nd",
    ],
    ids=["one long line", "a long line after short ones", "words", "some long ones", "short ones"],
)
def test_what_an_output_has_more_is_counted_in_lines_as_they_would_be_shown(
    layouts: TimelineLayout, output: str
) -> None:
    step = replace(CALL, mark="done", tool="", output=output)
    first, more = layouts.of(step, 0, 700), layouts.of(step, 1, 700)

    def lines(layout: StepLayout) -> int:
        return sum(text.role == "mono" for text in layout.texts)

    assert lines(first) == 3
    assert first.more == lines(more) + more.more - 3
    told = "1 line more" if first.more == 1 else f"{first.more} lines more"
    assert any(text.words.startswith(told) for text in first.texts)


def test_no_line_is_wider_than_its_room(layouts: TimelineLayout) -> None:
    theme = Theme("dark")
    step = replace(CALL, title="W" * 300, arguments="x" * 500, output="Ü" * 300 + "\n" + "i " * 400)
    for width in (400, 640):
        for text in layouts.of(step, 1, width).texts:
            if not text.right:
                assert text.left + theme.metrics(text.role).horizontalAdvance(text.words) <= width


def test_hidden_characters_are_named(layouts: TimelineLayout) -> None:
    step = replace(CALL, title="pay\u202eload", arguments='{"to":"a\u200b@example.org"}', output="x\u2066y")
    words = " ".join(text.words for text in layouts.of(step, 1, 900).texts)
    assert "[U+202E]" in words
    assert "[U+200B]" in words
    assert "[U+2066]" in words


def test_an_undone_step_is_struck_through(layouts: TimelineLayout) -> None:
    struck = [text for text in layouts.of(replace(CALL, undone=True), 0, 700).texts if text.struck]
    assert struck
    assert any(text.words == "Write a file" for text in struck)


def test_a_checkpoint_without_effects_has_no_button(layouts: TimelineLayout) -> None:
    point = TimelineStep(2, 0, "checkpoint", "Checkpoint 1, after: a very long title " * 3, checkpoint=1)
    assert layouts.of(point, 0, 700).button is None
    for width in (330, 500, 900):
        layout = layouts.of(replace(point, undoes=2), 0, width)
        assert layout.button is not None
        assert layout.band is not None
        assert layout.band.contains(layout.button)
        assert layout.height >= layout.band.bottom()


def test_the_models_own_words_are_folded_and_never_look_like_what_a_tool_said(layouts: TimelineLayout) -> None:
    step = TimelineStep(
        1, 0, "thought", "How it got there, in the model's own words", output="Because it is so. " * 110
    )
    folded, open_ = layouts.of(step, 0, 700), layouts.of(step, 1, 700)
    assert mono(folded) == ""
    assert folded.more
    assert not open_.more
    assert len([text for text in folded.texts if text.words.startswith("Because") or "so." in text.words]) == 3
