"""Settings, Appearance: scheme, contrast and text size of the window; they hold at once and are kept."""

from typing import ClassVar, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSlider

from console.context import ConsoleContext
from console.dialogs.settings.form import Form
from console.dialogs.settings.page import SettingsPage
from console.presenters.wording import later
from console.theme.theme import Contrast, Motion, Scheme
from console.widgets.button import ActionButton
from console.widgets.chip import Chip
from console.widgets.flow_layout import FlowLayout
from console.widgets.meter import Meter
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from console.widgets.priority_mark import PriorityMark

SMALLEST, LARGEST, STEP = 90, 150, 5


class AppearancePage(SettingsPage):
    """What is chosen is seen at once in the whole window."""

    key: ClassVar[str] = "appearance"
    title: ClassVar[str] = later("Appearance")
    icon: ClassVar[str] = "sun"
    from_journal: ClassVar[bool] = False
    saves: ClassVar[bool] = False
    explanation: ClassVar[str] = later("Holds at once, for this person on this workstation.")

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        theme = context.theme
        form = Form(theme)
        self.scheme = form.segments(
            self.tr("Scheme"), [("system", self.tr("System")), ("dark", self.tr("Dark")), ("light", self.tr("Light"))]
        )
        self.contrast = form.segments(
            self.tr("Contrast"),
            [("system", self.tr("System")), ("normal", self.tr("Normal")), ("high", self.tr("High"))],
        )
        self.text_size = QSlider(Qt.Orientation.Horizontal)
        self.text_size.setMinimumHeight(self.context.theme.target)
        self.text_size.setRange(SMALLEST // STEP, LARGEST // STEP)
        self.text_size.setPageStep(2)
        self.text_size.setAccessibleName(self.tr("Text size"))
        form.put(self.tr("Text size"), self.text_size, self.tr("90 to 150 %, of text and everything around it."))
        self.percent = PlainLabel(theme, "", "meta_strong")
        form.put("", self.percent)
        self.motion = form.segments(
            self.tr("Movement"),
            [("system", self.tr("System")), ("full", self.tr("Fades")), ("reduced", self.tr("None"))],
            self.tr("None: menus and tooltips do not fade, and the caret does not blink."),
        )
        self.column.addWidget(form)
        self.column.addWidget(self._sample())
        self.column.addStretch(1)
        self.scheme.chosen.connect(self._apply)
        self.contrast.chosen.connect(self._apply)
        self.text_size.valueChanged.connect(self._sized)
        self.text_size.sliderReleased.connect(self._apply)
        self.motion.chosen.connect(self._apply)

    def _sample(self) -> Panel:
        theme = self.context.theme
        panel = Panel(theme, self.tr("How it looks"))
        row = FlowLayout(theme.px(10))
        row.addWidget(PriorityMark(theme, 1))
        row.addWidget(PlainLabel(theme, self.tr("Refund 14 orders, $1,212.40"), "body_strong", wrap=False))
        row.addWidget(Chip(theme, self.tr("not reversible"), "crit"))
        row.addWidget(Chip(theme, self.tr("reversible")))
        panel.body.addLayout(row)
        panel.add(PlainLabel(theme, self.tr("payments.refund, 14 customers, 24 min left"), "mono", "text2"))
        panel.add(Meter(theme, 0.64, 0.8, name=self.tr("An example of a bar")))
        button = ActionButton(theme, self.tr("A button"), "check", "A", height=32)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        panel.add(button)
        return panel

    async def load(self) -> None:
        theme = self.context.theme
        self.scheme.set_current(theme.scheme)
        self.contrast.set_current(theme.contrast)
        self.text_size.setValue(round(theme.scale * 100 / STEP))
        self.percent.setText(f"{self.text_size.value() * STEP} %")
        self.motion.set_current(theme.motion)

    def _sized(self, value: int) -> None:
        self.percent.setText(f"{value * STEP} %")
        if not self.text_size.isSliderDown():
            self._apply()

    def _apply(self, _chosen: str = "") -> None:
        app = QApplication.instance()
        theme, kept = self.context.theme, self.context.settings
        scheme, contrast = cast(Scheme, self.scheme.current), cast(Contrast, self.contrast.current)
        scale = self.text_size.value() * STEP / 100
        kept.setValue("look/scheme", scheme)
        kept.setValue("look/contrast", contrast)
        kept.setValue("look/scale", str(scale))
        kept.setValue("look/motion", self.motion.current)
        theme.motion = cast(Motion, self.motion.current)
        if isinstance(app, QApplication):
            theme.apply(app, scheme, contrast, scale)
