"""The contrast promises of the token table, computed again from the table."""

import re
from pathlib import Path

import pytest

import console
from console.theme.tokens import (
    BACKGROUNDS,
    DARK,
    FILLS,
    LIGHT,
    ON_FILLS,
    TEXTS,
    Colours,
    Token,
    contrast,
    high_contrast,
)

PALETTES = {
    "dark": DARK,
    "light": LIGHT,
    "dark high contrast": high_contrast(DARK),
    "light high contrast": high_contrast(LIGHT),
}


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("text", TEXTS)
def test_text_is_readable_on_every_background(name: str, text: Token) -> None:
    colours = PALETTES[name]
    assert [b for b in BACKGROUNDS if contrast(colours[text], colours[b]) < 4.5] == []


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("fill", FILLS)
def test_controls_and_fills_stand_out_on_every_background(name: str, fill: Token) -> None:
    colours: Colours = PALETTES[name]
    assert [b for b in BACKGROUNDS if contrast(colours[fill], colours[b]) < 3] == []


@pytest.mark.parametrize("colours", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize(("ink", "fill"), ON_FILLS)
def test_ink_on_fills_is_readable(colours: Colours, ink: Token, fill: Token) -> None:
    assert contrast(colours[ink], colours[fill]) >= 4.5


def test_high_contrast_has_no_faint_line_and_no_quiet_text() -> None:
    for colours in (DARK, LIGHT):
        sharper = high_contrast(colours)
        assert sharper["line"] == sharper["line2"] == colours["ctl"]
        assert sharper["text2"] == sharper["text3"] == colours["text"]


def test_both_schemes_name_the_same_tokens() -> None:
    assert set(DARK) == set(LIGHT)


def test_no_other_file_of_the_console_holds_a_hex_colour() -> None:
    root = Path(console.__file__).parent
    hexes = re.compile(r"""["'\s:]#[0-9A-Fa-f]{6}\b""")
    held = [
        f"{path.relative_to(root)}:{number}"
        for path in root.rglob("*.py")
        if path.name != "tokens.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if hexes.search(line)
    ]
    assert held == []
