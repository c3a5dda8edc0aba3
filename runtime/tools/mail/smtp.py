"""Hands one mail to an SMTP server: to everybody or to nobody, over TLS, and says when the end is not known."""

import contextlib
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address

from runtime.tools.contract import ToolFailed

STEP_TIME_LIMIT_S = 20.0
IMPLICIT_TLS_PORT = 465


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """Where mail is handed over. ``account`` names the keyring entry of the password; without a user nobody logs in.

    ``plain`` allows a connection without TLS; only to this machine.
    """

    host: str
    port: int
    user: str = ""
    account: str = ""
    plain: bool = False

    @property
    def here(self) -> bool:
        """Whether the server runs on this machine."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False


def deliver(
    mail: EmailMessage,
    sender: str,
    recipients: tuple[str, ...],
    account: SmtpAccount,
    secret: Callable[[str], str | None],
    tls: ssl.SSLContext,
    stopped: Callable[[], bool],
) -> None:
    """Raises ToolFailed; ``uncertain`` only where the server may have taken the mail."""
    try:
        server = _connect(account, tls)
    except (OSError, smtplib.SMTPException) as error:
        raise _failed(
            "smtp-unreachable", f"The mail server {account.host} can't be reached", error, passing=True
        ) from error
    try:
        _log_in(server, account, secret)
        _envelope(server, sender, recipients, stopped)
        _hand_over(server, mail, account)
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()


def _connect(account: SmtpAccount, tls: ssl.SSLContext) -> smtplib.SMTP:
    if account.port == IMPLICIT_TLS_PORT:
        return smtplib.SMTP_SSL(account.host, account.port, timeout=STEP_TIME_LIMIT_S, context=tls)
    server = smtplib.SMTP(account.host, account.port, timeout=STEP_TIME_LIMIT_S)
    try:
        if not (account.plain and account.here):
            server.starttls(context=tls)
    except BaseException:
        server.close()
        raise
    return server


def _log_in(server: smtplib.SMTP, account: SmtpAccount, secret: Callable[[str], str | None]) -> None:
    if not account.user:
        return
    password = secret(account.account)
    if password is None:
        raise ToolFailed("smtp-login", f"There is no password {account.account!r} in the keyring; nothing was sent.")
    try:
        server.login(account.user, password)
    except smtplib.SMTPAuthenticationError as error:
        raise ToolFailed(
            "smtp-login", f"The mail server does not accept {account.user!r}; nothing was sent."
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _failed("smtp-unreachable", "The mail server broke off at the login", error, passing=True) from error


def _envelope(server: smtplib.SMTP, sender: str, recipients: tuple[str, ...], stopped: Callable[[], bool]) -> None:
    """Name sender and recipients; one that is refused means that nobody gets it."""
    try:
        server.ehlo_or_helo_if_needed()
        code, answer = server.mail(sender)
        _accepted(code, answer, f"the sender {sender}")
        for recipient in recipients:
            if stopped():
                raise ToolFailed("stopped", "Stopped before it was handed over; nothing was sent.")
            code, answer = server.rcpt(recipient)
            _accepted(code, answer, recipient)
    except (OSError, smtplib.SMTPException) as error:
        raise _failed("smtp-unreachable", "The mail server broke off", error, passing=True) from error


def _accepted(code: int, answer: bytes, who: str) -> None:
    if code not in (250, 251):
        said = answer.decode("utf-8", "replace")[:200]
        sentence = f"The mail server refuses {who} ({code} {said}); nothing was sent to anybody."
        raise ToolFailed("smtp-refused", sentence, passing=400 <= code < 500)


def _hand_over(server: smtplib.SMTP, mail: EmailMessage, account: SmtpAccount) -> None:
    try:
        code, answer = server.data(mail.as_bytes())
    except smtplib.SMTPDataError as error:  # refused before the first byte of the text
        raise ToolFailed(
            "smtp-refused", f"The mail server does not take the mail ({error.smtp_code}); nothing was sent."
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        sentence = f"The connection to {account.host} broke while the mail was handed over; it may have been sent."
        raise ToolFailed("smtp-unknown", sentence, uncertain=True) from error
    if code != 250:
        said = answer.decode("utf-8", "replace")[:200]
        raise ToolFailed(
            "smtp-refused",
            f"The mail server does not take the mail ({code} {said}); nothing was sent.",
            passing=code < 500,
        )


def _failed(code: str, what: str, error: Exception, *, passing: bool) -> ToolFailed:
    return ToolFailed(code, f"{what} ({type(error).__name__}: {str(error)[:160]}); nothing was sent.", passing=passing)
