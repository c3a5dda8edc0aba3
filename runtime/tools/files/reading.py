"""files.list and files.read: what is in the granted folder, as text and numbers."""

import hashlib
import stat
from collections.abc import Iterator
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.words import Tier
from runtime.tools.contract import (
    Appraisal,
    Preview,
    PreviewKind,
    ToolContext,
    ToolFailed,
    ToolResult,
)
from runtime.tools.files.options import KEPT_MOST, NOT_TEXT, TOO_LARGE, Grant, Path, contract
from runtime.tools.granted_folder import GrantedFolder
from runtime.tools.read_only import Reading
from runtime.tools.stopping import stop_if_asked
from runtime.tools.text_changes import amount, as_text, lines_of, shortened

Folder = Annotated[str, Field(description="Folder relative to the granted folder; empty = the granted folder.")]
Kind = Literal["file", "folder", "link", "other"]


class ListInput(BaseModel):
    """What to list."""

    model_config = ConfigDict(extra="forbid")
    path: Folder = ""
    recursive: bool = Field(default=False, description="Also what is in the folders below.")
    limit: int = Field(default=500, ge=1, le=5000, description="Most entries to return.")


class Entry(BaseModel):
    """One name in the folder."""

    path: str
    kind: Kind
    bytes: int


class ListOutput(BaseModel):
    """``truncated``: there is more than ``limit``."""

    entries: list[Entry]
    truncated: bool


def walk(folder: GrantedFolder, path: str, recursive: bool, context: ToolContext) -> Iterator[Entry]:
    """Everything below ``path`` but the console's own files, sorted by folder; links are named, never entered."""
    waiting = [path]
    while waiting:
        stop_if_asked(context)
        current = waiting.pop(0)
        with folder.opened(current) as opened:
            found = list(opened.entries())
        for name, state in found:
            entry = f"{current}/{name}" if current else name
            if folder.hides(entry):
                continue
            kind = _kind(state.st_mode)
            yield Entry(path=_sayable(entry), kind=kind, bytes=state.st_size if kind == "file" else 0)
            if recursive and kind == "folder":
                waiting.append(entry)


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "other"


def _sayable(name: str) -> str:
    """File names that are not UTF-8 have no exact text; they are shown with their odd bytes spelled out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class ListFiles(Reading):
    """files.list"""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        purpose = "List files and folders, with sizes."
        self.contract = contract(grant, "list", purpose, (ListInput, ListOutput))

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts about this listing."""
        given = cast(ListInput, arguments)
        resource = self._grant.folder(context).resource(given.path)
        return Appraisal(
            title=shortened(f"List {resource or 'the workspace folder'}", 60),
            resource=f"{resource}/",
            touches="Nothing is changed",
            tier=Tier.NOTHING,
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """Which folder."""
        return Preview(PreviewKind.TEXT, self.appraise(arguments, context).title, "Nothing is changed.")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """List."""
        given = cast(ListInput, arguments)
        entries: list[Entry] = []
        truncated = False
        for entry in walk(self._grant.folder(context), given.path, given.recursive, context):
            if len(entries) == given.limit:
                truncated = True
                break
            entries.append(entry)
        summary = f"{amount(len(entries), 'entry').replace('entrys', 'entries')} in {given.path or self._grant.words}"
        return ToolResult(ListOutput(entries=entries, truncated=truncated), summary)


class ReadInput(BaseModel):
    """Which lines of which file."""

    model_config = ConfigDict(extra="forbid")
    path: Path
    offset: int = Field(default=1, ge=1, le=10_000_000, description="First line to return, counted from 1.")
    limit: int = Field(default=2000, ge=1, le=20_000, description="Most lines to return.")


class ReadOutput(BaseModel):
    """``lines`` and ``bytes`` count the whole file; ``next_offset`` is where the rest begins, 0 = nothing is left."""

    path: str
    content: str
    lines: int
    bytes: int
    sha256: str
    next_offset: int


class ReadFile(Reading):
    """files.read"""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        purpose = "Read a text file, whole or some of its lines."
        self.contract = contract(grant, "read", purpose, (ReadInput, ReadOutput), failures=(TOO_LARGE, NOT_TEXT))

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts about this reading."""
        given = cast(ReadInput, arguments)
        folder = self._grant.folder(context)
        with folder.spot(given.path):
            resource = folder.resource(given.path)
        return Appraisal(
            title=f"Read {shortened(given.path, 55)}",
            resource=resource,
            touches="Nothing is changed",
            tier=Tier.NOTHING,
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """Which file."""
        given = cast(ReadInput, arguments)
        return Preview(PreviewKind.TEXT, f"Read {given.path}", "Nothing is changed.")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Read."""
        stop_if_asked(context)
        given = cast(ReadInput, arguments)
        content, _ = self._grant.folder(context).read(given.path, KEPT_MOST)
        text = as_text(content)
        if text is None:
            sentence = f"{given.path} is not UTF-8 text ({len(content):,} bytes); this tool reads text only."
            raise ToolFailed(NOT_TEXT.code, sentence)
        lines = lines_of(text)
        part = lines[given.offset - 1 : given.offset - 1 + given.limit]
        chosen = "".join(part)
        most = self._grant.options.max_bytes
        if len(chosen.encode()) > most:
            sentence = (
                f"{given.path} has {amount(len(lines), 'line')} and {len(content):,} bytes; the {len(part):,} "
                f"asked for are more than {most:,} bytes. Ask for fewer with offset and limit."
            )
            raise ToolFailed(TOO_LARGE.code, sentence)
        end = given.offset - 1 + len(part)
        output = ReadOutput(
            path=given.path,
            content=chosen,
            lines=len(lines),
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            next_offset=end + 1 if part and end < len(lines) else 0,
        )
        return ToolResult(output, f"Read {given.path}, {len(part):,} of {amount(len(lines), 'line')}")
