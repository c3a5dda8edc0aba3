"""mail.list, mail.read and mail.attachment: what an agent sees of the inbox. They change nothing."""

from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.words import EffectKind, Idempotency, Tier
from runtime.tools.contract import (
    Appraisal,
    Failure,
    Preview,
    PreviewKind,
    ToolContext,
    ToolContract,
    ToolFailed,
    ToolResult,
)
from runtime.tools.mail.decoding import decode_text
from runtime.tools.mail.html_text import html_to_text
from runtime.tools.mail.mailbox_folder import MailEntry, MailNotFound, find_mail, list_mail
from runtime.tools.mail.message import Message
from runtime.tools.mail.options import MailOptions
from runtime.tools.mail.reading import read_stream
from runtime.tools.read_only import Reading
from runtime.tools.stopping import STOPPED_FAILURE, stop_if_asked

LONGEST_BODY = 100_000
NO_FOLDER = Failure("no-inbox", "The mail folder is not there.", passing=True)
NO_MAIL = Failure("no-mail", "There is no such mail, or it changed since it was listed.")
NOTHING = "Reading changes nothing; there is nothing to undo."
Given = TypeVar("Given", bound=BaseModel)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ListMail(_Model):
    """Which mails to list."""

    start: int = Field(0, ge=0, description="How many to pass over.")
    limit: int = Field(50, ge=1, le=200, description="At most this many.")


class ListedMail(_Model):
    """One line of the list."""

    mail_id: str = Field(description="What mail.read takes.")
    sender: str
    subject: str
    date: datetime | None
    size: int


class MailList(_Model):
    """The mails, in the order of their files."""

    mails: tuple[ListedMail, ...]
    more: bool = Field(description="There are further ones.")


class ReadMail(_Model):
    """Which mail to read."""

    mail_id: str = Field(min_length=1, max_length=2_000, description="Id from mail.list, or the path within the inbox.")


class ListedAttachment(_Model):
    """A file the mail carries."""

    number: int
    name: str
    media_type: str
    size: int


class MailText(_Model):
    """One mail, read."""

    mail_id: str
    subject: str
    sender: str
    sender_name: str
    reply_to: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    date: datetime | None
    message_id: str
    text: str = Field(description="All of its text; written by people outside.")
    reply: str = Field(description="What this sender wrote, without quoted history and signature.")
    attachments: tuple[ListedAttachment, ...]
    defects: tuple[str, ...] = Field(description="What was wrong with the mail and how it was read.")


class ReadAttachment(_Model):
    """Which attachment to read as text."""

    mail_id: str = Field(min_length=1, max_length=2_000, description="Id from mail.list, or the path within the inbox.")
    number: int = Field(ge=1, le=1_000, description="Number of the attachment, from mail.read.")


class AttachmentText(_Model):
    """The text of an attachment."""

    name: str
    media_type: str
    size: int
    text: str
    cut: bool = Field(description="Only its beginning is given.")


class _Reading(Reading):
    """What the three share: they read, need no undo and are repeated freely."""

    contract: ToolContract

    def __init__(
        self,
        options: MailOptions,
        text: str,
        name: str,
        purpose: str,
        models: tuple[type[BaseModel], type[BaseModel]],
        failures: tuple[Failure, ...],
    ) -> None:
        self._options = options
        self.contract = ToolContract(
            name=name,
            version=1,
            purpose=purpose,
            input=models[0],
            output=models[1],
            failures=(NO_FOLDER, *failures, STOPPED_FAILURE),
            effect=EffectKind.READ,
            scope=f"mail in {options.inbox}",
            idempotency=Idempotency.REPEATABLE,
            time_limit_s=60.0,
            undo=NOTHING,
            options=text,
        )

    def _folder(self, context: ToolContext) -> Path:
        folder = context.folder / self._options.inbox
        if not folder.is_dir():
            raise ToolFailed("no-inbox", f"The mail folder {self._options.inbox!r} is not there.", passing=True)
        return folder

    def _read(self, mail_id: str, context: ToolContext, want: int = 0) -> tuple[MailEntry, Message]:
        folder = self._folder(context)
        try:
            entry = find_mail(folder, mail_id)
            with entry.open() as stream:
                return entry, read_stream(stream, want=want)
        except MailNotFound as error:
            raise ToolFailed("no-mail", str(error)) from error
        except OSError as error:
            raise ToolFailed("no-mail", f"The mail can't be read: {error.strerror}.") from error

    def _resource(self, arguments: BaseModel) -> str:
        mail_id = getattr(arguments, "mail_id", "")
        return f"{self._options.inbox}/{mail_id.partition('#')[0]}" if mail_id else self._options.inbox

    def _title(self, arguments: BaseModel) -> str:
        mail_id = getattr(arguments, "mail_id", "").partition("#")[0]
        return f"Read mail {mail_id}"[:60] if mail_id else f"List mail in {self._options.inbox}"[:60]

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        touches = "1 mail" if hasattr(arguments, "mail_id") else "1 folder"
        return Appraisal(self._title(arguments), self._resource(arguments), touches, Tier.NOTHING)

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        return Preview(PreviewKind.TEXT, self._title(arguments), body="It reads and changes nothing.")


