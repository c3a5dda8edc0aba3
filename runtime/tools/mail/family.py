"""The mail family: the tools of one grant over an inbox, a drafts folder and an outbox."""

import ssl
from collections.abc import Callable

from runtime.tools.contract import Tool
from runtime.tools.mail.draft_tool import DraftTool
from runtime.tools.mail.options import MailOptions
from runtime.tools.mail.reading_tools import AttachmentTool, ListTool, ReadTool
from runtime.tools.mail.send_tool import SendTool
from runtime.tools.mail.smtp import SmtpAccount


def no_account() -> SmtpAccount | None:
    """A workspace without SMTP."""
    return None


class MailFamily:
    """``account`` tells the SMTP account of the workspace when it is needed; ``tls`` the certificates trusted."""

    name = "mail"

    def __init__(
        self,
        account: Callable[[], SmtpAccount | None] = no_account,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._account = account
        self._tls = tls

    def tools(self, options: str) -> tuple[Tool, ...]:
        """The five tools of a grant. Raises pydantic.ValidationError for bad options."""
        chosen = MailOptions.model_validate_json(options)
        return (
            ListTool(chosen, options),
            ReadTool(chosen, options),
            AttachmentTool(chosen, options),
            DraftTool(chosen, options),
            SendTool(chosen, self._account, self._tls, options),
        )
