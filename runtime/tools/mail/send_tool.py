"""mail.send: the one irreversible tool of the family. Into the outbox folder, or by SMTP with a copy in the outbox."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind, Idempotency, Tier
from runtime.tools.contract import (
    Appraisal,
    Failure,
    Happened,
    Preview,
    PreviewKind,
    Probe,
    ToolContext,
    ToolContract,
    ToolFailed,
    ToolResult,
)
from runtime.tools.mail.composing import Letter, amounts_in, compose, message_id
from runtime.tools.mail.options import MailOptions
from runtime.tools.mail.outbox import Outbox
from runtime.tools.mail.smtp import SmtpAccount, deliver
from runtime.tools.stopping import STOPPED_FAILURE, stop_if_asked

MANY = 20
LONGEST_TITLE = 60
TIME_LIMIT_S = 120.0
CANNOT = "Mail that was sent can't be taken back; a person can write a second one."
NOT_ALLOWED = Failure(
    "recipient-not-allowed", "The grant does not allow writing to one of the recipients; nothing was sent."
)
NO_ACCOUNT = Failure("no-account", "The grant sends by SMTP and the workspace has no SMTP account; nothing was sent.")
DISK = Failure("outbox-not-writable", "The outbox folder can't be written; nothing was sent.", passing=True)
SMTP_FAILURES = (
    NO_ACCOUNT,
    Failure("smtp-unreachable", "The mail server can't be reached or broke off before it had the mail.", passing=True),
    Failure("smtp-login", "The mail server does not accept the account, or the keyring has no password for it."),
    Failure("smtp-refused", "The mail server refuses the sender, a recipient or the mail; nobody got it."),
    Failure("smtp-unknown", "The connection broke while the server took the mail; it may have been sent."),
)


class Sent(BaseModel):
    """What became of the mail."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    message_id: str = Field(description="The Message-ID it carries.")
    recipients: tuple[str, ...] = Field(description="Everybody it went to.")
    file: str = Field(description="Its copy in the outbox folder.")
    by: str = Field(description="outbox folder, or the SMTP server that took it.")


LETTER_FACTS = (("recipient", "text"), ("recipients", "list"), ("recipient_domain", "text"))


def check_recipients(letter: Letter, options: MailOptions) -> None:
    """Raises ToolFailed for a recipient outside the grant."""
    for address in letter.recipients:
        if not options.may_write_to(address):
            allowed = ", ".join(options.allowed_recipients)
            raise ToolFailed(
                "recipient-not-allowed",
                f"{address} may not be written to; this grant allows {allowed}. Nothing was done.",
            )


def appraise_letter(letter: Letter, options: MailOptions) -> Appraisal:
    """Who gets what, worked out from the arguments alone."""
    people = letter.recipients
    domains = tuple(dict.fromkeys(address.rpartition("@")[2] for address in people))
    outside = [domain for domain in domains if domain != options.own_domain]
    first = people[0]
    to_whom = first if len(people) == 1 else f"{len(people)} people, {first}"
    title = f"Send mail to {to_whom}"
    amounts = amounts_in(f"{letter.subject}\n{letter.text}")
    who = (
        f"The recipient {first} is the right person"
        if len(people) == 1
        else f"All {len(people)} recipients are the right people"
    )
    checks = [who, "The text promises nothing we can't keep"]
    if amounts:
        checks.append(
            f"The amount {amounts[0]} is right" if len(amounts) == 1 else f"The amounts {', '.join(amounts)} are right"
        )
    wide = len(people) > MANY or len(outside) > 1
    return Appraisal(
        title=title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
        resource=f"mailto:{first}" if len(people) == 1 else "mailto-several:" + ",".join(people),
        touches=f"{len(people)} recipient{'s' * (len(people) > 1)}",
        tier=Tier.FINAL_AND_WIDE if wide else Tier.FINAL,
        checks=tuple(checks),
        also=tuple(f"mailto:{address}" for address in people) if len(people) > 1 else (),
        facts={
            "recipient": first,
            "recipients": list(people),
            "recipient_count": len(people),
            "recipient_domain": first.rpartition("@")[2],
            "outside_domains": len(outside),
        },
    )


