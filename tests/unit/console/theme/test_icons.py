"""Every icon can be drawn, in the colour of its token, at the pixel ratio of the screen."""

import pytest
from PySide6.QtWidgets import QApplication

from console.theme.bundled import BundledFileMissing
from console.theme.icons import NAMES, icon, icon_names, pixmap
from console.theme.theme import Theme


def test_every_icon_draws_something_in_the_colour_asked_for(qapp: QApplication) -> None:
    theme = Theme("dark")
    crit = theme.color("crit")
    assert len(icon_names()) > 60
    for name in icon_names():
        drawn = pixmap(theme, name, "crit", 72).toImage()
        solid = [drawn.pixelColor(x, y) for x in range(72) for y in range(72) if drawn.pixelColor(x, y).alpha() > 250]
        assert solid, f"{name} is empty"
        assert all(abs(c.red() - crit.red()) < 3 and abs(c.blue() - crit.blue()) < 3 for c in solid), name


def test_an_icon_is_sharp_at_two_pixels_per_point_and_drawn_once(qapp: QApplication) -> None:
    theme = Theme("light", scale=1.5)
    drawn = pixmap(theme, "fleet", "text", 16, 2.0)
    assert (drawn.width(), drawn.devicePixelRatio()) == (48, 2.0)
    assert pixmap(theme, "fleet", "text", 16, 2.0).cacheKey() == drawn.cacheKey()
    assert not icon(theme, "fleet").isNull()


def test_our_names_lead_to_files_and_an_unknown_name_is_told(qapp: QApplication) -> None:
    theme = Theme("dark")
    assert all(not pixmap(theme, name).isNull() for name in NAMES)
    with pytest.raises(BundledFileMissing, match="no-such-icon"):
        pixmap(theme, "no-such-icon")
