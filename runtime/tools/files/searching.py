"""files.search: lines that hold a text, in the files of the granted folder."""

from fnmatch import fnmatchcase
from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.words import Tier
from runtime.tools.contract import Appraisal, Preview, PreviewKind, ToolContext, ToolFailed, ToolResult
from runtime.tools.files.options import Grant, contract
from runtime.tools.files.reading import Folder, walk
from runtime.tools.read_only import Reading
from runtime.tools.stopping import stop_if_asked
from runtime.tools.text_changes import amount, as_text, shortened

SEARCHED_MOST = 8 * 1024 * 1024
"""Bytes; larger files are counted as passed over, not searched."""
LINE_SHOWN = 400


class SearchInput(BaseModel):
    """What to look for and where."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=1000, description="The text to look for, as it is (no pattern).")
    path: Folder = ""
    names: str = Field(default="*", min_length=1, max_length=200, description="Only files with such a name, like *.md.")
    ignore_case: bool = Field(default=True, description="Upper and lower case are the same.")
    limit: int = Field(default=100, ge=1, le=2000, description="Most lines to return.")


class Match(BaseModel):
    """One line that holds the text."""

    path: str
    line: int
    text: str


class SearchOutput(BaseModel):
    """``passed_over``: files that are no text, too large, or could not be opened."""

    matches: list[Match]
    searched: int
    passed_over: int
    truncated: bool


class SearchFiles(Reading):
    """files.search"""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        purpose = "Find lines that hold a text, in all text files below a folder."
        self.contract = contract(grant, "search", purpose, (SearchInput, SearchOutput), time_limit_s=60.0)

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts about this search."""
        given = cast(SearchInput, arguments)
        resource = self._grant.folder(context).resource(given.path)
        return Appraisal(
            title=f"Search {shortened(resource or 'the workspace folder', 24)} for {shortened(given.text, 20)}",
            resource=f"{resource}/",
            touches="Nothing is changed",
            tier=Tier.NOTHING,
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """Where and what for."""
        return Preview(PreviewKind.TEXT, self.appraise(arguments, context).title, "Nothing is changed.")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Search."""
        given = cast(SearchInput, arguments)
        folder = self._grant.folder(context)
        output = SearchOutput(matches=[], searched=0, passed_over=0, truncated=False)
        for entry in walk(folder, given.path, True, context):
            if entry.kind != "file" or not fnmatchcase(entry.path.rsplit("/", 1)[-1], given.names):
                continue
            stop_if_asked(context)
            try:
                content, _ = folder.read(entry.path, SEARCHED_MOST)
                text = as_text(content)
            except ToolFailed:
                text = None
            if text is None:
                output.passed_over += 1
                continue
            output.searched += 1
            if not _look(text, entry.path, given, output):
                break
        found = amount(len(output.matches), "line")
        return ToolResult(output, f"{found} found in {amount(output.searched, 'file')}")


def _look(text: str, path: str, given: SearchInput, output: SearchOutput) -> bool:
    """Add the lines of one file; False when the limit is reached."""
    wanted = given.text.casefold() if given.ignore_case else given.text
    for number, line in enumerate(text.split("\n"), 1):
        if wanted in (line.casefold() if given.ignore_case else line):
            if len(output.matches) == given.limit:
                output.truncated = True
                return False
            output.matches.append(Match(path=path, line=number, text=line[:LINE_SHOWN].rstrip("\r")))
    return True
