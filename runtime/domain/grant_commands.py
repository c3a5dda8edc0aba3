"""What is asked about standing grants: give one with an approval, revoke it; and that the loop saw one end."""

import msgspec

from runtime.domain.events.grants import Widened
from runtime.domain.ids import AskId, GrantId


class GrantTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long (seconds), how often, for which run, and what may vary. As it stands: this very action, an hour."""

    seconds: int = 3600
    uses: int = 100
    this_run: bool = False
    widened: tuple[Widened, ...] = ()
    resources: str = ""
    """A pattern that every resource has to fit; empty = exactly the resource that was approved."""


class GrantStanding(msgspec.Struct, frozen=True):
    """Answer ahead for further actions like the one just approved. ``digest``: of the request, as it was shown."""

    ask_id: AskId
    by: str
    digest: str
    terms: GrantTerms = GrantTerms()


class RevokeGrant(msgspec.Struct, frozen=True):
    """It holds no more, at once; what was done under it stays done."""

    grant_id: GrantId
    by: str


class EndGrant(msgspec.Struct, frozen=True, gc=False):
    """The loop saw that a grant holds no more: why is worked out when it is recorded.

    ``contract`` is that of the tool now; "" = not looked at. ``run_over``: the one run it holds for has ended.
    """

    grant_id: GrantId
    contract: str = ""
    run_over: bool = False


GrantCommand = GrantStanding | RevokeGrant
