"""One line of the approvals list, as the read models hand it out. Times are µs since the epoch, UTC."""

import msgspec

from runtime.domain.words import AskState, EffectKind, Tier


class AskRow(msgspec.Struct, frozen=True):
    """One line of the approvals list."""

    ask_id: str
    kind: str
    state: AskState
    title: str
    agent: str
    tool: str
    touches: str
    effect: EffectKind
    tier: Tier
    priority: int
    raised_at: int
    answer_by: int
    expires: int
    run_id: str
    ruling: str = ""
    """approved | approved with edit | rejected | told, while held."""
    ruled_by: str = ""
    """The operator's id, so that everyone can tell a ruling of their own from another's."""
    takes_effect: int = 0
    paused_since: int = 0
    """The run is paused: its deadlines stand still since then; 0 = not paused."""
    unattended: bool = False
    """They stand still because nobody attends, not because of a pause."""
    rule: str = ""
    """The rules (else the checks) because of which a person is asked."""
    same: str = ""
    """Equal for asks of one agent about one tool with the same arguments."""
    repeats: int = 1
    """How often that was asked within the ten minutes up to this ask, itself included."""
    behind: int = 0
    """Steps of the plan that wait behind it."""
    seen_at: int = 0
    """When somebody looked at it first; 0 = nobody did."""
    shelved_until: int = 0
    shelf_reason: str = ""
    holder: str = ""
    """Who looks after it, by id; empty = whoever comes."""
    holder_name: str = ""
    handed_by: str = ""
    hand_note: str = ""
