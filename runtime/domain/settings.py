"""Settings of a workspace that are facts of the journal (appearance and geometry belong to the window)."""

import msgspec


class WorkspaceSettings(msgspec.Struct, frozen=True):
    """``hold_seconds``: how long a ruling can be taken back, 0 to 60 (UX section 4).

    ``day_cap_micros``: spend a day, all agents together.
    """

    title: str = "Workspace"
    hold_seconds: int = 10
    day_cap_micros: int = 20_000_000
    smtp_account: str = ""
    """Name of a keyring entry; empty = sending puts mail into the outbox folder."""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    mail_from: str = ""


class Operator(msgspec.Struct, frozen=True):
    """A person who decides on this workstation."""

    operator_id: str
    name: str
    active: bool = True
