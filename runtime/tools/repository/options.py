"""What a grant of the repository family says, and the contract its tools share."""

import os
import stat
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from runtime.domain.words import EffectKind, Idempotency
from runtime.tools.contract import Failure, ToolContext, ToolContract, ToolFailed
from runtime.tools.granted_folder import FOLDER_FAILURES, MISSING
from runtime.tools.path_names import workspace_path
from runtime.tools.repository.git import GIT
from runtime.tools.stopping import STOPPED_FAILURE

NOT_OURS = Failure(
    "not-ours", "The folder is no git repository of this person, or one of a kind that is not worked on."
)
TOO_LARGE = Failure("too-large", "The repository, the file or the part asked for is larger than this tool handles.")


def _place(text: str) -> str:
    """A folder in the workspace, or an absolute path on this machine."""
    if not os.path.isabs(text):
        return workspace_path(text)
    if ".." in Path(text).parts or "\x00" in text:
        raise ValueError("the path holds '..'; write the folder itself.")
    return text


def _absolute(text: str) -> str:
    if not os.path.isabs(text) or ".." in Path(text).parts or Path(text) == Path(text).parent or "\x00" in text:
        raise ValueError(f"{text!r} is not the absolute path of a folder.")
    return text


class TestCommand(BaseModel):
    """One way to test the repository: an argument list, never a shell text; it runs in a throw-away copy."""

    __test__ = False
    model_config = ConfigDict(extra="forbid")
    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,40}$")
    command: list[Annotated[str, Field(min_length=1, max_length=2000)]] = Field(min_length=1, max_length=100)


class RepositoryOptions(BaseModel):
    """``repository``: folder of the git repository, in the workspace or (absolute) elsewhere on this machine."""

    model_config = ConfigDict(extra="forbid")
    repository: Annotated[str, AfterValidator(_place)] = Field(default="repository", min_length=1)
    tests: list[TestCommand] = Field(default=[], max_length=20)
    programs: list[Annotated[str, AfterValidator(_absolute)]] = Field(default=[], max_length=10)
    """Further folders tests may read (an interpreter that is not below /usr), absolute."""
    test_seconds: int = Field(default=300, ge=1, le=3_600)
    test_memory_mb: int = Field(default=2_048, ge=64, le=65_536)
    test_processes: int = Field(default=128, ge=1, le=4_096)
    branch_start: str = Field(default="agent/", pattern=r"^[a-z0-9]([a-z0-9_-]{0,30})/$")
    """What the branches begin with that proposals become."""
    most_files: int = Field(default=20_000, ge=1, le=200_000)
    most_mb: int = Field(default=200, ge=1, le=2_000)
    """Of the files of one commit."""


class Grant:
    """Options with the canonical text they were read from."""

    def __init__(self, options: RepositoryOptions, text: str) -> None:
        self.options = options
        self.text = text

    @property
    def name(self) -> str:
        """The repository as rules name it."""
        return self.options.repository

    def repository(self, context: ToolContext) -> Path:
        """The person's git folder, looked at before git is. Raises ToolFailed."""
        top = context.folder / self.options.repository  # an absolute path stays itself
        folder = top / ".git"
        for place in (top, folder):
            try:
                found = os.lstat(place)
            except OSError as error:
                raise ToolFailed(
                    MISSING.code, f"There is no git repository at {self.name}: {error.strerror}."
                ) from error
            if not stat.S_ISDIR(found.st_mode):
                sentence = f"{self.name} is a link or a linked work tree; name the repository's own folder."
                raise ToolFailed(NOT_OURS.code, sentence)
            if hasattr(os, "getuid") and found.st_uid != os.getuid():
                raise ToolFailed(
                    NOT_OURS.code, f"{self.name} belongs to another user of this machine; it is left alone."
                )
        return folder


def contract(
    grant: Grant, verb: str, purpose: str, models: tuple[type[BaseModel], type[BaseModel]], **more: Any
) -> ToolContract:
    """A contract with what all tools of this family have in common."""
    reads = more.get("effect", EffectKind.READ) is EffectKind.READ
    own: tuple[Failure, ...] = more.pop("failures", ())
    failures = {
        failure.code: failure for failure in (*FOLDER_FAILURES, GIT, NOT_OURS, TOO_LARGE, *own, STOPPED_FAILURE)
    }
    defaults: dict[str, Any] = {
        "version": 1,
        "effect": EffectKind.READ,
        "scope": f"{'reads' if reads else 'changes'} a working copy of {grant.name}",
        "idempotency": Idempotency.REPEATABLE if reads else Idempotency.QUERYABLE,
        "time_limit_s": 120.0,
        "undo": "Nothing to undo: it only reads.",
        "options": grant.text,
    }
    return ToolContract(
        name=f"repository.{verb}",
        purpose=purpose,
        input=models[0],
        output=models[1],
        failures=tuple(failures.values()),
        **{**defaults, **more},
    )
