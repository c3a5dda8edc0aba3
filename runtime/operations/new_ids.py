"""New identifiers: unique, sortable by time, short enough to type."""

import secrets
import time

from runtime.domain.ids import AskId, GrantId, ReservationId, RollbackId, RunId


def _stamp() -> str:
    return f"{time.time_ns() // 1_000_000:011x}{secrets.token_hex(4)}"


def new_run_id() -> RunId:
    """A run id."""
    return RunId(_stamp())


def new_ask_id() -> AskId:
    """An ask id."""
    return AskId(_stamp())


def new_rollback_id() -> RollbackId:
    """A rollback id."""
    return RollbackId(_stamp())


def new_reservation_id() -> ReservationId:
    """A reservation id."""
    return ReservationId(_stamp())


def new_grant_id() -> GrantId:
    """A grant id."""
    return GrantId(_stamp())