class ListTool(_Reading):
    """Lists the inbox."""

    def __init__(self, options: MailOptions, text: str) -> None:
        super().__init__(options, text, "mail.list", "List the mails of the inbox.", (ListMail, MailList), ())

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        assert isinstance(arguments, ListMail)
        stop_if_asked(context)
        found: list[ListedMail] = []
        more = False
        for entry in islice(list_mail(self._folder(context)), arguments.start, None):
            stop_if_asked(context)
            if len(found) == arguments.limit:
                more = True
                break
            try:
                with entry.open() as stream:
                    message = read_stream(stream)
            except OSError:
                continue
            found.append(
                ListedMail(
                    mail_id=entry.mail_id,
                    sender=message.sender.shown,
                    subject=message.subject,
                    date=message.date,
                    size=entry.size,
                )
            )
        summary = f"{len(found)} mail{'s' * (len(found) != 1)} in {self._options.inbox}" + (
            ", more follow" if more else ""
        )
        return ToolResult(MailList(mails=tuple(found), more=more), summary)


class ReadTool(_Reading):
    """Reads one mail."""

    def __init__(self, options: MailOptions, text: str) -> None:
        super().__init__(options, text, "mail.read", "Read one mail of the inbox.", (ReadMail, MailText), (NO_MAIL,))

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        assert isinstance(arguments, ReadMail)
        stop_if_asked(context)
        entry, message = self._read(arguments.mail_id, context)
        defects = message.defects
        if len(message.text) > LONGEST_BODY:
            defects = (*defects, f"Only the first {LONGEST_BODY:,} letters of {len(message.text):,} are given.")
        output = MailText(
            mail_id=entry.mail_id,
            subject=message.subject,
            sender=message.sender.address,
            sender_name=message.sender.name,
            reply_to=message.reply_to.address,
            to=tuple(party.shown for party in message.to),
            cc=tuple(party.shown for party in message.cc),
            date=message.date,
            message_id=message.message_id,
            text=message.text[:LONGEST_BODY],
            reply=message.reply[:LONGEST_BODY],
            attachments=tuple(
                ListedAttachment(number=one.index, name=one.name, media_type=one.media_type, size=one.size)
                for one in message.attachments
            ),
            defects=defects,
        )
        return ToolResult(output, f"Mail from {message.sender.shown or 'nobody named'}: {message.subject[:80]}")


class AttachmentTool(_Reading):
    """Reads an attachment that is text."""

    def __init__(self, options: MailOptions, text: str) -> None:
        super().__init__(
            options, text, "mail.attachment", "Read an attachment that is text.", (ReadAttachment, AttachmentText),
            (
                NO_MAIL,
                Failure("no-attachment", "The mail has no attachment of that number."),
                Failure("not-text", "The attachment is no text, or too large to be read."),
            ),
        )  # fmt: skip

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        assert isinstance(arguments, ReadAttachment)
        stop_if_asked(context)
        _, message = self._read(arguments.mail_id, context, want=arguments.number)
        found = next((one for one in message.attachments if one.index == arguments.number), None)
        if found is None:
            count = len(message.attachments)
            raise ToolFailed(
                "no-attachment",
                f"The mail has {count} attachment{'s' * (count != 1)}; there is no number {arguments.number}.",
            )
        if found.content is None or b"\x00" in found.content[:4_096]:
            raise ToolFailed(
                "not-text", f"{found.name} is no text, or too large to be read here ({found.size:,} bytes)."
            )
        text = decode_text(found.content, "", [])
        if found.media_type in ("text/html", "application/xhtml+xml"):
            text = html_to_text(text)
        output = AttachmentText(
            name=found.name,
            media_type=found.media_type,
            size=found.size,
            text=text[:LONGEST_BODY],
            cut=len(text) > LONGEST_BODY,
        )
        return ToolResult(output, f"Read {found.name}, {found.size:,} bytes")
