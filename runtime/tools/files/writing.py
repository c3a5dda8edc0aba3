"""files.write and files.edit: a whole text, or one passage of it, put in place atomically."""

from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.words import EffectKind
from runtime.tools.contract import Failure, ToolFailed
from runtime.tools.files.changing import Changing, Plan, PlannedFile, sha256
from runtime.tools.files.options import CHANGED_SINCE, KEPT_MOST, NOT_TEXT, TOO_LARGE, Grant, Path, contract
from runtime.tools.granted_folder import NO_SPACE, NOT_A_FILE, GrantedFolder, kind_of
from runtime.tools.text_changes import amount, as_text, lines_changed

NEW_FILE_MODE = 0o644
NOT_FOUND = Failure("not-found", "The passage to change is not in the file, or more than once.")
UNDO = "The former bytes and permissions are put back; a new file and the folders made for it are removed."
FAILURES = (TOO_LARGE, NOT_TEXT, CHANGED_SINCE, NO_SPACE)


class WriteInput(BaseModel):
    """The whole new content of a file."""

    model_config = ConfigDict(extra="forbid")
    path: Path
    content: str = Field(description="The whole text of the file as it is to be.")


class EditInput(BaseModel):
    """One passage of a file."""

    model_config = ConfigDict(extra="forbid")
    path: Path
    find: str = Field(min_length=1, description="The passage to change, exactly as it stands; it must be there once.")
    replace: str = Field(description="What takes its place; empty removes it.")


class WriteOutput(BaseModel):
    """What the file is now."""

    path: str
    created: bool
    bytes: int
    lines_changed: int
    sha256: str


class WriteFile(Changing):
    """files.write"""

    def __init__(self, grant: Grant) -> None:
        super().__init__(grant)
        purpose = "Write a whole text file, new or over an existing one."
        models = (WriteInput, WriteOutput)
        self.contract = contract(
            grant, "write", purpose, models, effect=EffectKind.REVERSIBLE, failures=FAILURES, undo=UNDO
        )

    def plan(self, arguments: BaseModel, folder: GrantedFolder) -> Plan:
        """The new content over what is there."""
        given = cast(WriteInput, arguments)
        return self.text_plan(given.path, given.content, folder)

    def text_plan(self, path: str, text: str, folder: GrantedFolder) -> Plan:
        """Plan to make ``text`` the content of ``path``."""
        content = text.encode()
        self._grant.checked_size(content, path)
        before = folder.look(path, KEPT_MOST)
        with folder.spot(path) as spot:
            made = spot.made()
            blocking = spot.folder.stat(spot.missing[0]) if spot.missing else None
            if blocking is not None:
                raise ToolFailed(NOT_A_FILE.code, f"{spot.missing[0]} is {kind_of(blocking.st_mode)}, not a folder.")
        former = b"" if before is None else before[0]
        old = as_text(former)
        changed = lines_changed(old, text) if old is not None and "\x00" not in text else 0
        output = WriteOutput(
            path=path, created=before is None, bytes=len(content), lines_changed=changed, sha256=sha256(content)
        )
        mode = NEW_FILE_MODE if before is None else before[1]
        verb, past = ("Create", "Created") if before is None else ("Change", "Changed")
        counted = f"{len(content):,} bytes" if old is None else amount(changed, "line")
        planned = PlannedFile(path, before, (content, mode))
        return Plan(verb, (planned,), output, f"{past} {path}, {counted}", made=made)

    def act(self, plan: Plan, folder: GrantedFolder, draft: str) -> None:
        """Put it in place whole or not at all."""
        file = plan.files[0]
        assert file.after is not None
        with folder.made(file.path) as inside:
            inside.replace(file.path.rsplit("/", 1)[-1], *file.after, draft)


class EditFile(WriteFile):
    """files.edit"""

    def __init__(self, grant: Grant) -> None:
        super().__init__(grant)
        self.contract = contract(
            grant,
            "edit",
            "Change one passage of a text file and leave the rest as it is.",
            (EditInput, WriteOutput),
            effect=EffectKind.REVERSIBLE,
            failures=(*FAILURES, NOT_FOUND),
            undo=UNDO,
        )

    def plan(self, arguments: BaseModel, folder: GrantedFolder) -> Plan:
        """The file with that one passage changed."""
        given = cast(EditInput, arguments)
        text = as_text(folder.read(given.path, KEPT_MOST)[0])
        if text is None:
            raise ToolFailed(NOT_TEXT.code, f"{given.path} is not UTF-8 text; only text can be edited.")
        count = text.count(given.find)
        if count != 1:
            said = "is not there" if count == 0 else f"is there {count} times; give more of what stands around it"
            raise ToolFailed(NOT_FOUND.code, f"The passage {said}, in {given.path}. Nothing was changed.")
        return self.text_plan(given.path, text.replace(given.find, given.replace), folder)
