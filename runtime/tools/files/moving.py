"""files.move and files.delete: a file gets another name or goes away; what it was is kept."""

from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.words import EffectKind
from runtime.tools.contract import Preview, PreviewKind, ToolContext, ToolFailed
from runtime.tools.files.changing import Changing, Plan, PlannedFile, plan_bytes
from runtime.tools.files.options import CHANGED_SINCE, KEPT_MOST, TOO_LARGE, Grant, Path, contract
from runtime.tools.granted_folder import EXISTS, GrantedFolder
from runtime.tools.text_changes import amount, shortened


class MoveInput(BaseModel):
    """From where to where."""

    model_config = ConfigDict(extra="forbid")
    path: Path
    to: Path = Field(description="New path relative to the granted folder; nothing may be there yet.")


class MoveOutput(BaseModel):
    """Where the file is now."""

    path: str
    to: str
    bytes: int


class DeleteInput(BaseModel):
    """Which file."""

    model_config = ConfigDict(extra="forbid")
    path: Path


class DeleteOutput(BaseModel):
    """What went away."""

    path: str
    bytes: int


class MoveFile(Changing):
    """files.move"""

    def __init__(self, grant: Grant) -> None:
        super().__init__(grant)
        self.contract = contract(
            grant,
            "move",
            "Give a file another name or another folder.",
            (MoveInput, MoveOutput),
            effect=EffectKind.REVERSIBLE,
            failures=(TOO_LARGE, CHANGED_SINCE),
            undo="The file gets its former name back; folders made for it are removed.",
        )

    def plan(self, arguments: BaseModel, folder: GrantedFolder) -> Plan:
        """The file under its new name; nothing may be there."""
        given = cast(MoveInput, arguments)
        body = folder.read(given.path, KEPT_MOST)
        with folder.spot(given.to) as spot:
            made = spot.made()
            if not spot.missing and spot.folder.stat(spot.name) is not None:
                raise ToolFailed(EXISTS.code, f"There is already {given.to}; nothing was moved.")
        files = (PlannedFile(given.path, body, None), PlannedFile(given.to, None, body))
        output = MoveOutput(path=given.path, to=given.to, bytes=len(body[0]))
        title = f"Move {shortened(given.path, 25)} to {shortened(given.to, 25)}"
        return Plan(
            "Move", files, output, f"Moved {given.path} to {given.to}", made=made, title=title, touches="1 file"
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """From where to where; the content stays."""
        plan = self.plan(arguments, self._grant.folder(context))
        source, target = plan.files
        said = f"{source.path}\n-> {target.path}\nThe content stays: {amount(plan_bytes(plan), 'byte')}."
        return Preview(PreviewKind.TEXT, plan.title, said)

    def act(self, plan: Plan, folder: GrantedFolder, draft: str) -> None:
        """Rename."""
        source, target = (file.path for file in plan.files)
        with folder.made(target) as there, folder.spot(source) as here:
            here.folder.move(here.name, there, target.rsplit("/", 1)[-1])


class DeleteFile(Changing):
    """files.delete"""

    def __init__(self, grant: Grant) -> None:
        super().__init__(grant)
        self.contract = contract(
            grant,
            "delete",
            "Delete a file.",
            (DeleteInput, DeleteOutput),
            effect=EffectKind.REVERSIBLE,
            failures=(TOO_LARGE, CHANGED_SINCE),
            undo="The file is brought back with its bytes and permissions.",
        )

    def plan(self, arguments: BaseModel, folder: GrantedFolder) -> Plan:
        """The file, gone."""
        given = cast(DeleteInput, arguments)
        body = folder.read(given.path, KEPT_MOST)
        output = DeleteOutput(path=given.path, bytes=len(body[0]))
        summary = f"Deleted {given.path}, {amount(len(body[0]), 'byte')}"
        return Plan("Delete", (PlannedFile(given.path, body, None),), output, summary, wide=True)

    def act(self, plan: Plan, folder: GrantedFolder, draft: str) -> None:
        """Remove it; its content is kept as a blob."""
        with folder.spot(plan.files[0].path) as spot:
            spot.folder.remove(spot.name)
