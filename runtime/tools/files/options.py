"""What a grant of the files family says, and the contract its tools share."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from runtime.domain.words import EffectKind, Idempotency
from runtime.tools.contract import Failure, ToolContext, ToolContract, ToolFailed
from runtime.tools.granted_folder import FOLDER_FAILURES, GrantedFolder
from runtime.tools.path_names import workspace_path
from runtime.tools.stopping import STOPPED_FAILURE

TOO_LARGE = Failure("too-large", "The file or the part asked for is larger than this tool handles.")
NOT_TEXT = Failure("not-text", "The file is not UTF-8 text.")
CHANGED_SINCE = Failure("changed-since", "This call ran before and somebody changed the file since.")
CHANGE_FACTS = (
    ("path", "text"),
    ("lines_changed", "integer"),
    ("bytes", "integer"),
    ("creates", "boolean"),
    ("binary", "boolean"),
)
KEPT_MOST = 64 * 1024 * 1024
"""Bytes; what is larger cannot be kept for undo and is therefore not changed."""


class FilesOptions(BaseModel):
    """``folder``: granted folder relative to the workspace, "" = the whole workspace but the console's own files."""

    model_config = ConfigDict(extra="forbid")
    folder: Annotated[str, AfterValidator(workspace_path)] = ""
    read_only: bool = False
    max_bytes: int = Field(default=1_048_576, ge=1, le=KEPT_MOST)
    """Largest text that is read at once or written."""


class Grant:
    """Options with the canonical text they were read from."""

    def __init__(self, options: FilesOptions, text: str) -> None:
        self.options = options
        self.text = text

    @property
    def words(self) -> str:
        """The granted folder in words."""
        return f"{self.options.folder}/" if self.options.folder else "the workspace folder"

    def folder(self, context: ToolContext) -> GrantedFolder:
        """The granted folder in this workspace."""
        return GrantedFolder(context.folder, self.options.folder)

    def checked_size(self, content: bytes, path: str) -> None:
        """Refuse text larger than the grant allows."""
        most = self.options.max_bytes
        if len(content) > most:
            raise ToolFailed(TOO_LARGE.code, f"The text for {path} has {len(content):,} bytes; {most:,} are allowed.")


Path = Annotated[
    str,
    Field(description="Path relative to the granted folder, folders separated by '/'.", min_length=1, max_length=2000),
]


def contract(
    grant: Grant, verb: str, purpose: str, models: tuple[type[BaseModel], type[BaseModel]], **more: Any
) -> ToolContract:
    """A contract with what all tools of this family have in common."""
    reads = more.get("effect", EffectKind.READ) is EffectKind.READ
    failures: tuple[Failure, ...] = more.pop("failures", ())
    defaults: dict[str, Any] = {
        "version": 1,
        "effect": EffectKind.READ,
        "scope": f"{'reads' if reads else 'changes'} files below {grant.words}",
        "idempotency": Idempotency.REPEATABLE if reads else Idempotency.QUERYABLE,
        "time_limit_s": 30.0,
        "undo": "Nothing to undo: it only reads.",
        "options": grant.text,
        "facts": () if reads else CHANGE_FACTS,
    }
    return ToolContract(
        name=f"files.{verb}",
        purpose=purpose,
        input=models[0],
        output=models[1],
        failures=(*FOLDER_FAILURES, *failures, STOPPED_FAILURE),
        **{**defaults, **more},
    )
