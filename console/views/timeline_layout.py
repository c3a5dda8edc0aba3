"""Where the texts of one timeline step stand: worked out once per text, width and size, then only read."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextLayout, QTextOption

from console.presenters.timeline_text import (
    LINES_FIRST,
    LINES_MORE,
    Line,
    LiveText,
    aside_of,
    icon_of,
    is_tool_step,
    key_of,
    mark_of,
    output_lines,
    rest_text,
    time_of,
    title_of,
    tone_of,
    undoes_text,
)
from console.presenters.visible_text import as_words, marked
from console.presenters.wording import later, say
from console.theme.fonts import Role
from console.theme.theme import Theme
from console.theme.tokens import Token
from console.widgets.painting import INK
from runtime.projections.rows import TimelineStep

TIME_LEFT, MARK_MIDDLE, TEXT_LEFT, RIGHT_MARGIN = 20, 96, 118, 24
ROLL_BACK = later("Roll back to here")
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Text:
    """One painted line."""

    left: float
    top: float
    words: str
    role: Role
    token: Token
    struck: bool = False
    right: bool = False


@dataclass(slots=True)
class StepLayout:
    """All of a row. ``more`` counts the lines that are not shown at this level."""

    icon: str
    icon_token: Token
    height: float = 0.0
    texts: list[Text] = field(default_factory=list)
    ground: QRectF | None = None
    band: QRectF | None = None
    button: QRectF | None = None
    more: int = 0


class TimelineLayout:
    """Lays steps out for one width; forgets everything when theme or width change."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._width = 0
        self._known: dict[str, tuple[Line, int, StepLayout]] = {}
        self._wide: dict[Role, float] = {}
        theme.changed.connect(self._known.clear)
        theme.changed.connect(self._wide.clear)

    def of(self, line: Line, level: int, width: int) -> StepLayout:
        """The layout of a line; cheap when it was asked for before."""
        if width != self._width:
            self._width = width
            self._known.clear()
        key = key_of(line)
        known = self._known.get(key)
        if known is not None and known[1] == level and (known[0] is line or known[0] == line):
            return known[2]
        if len(self._known) > 6_000:
            self._known.clear()
        made = self._checkpoint(line) if _is_checkpoint(line) else self._step(line, level)
        self._known[key] = (line, level, made)
        return made

    # -- forms ---------------------------------------------------------------------------------------------------
    def _step(self, line: Line, level: int) -> StepLayout:
        px, tone = self._theme.px, tone_of(line)
        made = StepLayout(icon_of(line), INK[tone])
        struck = isinstance(line, TimelineStep) and line.undone
        top = float(px(9))
        self._time(made, line, top)
        aside = aside_of(line)
        right = self._width - px(RIGHT_MARGIN)
        if aside:
            live: Token = "accent" if mark_of(line) == "live" else "text2"
            made.texts.append(Text(right, top, aside, "meta", live, right=True))
        wide = right - px(TEXT_LEFT) - (self._theme.metrics("meta").horizontalAdvance(aside) + px(16) if aside else 0)
        strong = is_tool_step(line) or isinstance(line, LiveText)
        role: Role = "body_strong" if strong else "body"
        quiet = isinstance(line, TimelineStep) and line.mark in ("done", "plan", "paused", "resumed", "thought")
        token: Token = "warn" if tone == "warn" else "text3" if struck else "text2" if quiet else "text"
        limit = LINES_FIRST if level == 0 else LINES_MORE
        top = self._block(made, marked(title_of(line)), role, token, top, wide, limit + 1, struck=struck)
        if isinstance(line, TimelineStep):
            top = self._arguments(made, line, top, level, struck)
            words: Role = "body" if line.mark == "thought" else "mono"
            top = self._output(made, output_lines(line.output) if line.output else (), words, top, limit)
        else:
            top = self._output(made, tuple(line.text.split("\n")), "body", top, LINES_MORE, tail=True)
        least = px(54) if is_tool_step(line) else px(36)
        made.height = max(float(least), top + px(9))
        return made

    def _checkpoint(self, line: Line) -> StepLayout:
        assert isinstance(line, TimelineStep)
        px, metrics = self._theme.px, self._theme.metrics
        made = StepLayout("checkpoint", "text2")
        right = self._width - px(RIGHT_MARGIN) + px(8)
        left = float(px(MARK_MIDDLE) - px(12))
        button = metrics("meta_strong").horizontalAdvance(say(ROLL_BACK)) + px(36) if line.undoes else 0
        undoes = undoes_text(line)
        beside = metrics("meta").horizontalAdvance(undoes) + px(8) + (button + px(8) if button else 0)
        wide = right - px(TEXT_LEFT) - beside - px(8)
        below = wide < px(120)  # a narrow pane: what it undoes goes under the title
        top = float(px(15))
        self._time(made, line, top)
        title_wide = right - px(TEXT_LEFT) - px(8) if below else wide
        bottom = self._block(made, marked(line.title), "body_strong", "text", top, title_wide, 4)
        row = bottom + px(4) if below else top
        tall = px(28)
        if button:
            made.button = QRectF(right - button - px(4), row + px(9) - tall / 2, button, tall)
        edge = made.button.left() - px(8) if made.button else right - px(12)
        made.texts.append(Text(edge, row, undoes, "meta", "text2", right=True))
        end = max(bottom, row + px(22) if below else bottom)
        made.band = QRectF(left, px(6), right - left, end + px(9) - px(6))
        made.height = made.band.bottom() + px(6)
        return made

    # -- parts ---------------------------------------------------------------------------------------------------
    def _time(self, made: StepLayout, line: Line, top: float) -> None:
        made.texts.append(Text(self._theme.px(TIME_LEFT), top, time_of(line), "meta", "text2"))

    def _arguments(self, made: StepLayout, line: TimelineStep, top: float, level: int, struck: bool) -> float:
        """Tool and exact arguments; what does not fit is counted, never cut silently."""
        if not (line.tool or line.arguments):
            return top
        px = self._theme.px
        wide = self._width - px(TEXT_LEFT) - px(RIGHT_MARGIN)
        words = f"{line.tool}  {_visible(line.arguments[:_LONGEST])}".strip()
        limit = LINES_FIRST if level == 0 else LINES_MORE
        return self._block(made, words, "mono", "text3" if struck else "text2", top + px(3), wide, limit, struck=struck)

    def _output(
        self, made: StepLayout, lines: tuple[str, ...], role: Role, top: float, limit: int, *, tail: bool = False
    ) -> float:
        """The sunken box; ``tail`` shows the newest lines instead of the first."""
        if not lines or not any(line.strip() for line in lines):
            return top
        px = self._theme.px
        wide = self._width - px(TEXT_LEFT) - px(RIGHT_MARGIN) - px(24)
        shown: list[str] = []
        rest = 0
        for line in lines[-limit:] if tail else lines:
            if len(shown) < limit or tail:
                shown += self._wrapped(_visible(line[:_LONGEST]), role, wide)
                rest += self._beyond(line, role, wide)
            else:
                rest += self._count(line, role, wide)
        rest += max(0, len(shown) - limit)
        shown = shown[-limit:] if tail else shown[:limit]
        begin = top + px(8)
        step = float(px(20))
        at = begin + px(8)
        for words in shown:
            made.texts.append(Text(px(TEXT_LEFT) + px(12), at, words, role, "text" if role == "body" else "text2"))
            at += step
        if rest and not tail:
            made.more += rest
            said = rest_text(rest, opens_all=limit != LINES_FIRST)
            made.texts.append(Text(px(TEXT_LEFT) + px(12), at, said, "meta", "text3"))
            at += step
        made.ground = QRectF(px(TEXT_LEFT), begin, wide + px(24), at + px(6) - begin)
        return made.ground.bottom()

    def _block(
        self,
        made: StepLayout,
        words: str,
        role: Role,
        token: Token,
        top: float,
        wide: float,
        limit: int,
        *,
        struck: bool = False,
    ) -> float:
        lines = self._wrapped(words[:_LONGEST], role, wide)
        rest = len(lines) - limit + self._beyond(words, role, wide)
        step = float(self._theme.px(18 if role != "mono" else 17))
        for line in lines[:limit] if rest > 0 else lines:
            made.texts.append(Text(self._theme.px(TEXT_LEFT), top, line, role, token, struck))
            top += step
        if rest > 0:
            made.more += rest
            made.texts.append(Text(self._theme.px(TEXT_LEFT), top, rest_text(rest), "meta", "text3"))
            top += step
        return top

    def _count(self, line: str, role: Role, wide: float) -> int:
        """How many lines one line of an output takes; by its letters where it would take longer to lay it out."""
        if len(line) * self._widest(role) <= wide:
            return 1
        return len(self._wrapped(_visible(line[:_LONGEST]), role, wide)) + self._beyond(line, role, wide)

    def _beyond(self, line: str, role: Role, wide: float) -> int:
        """About how many lines the part takes that is never laid out: the dialog with the whole shows it."""
        return -(-max(0, len(line) - _LONGEST) // max(8, int(wide / self._widest(role))))

    def _widest(self, role: Role) -> float:
        """A cell of code, or the widest letter of a text: what surely fits is not measured."""
        if role not in self._wide:
            letters = "0" if role == "mono" else "W"
            self._wide[role] = self._theme.metrics(role).horizontalAdvance(letters * 100) / 100
        return self._wide[role]

    def _wrapped(self, text: str, role: Role, wide: float) -> list[str]:
        """Lines no wider than ``wide``; nothing is left out."""
        metrics = self._theme.metrics(role)
        found: list[str] = []
        widest = self._widest(role)
        for part in text.replace("\t", "    ").split("\n"):
            if len(part) * widest <= wide:
                found.append(part)
                continue
            if role == "mono" and part.isascii():
                cells = max(8, int(wide / widest))
                found += [part[at : at + cells] for at in range(0, len(part), cells)]
                continue
            if metrics.horizontalAdvance(part) <= wide:
                found.append(part)
                continue
            layout = QTextLayout(part, self._theme.font(role))
            option = QTextOption()
            # code has no word boundaries that mean anything: every line is filled
            anywhere, at_words = QTextOption.WrapMode.WrapAnywhere, QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
            option.setWrapMode(anywhere if role == "mono" else at_words)
            layout.setTextOption(option)
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(max(40.0, wide))
                found.append(part[line.textStart() : line.textStart() + line.textLength()])
            layout.endLayout()
        return found


def _is_checkpoint(line: Line) -> bool:
    return isinstance(line, TimelineStep) and line.mark == "checkpoint"


def _visible(text: str) -> str:
    """Hidden and look-alike characters as labels; what is plainly plain is not looked at twice."""
    if text.isascii() and text.isprintable() and not text.endswith(" "):
        return text
    return as_words(text)
