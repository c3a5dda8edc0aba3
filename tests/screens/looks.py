"""In which looks the screens are seen: schemes, contrast, text size, size of the window, longer texts."""

from __future__ import annotations

from dataclasses import dataclass

from console.theme.theme import Contrast, Scheme

Dress = tuple[Scheme, Contrast]
DARK: Dress = ("dark", "normal")
LIGHT: Dress = ("light", "normal")
BOTH = (DARK, LIGHT)
DARK_HIGH: Dress = ("dark", "high")
LIGHT_HIGH: Dress = ("light", "high")
ALL = (*BOTH, DARK_HIGH, LIGHT_HIGH)
SCREEN, SMALL = (1440, 900), (1100, 700)


@dataclass(frozen=True, slots=True)
class Look:
    """One start of the program: what can't be changed while it runs, and the dresses it is seen in.

    ``longer``: every text 35 % longer. ``size`` is that of the window in pixels.
    """

    name: str
    dresses: tuple[Dress, ...] = BOTH
    scale: float = 1.0
    size: tuple[int, int] = SCREEN
    longer: bool = False
    whole: bool = False
    """Every screen in every dress, not the samples alone."""

    def suffix(self, dress: Dress) -> str:
        """The end of a picture's name: ``light-high-150``."""
        scheme, contrast = dress
        return "-".join(filter(None, (scheme, "high" if contrast == "high" else "", self.name)))


PLAIN = Look("")
LOOKS = (
    Look("", ALL),
    Look("150", (*BOTH, DARK_HIGH), 1.5),
    Look("125", (LIGHT,), 1.25),
    Look("90", (DARK, LIGHT_HIGH), 0.9),
    Look("small", (DARK_HIGH, *BOTH, LIGHT_HIGH), size=SMALL),
    Look("longer", (LIGHT, DARK_HIGH), longer=True),
    Look("longer-small", (DARK,), size=SMALL, longer=True),
    Look("longer-150", (LIGHT,), 1.5, longer=True),
    Look("longer-150-small", (DARK, LIGHT_HIGH), 1.5, SMALL, longer=True),
)
"""All of them; the short run sees every screen in PLAIN's first dress, and the samples in more."""
