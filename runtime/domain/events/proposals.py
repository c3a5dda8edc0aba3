"""Events of proposed rules: put aside by a person, and taken up again."""

import msgspec


class ProposalDismissed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="proposal-dismissed"):
    """Nobody is shown it any more. ``key`` is that of ``RuleProposal``, ``sentence`` what was read."""

    key: str
    by: str
    sentence: str = ""


class ProposalRestored(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="proposal-restored"):
    """It is shown again, as long as history speaks for it."""

    key: str
    by: str


ProposalEvent = ProposalDismissed | ProposalRestored
