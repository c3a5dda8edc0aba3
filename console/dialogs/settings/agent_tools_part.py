"""The tools granted to an agent: a family a row, its options as JSON, and for SQL the statements in a list."""

import json

from msgspec.structs import replace

from console.dialogs.settings.form import pick
from console.dialogs.settings.table_part import TablePart
from console.models.plain_rows import PlainRow, PlainRows
from console.theme.theme import Theme
from console.widgets.data_table import Cell, DataTable
from runtime.domain.action import BadArguments, canonical, parse_arguments
from runtime.domain.agent_spec import ToolGrant
from runtime.tools.families import FAMILIES


def pretty(options: str) -> str:
    """Canonical JSON, indented; what is no JSON stays as it is."""
    try:
        return json.dumps(json.loads(options), indent=2, ensure_ascii=False)
    except ValueError:
        return options


def as_options(text: str) -> str:
    """What was typed as canonical JSON; while it is none, as it is, so that its fault is told."""
    try:
        return canonical(parse_arguments(text.strip() or "{}"))
    except BadArguments:
        return text


def statements_of(grant: ToolGrant) -> list[tuple[str, str, str]]:
    """(name, kind, purpose) of each named statement of an SQL grant."""
    try:
        found = json.loads(grant.options).get("statements", [])
    except (ValueError, AttributeError):
        return []
    return [
        (str(one.get("name", "")), str(one.get("kind", "")), str(one.get("purpose", "")))
        for one in found
        if isinstance(one, dict)
    ]


class AgentToolsPart(TablePart[ToolGrant]):
    """Options are checked by the family while they are typed; faults stand below the editor."""

    def __init__(self, theme: Theme) -> None:
        titles = (self.tr("Family"), self.tr("Tools"), self.tr("Options"))
        super().__init__(theme, self.tr("Granted tools"), titles, (110, 220, 300), 2)
        self.table.setMinimumHeight(theme.px(110))

    def build_form(self, theme: Theme) -> None:
        self.family = self.form.choice(self.tr("Family"), [(name, name) for name in FAMILIES])
        self.only = self.form.text(
            self.tr("Only these"),
            self.tr("Full names with blanks between, for example files.read files.list. Empty = all of the family."),
            longest=2_000,
        )
        self.options = self.form.lines(
            self.tr("Options"), self.tr('JSON, for example {"folder": "products"}'), 7, mono=True
        )
        self.statement_rows = PlainRows((self.tr("Statement"), self.tr("Kind"), self.tr("Purpose")), self)
        self.statements = DataTable(theme, self.tr("Statements it may run"), (180, 80, 240), 2)
        self.statements.setModel(self.statement_rows)
        self.statements.setMinimumHeight(theme.px(120))
        self.form.put(self.tr("Statements"), self.statements)

    def grants(self) -> tuple[ToolGrant, ...]:
        """What the table says."""
        return tuple(self.items)

    def new_item(self) -> ToolGrant:
        taken = {grant.family for grant in self.items}
        return ToolGrant(next((name for name in FAMILIES if name not in taken), "files"))

    def fill(self, item: ToolGrant) -> None:
        pick(self.family, item.family)
        self.only.setText(" ".join(item.only))
        text = pretty(item.options)
        if self.options.toPlainText() != text:
            self.options.setPlainText(text)
        self._show_statements(item)

    def _show_statements(self, item: ToolGrant) -> None:
        self.statements.setEnabled(item.family == "sql")
        self.statement_rows.show_rows(
            [
                PlainRow(name, (Cell("", mono=name), Cell(kind), Cell(purpose, "text2")))
                for name, kind, purpose in (statements_of(item) if item.family == "sql" else [])
            ]
        )

    def read(self, item: ToolGrant) -> ToolGrant:
        found = replace(
            item,
            family=str(self.family.currentData()),
            options=as_options(self.options.toPlainText()),
            only=tuple(self.only.text().split()),
        )
        self._show_statements(found)
        return found

    def cells(self, at: int, item: ToolGrant) -> tuple[Cell, ...]:
        count = len(statements_of(item)) if item.family == "sql" else 0
        tools = ", ".join(item.only) or self.tr("all of the family")
        shown = self.tr("{count} statements").format(count=count) if count else " ".join(item.options.split())
        return Cell(item.family, role="body_medium"), Cell(tools, "text2"), Cell("", mono=shown)
