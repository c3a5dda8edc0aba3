"""An ask before it is raised."""

import msgspec

from runtime.domain.ids import AskId


class AskDraft(msgspec.Struct, frozen=True, gc=False):
    """What an ask will say, worked out before it is raised. ``folder`` and ``inputs`` are part of the digest."""

    ask_id: AskId
    touches: str
    undo_sentence: str
    checks: tuple[str, ...]
    answer_by: int
    expires: int
    folder: str
    inputs: tuple[tuple[str, str], ...] = ()
    newest_revision: int = 0
    may_wait: bool = False
