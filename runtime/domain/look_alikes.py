"""Which asks one gesture may rule (UX section 4): alike, reversible, not urgent, at most ten; never all of them."""

from collections.abc import Sequence

import msgspec

from runtime.domain.verdict import Reason
from runtime.domain.words import EffectKind, VerdictKind

MOST = 10


class Look(msgspec.Struct, frozen=True):
    """What of an ask decides with which others it may stand. ``rule``: what asked for a person (``asking_rule``)."""

    ask_id: str
    kind: str
    tool: str
    rule: str
    effect: EffectKind
    priority: int
    same: str = ""


def asking_rule(reasons: Sequence[Reason]) -> str:
    """The rules (else the checks) because of which a person is asked, by name."""
    return ", ".join(sorted({one.rule or one.check for one in reasons if one.verdict is VerdictKind.ASK}))


def may_stand_in_a_group(look: Look) -> bool:
    """Whether it may be approved together with others like it."""
    return look.kind == "action" and look.effect is EffectKind.REVERSIBLE and look.priority in (2, 3)


def why_no_group(looks: Sequence[Look]) -> str:
    """Why these may not be approved by one gesture, in a sentence; empty where they may."""
    if len({look.ask_id for look in looks}) != len(looks):
        return "A request is named twice."
    if len(looks) > MOST:
        return f"A group has at most {MOST} requests; these are {len(looks)}."
    if len({(look.tool, look.rule) for look in looks}) > 1:
        return "They are not alike: a group has one tool and one rule."
    for look in looks:
        if look.kind != "action":
            return "Only actions can be approved as a group."
        if look.effect is not EffectKind.REVERSIBLE:
            return "What cannot be restored exactly is approved one by one."
        if look.priority not in (2, 3):
            return "What is urgent is decided one by one."
    return ""


def why_not_the_same(looks: Sequence[Look]) -> str:
    """Why these may not be rejected by one gesture; a repeat of the very same may, whatever it is."""
    if len(looks) <= MOST and len({look.same for look in looks}) == 1 and looks[0].same:
        return ""
    return why_no_group(looks)
