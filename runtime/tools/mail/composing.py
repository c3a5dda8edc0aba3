"""Builds the exact bytes of a mail from arguments; the same arguments and key give the same bytes."""

import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from runtime.tools.mail.addresses import body_text, display, distinct, message_reference, one_line, plain_address
from runtime.tools.mail.options import MailOptions

LONGEST_TEXT = 500_000
MOST_RECIPIENTS = 200
_AMOUNT = re.compile(r"(?:[$€£]\s?\d[\d.,]*\d|[$€£]\s?\d|\b\d[\d.,]*\s?(?:€|£|USD|EUR|GBP|dollars?|euros?))")
PlainAddress = Annotated[str, AfterValidator(plain_address)]


class Letter(BaseModel):
    """What a mail says and to whom; the arguments of drafting and sending."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: tuple[PlainAddress, ...] = Field(
        min_length=1, max_length=MOST_RECIPIENTS, description="Addresses it is sent to."
    )
    cc: tuple[PlainAddress, ...] = Field((), max_length=MOST_RECIPIENTS, description="Addresses that get a copy.")
    bcc: tuple[PlainAddress, ...] = Field(
        (), max_length=MOST_RECIPIENTS, description="Addresses that get a copy nobody sees."
    )
    subject: Annotated[str, AfterValidator(one_line)] = Field(max_length=900, description="The subject, one line.")
    text: Annotated[str, AfterValidator(body_text)] = Field(max_length=LONGEST_TEXT, description="The text, plain.")
    in_reply_to: Annotated[str, AfterValidator(message_reference)] = Field(
        "", description="Message id of the mail that is answered, or empty."
    )

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody, once."""
        return distinct(self.to, self.cc, self.bcc)


def message_id(key: str, options: MailOptions) -> str:
    """Made from the idempotency key, so that the mail can be looked for."""
    return f"<{key[:32]}@{options.own_domain}>"


def compose(letter: Letter, options: MailOptions, key: str = "", date: datetime | None = None) -> EmailMessage:
    """The mail. Without a key it has no Message-ID, without a date no Date (they come when it is sent)."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = options.sender
    mail["To"] = [display(address) for address in letter.to]
    if letter.cc:
        mail["Cc"] = [display(address) for address in letter.cc]
    if letter.bcc:
        mail["Bcc"] = [display(address) for address in letter.bcc]
    mail["Subject"] = letter.subject
    if date is not None:
        mail["Date"] = date
    if key:
        mail["Message-ID"] = message_id(key, options)
    if letter.in_reply_to:
        mail["In-Reply-To"] = letter.in_reply_to
        mail["References"] = letter.in_reply_to
    mail.set_content(letter.text or "\n", charset="utf-8")
    return mail


def amounts_in(text: str) -> tuple[str, ...]:
    """Amounts of money the text names, as written, at most three."""
    return tuple(dict.fromkeys(found.group(0).strip(" .,") for found in _AMOUNT.finditer(text)))[:3]
