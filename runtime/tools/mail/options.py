"""What a mail grant may say: where mail is read, drafted and sent, in whose name and to whom."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from runtime.tools.mail.addresses import plain_address, sender_address
from runtime.tools.path_names import workspace_path


def _mail_folder(text: str) -> str:
    """A folder of mail may stand anywhere when a person names it by its full path; else it is in the workspace."""
    return text if Path(text).is_absolute() else workspace_path(text)


def _glob(text: str) -> str:
    if "@" not in text or any(letter.isspace() for letter in text):
        raise ValueError("Write a pattern of addresses, for example *@example.org.")
    return text.lower()


class MailOptions(BaseModel):
    """Options of the ``mail`` family."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    inbox: Annotated[str, AfterValidator(_mail_folder)] = Field("inbox", description="Folder of mail that is read.")
    drafts: Annotated[str, AfterValidator(workspace_path)] = Field(
        "drafts", min_length=1, description="Where drafts are put."
    )
    outbox: Annotated[str, AfterValidator(workspace_path)] = Field(
        "outbox", min_length=1, description="Where sent mail is put, or its copy where it leaves by SMTP."
    )
    sender: Annotated[str, AfterValidator(sender_address)] = Field(
        "console@localhost", alias="from", description="Who the mail is from: an address, or Name <address>."
    )
    allowed_recipients: tuple[Annotated[str, AfterValidator(_glob)], ...] = Field(
        (), description="Patterns of addresses that may be written to; empty = everybody."
    )
    smtp: bool = Field(
        False, description="Send through the SMTP account of the workspace; else into the outbox folder."
    )

    @property
    def from_address(self) -> str:
        """The bare address of the sender."""
        return plain_address(self.sender.rpartition("<")[2].removesuffix(">"))

    @property
    def own_domain(self) -> str:
        """The domain of the sender; mail to others goes outside."""
        return self.from_address.rpartition("@")[2]

    def may_write_to(self, address: str) -> bool:
        """Whether the grant allows this recipient."""
        return not self.allowed_recipients or any(
            fnmatchcase(address.lower(), pattern) for pattern in self.allowed_recipients
        )