def preview_letter(letter: Letter, options: MailOptions, title: str) -> Preview:
    """Every recipient, the text, and the source as it will be written (Date and Message-ID come with the sending)."""
    mail = compose(letter, options)
    headers = [("From", options.sender), ("To", ", ".join(letter.to))]
    headers += [(name, ", ".join(value)) for name, value in (("Cc", letter.cc), ("Bcc", letter.bcc)) if value]
    headers += [("Subject", letter.subject)]
    headers += [("In-Reply-To", letter.in_reply_to)] if letter.in_reply_to else []
    source = mail.as_bytes().decode("utf-8", "replace")
    return Preview(PreviewKind.MAIL, title, body=letter.text, headers=tuple(headers), source=source)


class SendTool:
    """Sends one mail to all of its recipients or to none."""

    def __init__(
        self,
        options: MailOptions,
        account: Callable[[], SmtpAccount | None],
        tls: Callable[[], ssl.SSLContext],
        text: str,
    ) -> None:
        self._options = options
        self._account = account
        self._tls = tls
        whom = ", ".join(options.allowed_recipients) or "everybody"
        self.contract = ToolContract(
            name="mail.send",
            version=1,
            purpose="Send a mail.",
            input=Letter,
            output=Sent,
            failures=(NOT_ALLOWED, DISK, STOPPED_FAILURE, *(SMTP_FAILURES if options.smtp else ())),
            effect=EffectKind.IRREVERSIBLE,
            scope=f"mail from {options.from_address} to {whom}",
            idempotency=Idempotency.QUERYABLE,
            time_limit_s=TIME_LIMIT_S,
            undo=CANNOT,
            options=text,
            facts=(*LETTER_FACTS, ("recipient_count", "integer"), ("outside_domains", "integer")),
        )

    def _where(self) -> tuple[str, SmtpAccount | None]:
        if not self._options.smtp:
            return "outbox folder", None
        account = self._account()
        if account is None:
            raise ToolFailed(
                "no-account",
                "This agent sends by SMTP and the workspace has no SMTP account; nothing was sent. "
                "Enter one in Settings, or take smtp out of the agent's mail grant.",
            )
        return f"{account.host}:{account.port}", account

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        assert isinstance(arguments, Letter)
        check_recipients(arguments, self._options)
        self._where()
        return appraise_letter(arguments, self._options)

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        assert isinstance(arguments, Letter)
        check_recipients(arguments, self._options)
        by, account = self._where()
        way = f"into the {by}" if account is None else f"by {by}"
        return preview_letter(arguments, self._options, f"Mail to {len(arguments.recipients)}, sent {way}")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        assert isinstance(arguments, Letter)
        stop_if_asked(context)
        check_recipients(arguments, self._options)
        by, account = self._where()
        box = Outbox(context.folder / self._options.outbox)
        try:
            if box.sent(context.key) is not None:
                return self._result(arguments, context, by)  # sent before under this very key
            mail = compose(arguments, self._options, context.key, datetime.now(UTC).replace(microsecond=0))
            if account is None:
                box.put(context.key, mail.as_bytes())
                return self._result(arguments, context, by)
            box.begin(context.key, mail.as_bytes())
        except OSError as error:
            raise ToolFailed(
                "outbox-not-writable", f"The outbox can't be written: {error.strerror}; nothing was sent.", passing=True
            ) from error
        del mail["Bcc"]
        try:
            people = arguments.recipients
            sender = self._options.from_address
            deliver(mail, sender, people, account, context.secret, self._tls(), context.cancelled.is_set)
        except ToolFailed as failed:
            if not failed.uncertain:
                box.give_up(context.key)
            raise
        box.finish(context.key)
        return self._result(arguments, context, by)

    def _result(self, letter: Letter, context: ToolContext, by: str) -> ToolResult:
        people = letter.recipients
        name = Outbox(context.folder / self._options.outbox).sent_path(context.key).name
        output = Sent(
            message_id=message_id(context.key, self._options),
            recipients=people,
            file=f"{self._options.outbox}/{name}",
            by=by,
        )
        whom = people[0] if len(people) == 1 else f"{len(people)} people"
        return ToolResult(output, f"Sent mail to {whom}: {letter.subject[:80]}")

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        assert isinstance(arguments, Letter)
        happened = Outbox(context.folder / self._options.outbox).happened(context.key)
        if happened is Happened.YES:
            by, _ = self._where()
            return Probe(happened, "The mail is in the outbox.", self._result(arguments, context, by))
        if happened is Happened.UNKNOWN:
            return Probe(
                happened, "It was being handed to the mail server; whether the server took it is not known here."
            )
        return Probe(happened, "There is no mail with this Message-ID in the outbox.")

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        return UndoForecast(UndoOutcome.CANNOT, CANNOT)

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        return UndoOutcome.CANNOT, CANNOT
