"""The panels around the evidence: checked by the console, agent's words, how sure, similar, checks to tick."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from console.presenters.ask_text import check_kind, own_words, similar_count, similar_text
from console.presenters.record_text import record_text
from console.theme.theme import Theme
from console.theme.tokens import BUTTON_SMALL, Token
from console.widgets.button import ActionButton
from console.widgets.check_box import CheckBox
from console.widgets.confidence_bar import ConfidenceBar
from console.widgets.elided_label import ElidedLabel
from console.widgets.panel import IconLabel, Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.verdict import Reason
from runtime.domain.words import VerdictKind
from runtime.projections.rows import SimilarDecision, TrackRecord

_MARK: dict[VerdictKind, tuple[str, Token]] = {
    VerdictKind.ALLOW: ("check", "text2"),
    VerdictKind.ASK: ("warning", "warn"),
    VerdictKind.DENY: ("failed", "crit"),
}


def emptied(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            emptied(inner)


def line(theme: Theme, icon: str, token: Token, text: str, aside: str, ink: Token = "text") -> QHBoxLayout:
    """Icon, wrapping words, and something quiet at the right."""
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    row.addWidget(IconLabel(theme, icon, token, 14))
    row.addWidget(PlainLabel(theme, text, "body", ink, breaks=True), 1)
    if aside:
        row.addWidget(PlainLabel(theme, aside, "meta", "text2", wrap=False))
    return row


class ChecksDone(Panel):
    """Every reason of the gate that spoke."""

    def __init__(self, theme: Theme, title: str = "") -> None:
        super().__init__(theme, title or self.tr("Checked by the console"))
        self._look = theme

    def show_reasons(self, reasons: tuple[Reason, ...]) -> None:
        emptied(self.body)
        for reason in reasons:
            icon, token = _MARK[reason.verdict]
            self.body.addLayout(line(self._look, icon, token, reason.sentence, check_kind(reason)))
        if not reasons:
            self.add(PlainLabel(self._look, self.tr("none"), "body", "text2"))


class Known(Panel):
    """What the console knows beside the action: what differs from last time, why it is asked anew, what may have
    happened, what stays as it is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, icon="info")
        self.text = PlainLabel(theme, "", "body")
        self.add(self.text)

    def show_known(self, differs: str, anew: str, known: str) -> None:
        before = self.tr("Asked before") if differs else self.tr("What I know")
        self.set_title(self.tr("Asked anew") if anew else before)
        self.text.setText("\n".join(text for text in (differs, anew, known) if text))
        self.setVisible(bool(differs or anew or known))


class OwnWords(Panel):
    """What the agent says, plain and labelled; 600 characters, then all of it on request."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("Agent's own words, not checked"), icon="message-square", dashed=True)
        self._words = ""
        self.text = PlainLabel(theme, "", "body", breaks=True)
        self.more = ActionButton(theme, self.tr("Show all of it"), None, None, "quiet", BUTTON_SMALL)
        self.more.activated.connect(self._show_all)
        self.add(self.text)
        self.add(self.more)

    def show_words(self, words: str) -> None:
        self._words = words
        shown, more = own_words(words)
        self.text.setText(shown or self.tr("none"))
        self.more.setVisible(more)

    def _show_all(self) -> None:
        self.text.setText(self._words)
        self.more.hide()


class HowSure(Panel):
    """Stated confidence beside the record, with counts."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("How sure, and how often right"))
        self.bar = ConfidenceBar(theme)
        self.sentence = PlainLabel(theme, "", "meta", "text2")
        self.add(self.bar)
        self.add(self.sentence)

    def show_record(self, track: TrackRecord, stated: float | None) -> None:
        text = record_text(track, stated)
        said = ". ".join(part for part in (*text.captions, text.sentence) if part)
        self.bar.set_values(text.stated, text.observed, text.interval, text.captions, said)
        self.sentence.setText(text.sentence)
        self.sentence.set_token("warn" if text.warn else "text2")


class Similar(Panel):
    """Earlier decisions about the same tool and shape of arguments."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("Similar decisions"))
        self._look = theme

    def show_similar(self, similar: tuple[SimilarDecision, ...], now: int) -> None:
        emptied(self.body)
        self.set_note(similar_count(similar) if similar else "")
        for one in similar:
            icon, what, who, said = similar_text(one, now)
            row = QHBoxLayout()
            row.setSpacing(self._look.px(8))
            row.addWidget(IconLabel(self._look, icon, "warn" if one.rolled_back or one.harmful else "text2", 14))
            label = ElidedLabel(self._look, what, "body")
            label.setAccessibleName(said)
            row.addWidget(label, 1)
            row.addWidget(PlainLabel(self._look, who, "meta", "text2", wrap=False))
            self.body.addLayout(row)
        if not similar:
            self.add(PlainLabel(self._look, self.tr("None yet."), "body", "text2"))


class ChecksToTick(Panel):
    """What a person confirms before approving what can't be undone."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("Check before you approve"))
        self._look = theme
        self.boxes: list[CheckBox] = []

    def show_checks(self, checks: tuple[str, ...]) -> None:
        emptied(self.body)
        self.boxes = []
        for text in checks:
            box = CheckBox(self._look, text)
            box.toggled.connect(self._toggled)
            self.add(box)
            self.boxes.append(box)
        self.setVisible(bool(checks))
        self._note_count()

    @property
    def ticked(self) -> tuple[int, ...]:
        """Their numbers."""
        return tuple(at for at, box in enumerate(self.boxes) if box.isChecked())

    @property
    def open_count(self) -> int:
        """How many are not ticked."""
        return len(self.boxes) - len(self.ticked)

    def first_open(self) -> QWidget | None:
        """Where V goes."""
        return next((box for box in self.boxes if not box.isChecked()), None)

    def _toggled(self) -> None:
        self._note_count()
        self.changed.emit()

    def _note_count(self) -> None:
        count = self.tr("{ticked} of {all}").format(ticked=len(self.ticked), all=len(self.boxes))
        self.set_note(count if self.boxes else "")
