"""What a person sets for the whole workspace, and how they look after it."""

import msgspec

from runtime.domain.budget import Caps, EnteredPrice
from runtime.domain.policy import Policy
from runtime.domain.settings import Operator, WorkspaceSettings


class SavePolicy(msgspec.Struct, frozen=True):
    """The whole policy. ``expected_version`` is the one that was edited; another save in between refuses."""

    policy: Policy
    by: str
    expected_version: int
    note: str = ""


class SaveSettings(msgspec.Struct, frozen=True):
    """The whole settings."""

    settings: WorkspaceSettings
    by: str


class SetCaps(msgspec.Struct, frozen=True):
    """All caps of the workspace, the money of a day included."""

    caps: Caps
    by: str
    note: str = ""


class EnterPrice(msgspec.Struct, frozen=True):
    """What a model (``<provider>/<model>``) costs. It goes before the price table."""

    model: str
    price: EnteredPrice
    by: str
    note: str = ""


class RemovePrice(msgspec.Struct, frozen=True):
    """Take an entered price back."""

    model: str
    by: str


class SaveOperator(msgspec.Struct, frozen=True):
    """Add or change a person (``active`` False = may decide nothing any more)."""

    operator: Operator
    by: str


class VerifyChain(msgspec.Struct, frozen=True):
    """Check every record of the journal, from the first to the sealed head."""

    by: str


class CompareWithJournal(msgspec.Struct, frozen=True):
    """Hold lists, pages and stored contents against the records they were made from."""

    by: str


class MakeBackup(msgspec.Struct, frozen=True):
    """Write a backup of journal, blobs and workspace folder to ``target`` (a file path)."""

    target: str
    by: str


class ClearSpace(msgspec.Struct, frozen=True):
    """Remove what may go: orphaned blobs, old backups made by the program, old logs."""

    by: str


WorkspaceCommand = (
    SavePolicy
    | SaveSettings
    | SetCaps
    | EnterPrice
    | RemovePrice
    | SaveOperator
    | VerifyChain
    | MakeBackup
    | CompareWithJournal
    | ClearSpace
)
