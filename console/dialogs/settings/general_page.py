"""Settings, General: title, hold, cap of a day, and how mail leaves."""

from typing import ClassVar

from msgspec.structs import replace

from console.context import ConsoleContext
from console.dialogs.settings.form import Form, pick
from console.dialogs.settings.page import SettingsPage
from console.presenters.wording import later
from console.widgets.hairline import Hairline
from runtime.domain.commands import SaveSettings
from runtime.domain.money import MICROS_PER_DOLLAR
from runtime.domain.settings import WorkspaceSettings

OUTBOX = ""


class GeneralPage(SettingsPage):
    """Facts of the workspace, recorded in its journal."""

    key: ClassVar[str] = "general"
    title: ClassVar[str] = later("General")
    icon: ClassVar[str] = "sliders-horizontal"

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._loaded = WorkspaceSettings()
        self._filling = False
        form = Form(context.theme)
        self.name = form.text(self.tr("Title"), longest=80)
        self.hold = form.number(
            self.tr("Hold"),
            0,
            60,
            self.tr("s"),
            self.tr("How long an approval or rejection can be taken back before it takes effect. 0 = at once."),
        )
        self.cap = form.decimal(
            self.tr("Cap of a day"),
            0,
            1_000_000,
            "$",
            self.tr("All agents together. At the cap runs stop and ask. 0 = no cap."),
        )
        mail = Form(context.theme)
        outbox = [(OUTBOX, self.tr("Into the outbox folder, nothing leaves"))]
        self.account = mail.choice(
            self.tr("Sending mail"),
            outbox,
            self.tr("A credential of the keyring to send by SMTP. Add one under Credentials."),
        )
        self.host = mail.text(self.tr("SMTP host"))
        self.port = mail.number(self.tr("Port"), 1, 65_535)
        self.port.setGroupSeparatorShown(False)
        self.user = mail.text(self.tr("User name"))
        self.mail_from = mail.text(self.tr("From"), self.tr("For example support@example.org"))
        self.column.addWidget(form)
        self.column.addWidget(Hairline(context.theme))
        self.column.addWidget(mail)
        self.column.addStretch(1)
        for one in (form, mail):
            one.edited.connect(self._edited)

    async def load(self) -> None:
        history = self.context.runtime.history
        self._loaded = await history.settings()
        self._show(self._loaded, [row.account for row in await history.credentials()])

    def _show(self, settings: WorkspaceSettings, accounts: list[str]) -> None:
        self._filling = True
        while self.account.count() > 1:
            self.account.removeItem(1)
        for account in accounts:
            self.account.addItem(self.tr("By SMTP, with {account}").format(account=account), account)
        pick(self.account, settings.smtp_account)
        self.name.setText(settings.title)
        self.hold.setValue(settings.hold_seconds)
        self.cap.setValue(settings.day_cap_micros / MICROS_PER_DOLLAR)
        self.host.setText(settings.smtp_host)
        self.port.setValue(settings.smtp_port)
        self.user.setText(settings.smtp_user)
        self.mail_from.setText(settings.mail_from)
        self._filling = False
        self._edited()

    def _edited(self) -> None:
        if self._filling:
            return
        by_smtp = bool(self.account.currentData())
        for field in (self.host, self.port, self.user):
            field.setEnabled(by_smtp)
        self.changed.emit()

    def settings(self) -> WorkspaceSettings:
        """What the form says."""
        return replace(
            self._loaded,
            title=self.name.text().strip(),
            hold_seconds=self.hold.value(),
            day_cap_micros=round(self.cap.value() * 100) * (MICROS_PER_DOLLAR // 100),
            smtp_account=str(self.account.currentData() or ""),
            smtp_host=self.host.text().strip(),
            smtp_port=self.port.value(),
            smtp_user=self.user.text().strip(),
            mail_from=self.mail_from.text().strip(),
        )

    @property
    def is_dirty(self) -> bool:
        return self.settings() != self._loaded

    def save(self) -> None:
        wanted = self.settings()
        if wanted.smtp_account and not (wanted.smtp_host and wanted.mail_from):
            self.tell_fault(
                self.tr("It was not saved"),
                self.tr("Sending by SMTP needs a host and a From address. The old settings hold. Fill both in."),
            )
            return
        self.submit(SaveSettings(wanted, self.context.operator()))
