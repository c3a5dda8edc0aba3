"""The hash chain as pictures: the badge that says whether it holds, and the place of one entry in it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from console.presenters.audit_text import ChainState, chain_words, is_bad, place_word, short_hash
from console.theme.icons import paint_icon
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL, Token
from console.widgets.painting import RIGHT, PaintedLabel, box, focus_ring, painting, words
from console.widgets.plain_label import plain_tooltip
from runtime.projections.rows import AuditEntry


class ChainBadge(QPushButton):
    """Says whether the chain was verified; pressing it verifies anew."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chain, self._newest = ChainState(), 1
        self._words = chain_words(self._chain, 0)  # before the first answer: not verified, as far as is known
        self.setAccessibleName(self.text())
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleDescription(self.tr("Key V. Press to verify every record"))
        theme.changed.connect(self._restyle)

    def show_chain(self, chain: ChainState, now: int) -> None:
        """What is known."""
        self._chain, self._words = chain, chain_words(chain, now)
        self._newest = max(self._newest, chain.newest, chain.records)
        self.setAccessibleName(" ".join(filter(None, self._words)))
        self._tell_cut()
        self._restyle()

    def text(self) -> str:
        return " ".join(filter(None, self._words))

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _tell_cut(self) -> None:
        """Where the detail has no room it is told whole; what differs is told always."""
        cut = self.text() if self.width() < self._needs(self._words) else ""
        self.setToolTip(plain_tooltip(self._chain.differs or cut))

    def _needs(self, said: tuple[str, str]) -> int:
        px, head, detail = self._theme.px, *said
        wide = self._theme.metrics("body_strong").horizontalAdvance(head) + px(12 + 24 + 14)
        return wide + (self._theme.metrics("meta").horizontalAdvance(detail) + px(10) if detail else 0)

    def sizeHint(self) -> QSize:
        """While it verifies and compares it is as wide as what it will say at the end: nothing moves meanwhile."""
        said = self._words
        if self._chain.running or self._chain.comparing:
            end = ChainState(self._newest, self._newest, newest=self._newest, compared=True)
            said = chain_words(end, end.at)
        return QSize(self._needs(said), self._theme.px(36))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._needs((self._words[0], "")), self._theme.px(36))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_cut()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px, chain = self._theme, self._theme.px, self._chain
        verified = bool(chain.verified_to) and not chain.running and not chain.broken
        whole = verified and chain.covers_all and not chain.differs  # green says that all of it was verified
        ink: Token = "crit" if chain.broken else "warn" if chain.differs else "ok" if whole else "text2"
        icon = "circle-x" if chain.broken else "circle-check" if verified else "circle-dashed"
        icon = "warning" if chain.differs and verified else icon
        icon = "refresh-cw" if chain.running else icon
        with painting(self) as painter:
            fill = theme.color("critBg" if chain.broken else "hover") if chain.broken or self.underMouse() else None
            edge = theme.color("crit" if chain.broken else "ctl" if theme.is_high_contrast else "line2")
            box(painter, self.rect(), px(RADIUS_CONTROL), fill=fill, border=edge, width=theme.border)
            side = px(16)
            paint_icon(painter, theme, icon, ink, QRectF(px(12), (self.height() - side) / 2, side, side))
            head, detail = self._words
            left = px(36)
            room = QRectF(left, 0, self.width() - left, self.height())
            words(painter, theme, room, head, "body_strong", "crit" if chain.broken else "text")
            left += theme.metrics("body_strong").horizontalAdvance(head) + px(10)
            room = QRectF(left, 0, self.width() - left - px(10), self.height())
            said = theme.cut("meta", detail, int(room.width()) + 1)
            words(painter, theme, room, said, "meta", "text2")
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), px(RADIUS_CONTROL))


class ChainPlace(PaintedLabel):
    """The entry between its neighbours, newest on top, with the beginning of each hash."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", parent)
        self._lines: list[tuple[int, str, str]] = []
        self._bad: set[int] = set()
        self._own = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_entry(self, entry: AuditEntry, chain: ChainState) -> None:
        """The neighbours as they were read."""
        self._own = entry.row.seq
        around = dict(entry.neighbours)
        around.setdefault(self._own, entry.hash)
        self._lines = [
            (seq, short_hash(around[seq]), place_word(seq, self._own, chain)) for seq in sorted(around, reverse=True)
        ]
        self._bad = {seq for seq in around if is_bad(seq, chain)}
        place = self.tr("{seq} hash {digest} {state}")
        said = "; ".join(place.format(seq=f"{seq:,}", digest=digest, state=state) for seq, digest, state in self._lines)
        self.setAccessibleName(self.tr("Place in the chain: {places}").format(places=said))
        self._restyle()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(28) * max(1, len(self._lines)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        tall, middle = px(28), px(8)
        with painting(self) as painter:
            painter.setPen(QPen(theme.color("ctl"), theme.border))
            if len(self._lines) > 1:
                painter.drawLine(QPointF(middle, tall / 2), QPointF(middle, tall * (len(self._lines) - 0.5)))
            for at, (seq, digest, state) in enumerate(self._lines):
                row, own = QRectF(0, at * tall, self.width(), tall), seq == self._own
                bad = seq in self._bad
                colour = theme.color("crit" if bad else "text" if own else "ctl")
                painter.setPen(QPen(colour, 1.5))
                painter.setBrush(colour if own else theme.color("bg"))
                painter.drawEllipse(QPointF(middle, row.center().y()), px(4), px(4))
                ink: Token = "text" if own else "text2"
                number = row.adjusted(px(24), 0, 0, 0)
                words(painter, theme, number, f"{seq:,}", "body_strong" if own else "body_medium", ink)
                words(painter, theme, row.adjusted(px(90), 0, 0, 0), digest, "mono", ink)
                words(painter, theme, row, state, "meta", "crit" if bad else "text2", RIGHT)
