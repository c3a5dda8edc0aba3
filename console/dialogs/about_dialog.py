"""Version, licences and help."""

from __future__ import annotations

import asyncio
import importlib.metadata

from PySide6.QtGui import QGuiApplication, QTextCharFormat
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.dialog_size import open_at
from console.notices.notice import Notice
from console.presenters.help_pages import help_blocks
from console.presenters.wording import say
from console.system_check import machine_line
from console.theme.bundled import resources_root
from console.widgets.button import ActionButton
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented

_SHIPPED = (
    "PySide6-Essentials",
    "shiboken6",
    "qasync",
    "SQLAlchemy",
    "alembic",
    "pydantic",
    "msgspec",
    "anthropic",
    "openai",
    "httpx",
    "rfc8785",
    "cryptography",
    "cel-expr-python",
    "keyring",
    "genai-prices",
    "tenacity",
    "platformdirs",
    "jsonschema",
)


def version_text() -> str:
    """Name, version and machine, one a line."""
    try:
        version = importlib.metadata.version("operator-console")
    except importlib.metadata.PackageNotFoundError:
        version = say("0.1.0 (from a clone)")
    said = say("Operator console {version}", version=version)
    return f"{said}\n{machine_line()}"


def licence_text() -> str:
    """Our licence, those of the bundled files, and what each library says of itself."""
    parts = [
        say("Operator console is published under the MIT licence."),
        say(
            "Qt and PySide6 are used under the LGPL, linked dynamically: "
            "they can be replaced in the environment's folder."
        ),
        "",
    ]
    for name in _SHIPPED:
        try:
            found = importlib.metadata.metadata(name).json
        except importlib.metadata.PackageNotFoundError:
            continue
        licence = str(found.get("license_expression") or found.get("license") or "see its files").split("\n")[0]
        parts.append(f"{name} {found['version']}: {licence}")
    for path in sorted((resources_root() / "licences").glob("*")):
        parts.extend(["", "—" * 40, path.name, "", path.read_text(encoding="utf-8")])
    return "\n".join(parts)


def help_text() -> str:
    """The help pages that ship with the program, one after the other."""
    folder = resources_root() / "help"
    pages = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))] if folder.is_dir() else []
    return "\n\n".join(pages)


class AboutDialog(QDialog):
    """Three pages of plain text, and the crash reports of this session."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme, px = context.theme, context.theme.px
        self._context = context
        self.setWindowTitle(self.tr("Version, licences and help"))
        self.setModal(True)
        pages = (("help", self.tr("Help")), ("licences", self.tr("Licences")))
        self.tabs = Segmented(theme, pages, self.tr("Pages"), "help")
        self.pages = {key: self._page(title) for key, title in pages}
        stack = QStackedWidget()
        for page in self.pages.values():
            stack.addWidget(page)
        self.tabs.chosen.connect(lambda key: stack.setCurrentWidget(self.pages[key]))
        self._version = PlainLabel(theme, "", "body_medium", selectable=True)
        context.tasks.start(self._fill(), name="read help and licences", owner=self)
        close = ActionButton(theme, self.tr("Close"), None, "Esc", "normal", enter=True)
        close.activated.connect(self.accept)
        copy = ActionButton(theme, self.tr("Copy crash report"), "copy", None, "quiet")
        copy.activated.connect(self._copy)
        copy.setVisible(bool(context.notices.reports()))
        foot = QHBoxLayout()
        foot.addWidget(copy)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.addWidget(self._version)
        column.setSpacing(px(10))
        column.addWidget(self.tabs)
        column.addWidget(stack, 1)
        column.addLayout(foot)
        open_at(self, theme, 680, 600)

    async def _fill(self) -> None:
        """The files are read in a worker: nothing may touch the disk on the loop."""
        version, pages, licences = await asyncio.gather(
            *(asyncio.to_thread(read) for read in (version_text, help_text, licence_text))
        )
        self._version.setText(version)
        self._show_help(pages)
        self.pages["licences"].setPlainText(licences)

    def _page(self, title: str) -> QPlainTextEdit:
        page = QPlainTextEdit()
        page.setReadOnly(True)
        page.setAccessibleName(title)
        page.setFont(self._context.theme.font("body"))
        return page

    def _show_help(self, pages: str) -> None:
        """Plain text; a heading is told apart by its weight."""
        theme, page = self._context.theme, self.pages["help"]
        plain, strong = QTextCharFormat(), QTextCharFormat()
        plain.setFont(theme.font("body"))
        strong.setFont(theme.font("title"))
        cursor = page.textCursor()
        for heading, text in help_blocks(pages):
            cursor.insertText(text + ("\n" if heading else "\n\n"), strong if heading else plain)
        page.moveCursor(cursor.MoveOperation.Start)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._context.notices.reports())
        self._context.notices.tell(Notice("done", self.tr("Crash report copied")))
