"""What can be asked about proposed rules: put one aside, take it up again. A rule is saved with SavePolicy."""

import msgspec


class DismissProposal(msgspec.Struct, frozen=True):
    """Show this proposal to nobody any more. ``sentence``: what the person read."""

    key: str
    by: str
    sentence: str = ""


class RestoreProposal(msgspec.Struct, frozen=True):
    """Show it again."""

    key: str
    by: str


ProposalCommand = DismissProposal | RestoreProposal
