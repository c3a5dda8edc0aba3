"""The bundled Lucide icons, tinted by token and drawn sharp at every pixel ratio."""

from __future__ import annotations

from contextlib import nullcontext
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from console.theme.bundled import bundled, resources_root
from console.theme.mirroring import upright
from console.theme.theme import Theme
from console.theme.tokens import Token

# The console's own words for things; every other name is Lucide's.
NAMES: dict[str, str] = {
    "fleet": "layout-grid",
    "approvals": "inbox",
    "runs": "workflow",
    "audit": "file-search",
    "spend": "coins",
    "evaluations": "flask-conical",
    "triggers": "zap",
    "stop": "square",
    "rollback": "rotate-ccw",
    "edit": "pencil",
    "filter": "funnel",
    "trash": "trash-2",
    "help-circle": "circle-question-mark",
    "help": "circle-question-mark",
    "open-run": "external-link",
    "hand-over": "users",
    "warning": "triangle-alert",
    "waiting": "hourglass",
    "checkpoint": "bookmark",
    "tool": "terminal",
    "said": "message-square",
    "done": "check",
    "failed": "x",
    "approved": "circle-check",
    "rejected": "circle-x",
    "running": "circle-dot",
    "todo": "circle",
    "skipped": "minus",
    "note": "message-square",
    "export": "share",
    "rule": "shield-check",
    "agent": "bot",
}
_STROKE = 'stroke-width="1.75"'
_CACHE_MAX = 2_000
DIRECTED = frozenset({"arrow-left", "arrow-right", "chevron-left", "chevron-right"})
"""Point on or back in reading direction: these are mirrored with it."""
_drawn: dict[tuple[str, int, int, float], QPixmap] = {}


def icon_names() -> list[str]:
    """Every name that `pixmap` understands, ours and Lucide's."""
    return sorted({*NAMES, *(path.stem for path in (resources_root() / "icons").glob("*.svg"))})


def read_icons() -> None:
    """Read every icon once, before the loop runs: painting must not touch the disk."""
    for name in icon_names():
        _source(name)


@cache
def _source(name: str) -> str:
    text = bundled("icons", f"{NAMES.get(name, name)}.svg").read_text(encoding="utf-8")
    return text.replace('stroke-width="2"', _STROKE)


def pixmap(theme: Theme, name: str, token: Token = "text2", size: int = 16, ratio: float = 1.0) -> QPixmap:
    """One icon in the colour of a token; `size` is at 100 % and grows with the person's scale."""
    colour = theme.color(token)
    side = theme.px(size)
    key = (name, colour.rgba(), side, ratio)
    found = _drawn.get(key)
    if found is None:
        if len(_drawn) >= _CACHE_MAX:
            _drawn.clear()
        found = _drawn[key] = _draw(_source(name).replace("currentColor", colour.name()), side, ratio)
    return found


def icon(theme: Theme, name: str, token: Token = "text2", size: int = 16) -> QIcon:
    """The icon for Qt's own widgets and menus, at the usual pixel ratios."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(theme, name, token, size, ratio))
    return made


def paint_icon(painter: QPainter, theme: Theme, name: str, token: Token, rect: QRectF) -> None:
    """Paints an icon centred in `rect`, as large as its shorter side."""
    size = min(rect.width(), rect.height())
    drawn = pixmap(theme, name, token, round(size / theme.scale), painter.device().devicePixelRatio())
    side = drawn.width() / drawn.devicePixelRatio()
    turned = nullcontext(QRectF(rect)) if name in DIRECTED else upright(painter, rect)
    with turned as place:
        left, top = round(place.center().x() - side / 2), round(place.center().y() - side / 2)
        painter.drawPixmap(QRectF(left, top, side, side), drawn, QRectF(drawn.rect()))


def _draw(svg: str, side: int, ratio: float) -> QPixmap:
    drawn = QPixmap(round(side * ratio), round(side * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn
