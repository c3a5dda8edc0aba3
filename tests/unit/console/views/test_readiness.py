"""What stands in the way of Approve, one reason at a time (UX sections 1, 4 and 6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.views.approvals.readiness import Blocked, Situation, blocked_by, blocked_sentence
from runtime.domain.words import AskState, Tier

READY = Situation(AskState.WAITING, Tier.WIDE, False, False, False, False, False, True, 2.0, 0)


@pytest.mark.parametrize("tier", [Tier.SMALL, Tier.WIDE, Tier.FINAL, Tier.FINAL_AND_WIDE])
def test_what_is_to_be_ticked_is_ticked_first_whatever_the_tier(tier: Tier) -> None:
    assert blocked_by(replace(READY, tier=tier)) is Blocked.READY
    assert blocked_by(replace(READY, tier=tier, open_checks=1)) is Blocked.CHECKS


def test_a_request_over_http_is_read_as_it_is_sent_as_well() -> None:
    unread = replace(READY, request_seen=False)
    assert blocked_by(unread) is Blocked.REQUEST
    assert blocked_by(replace(unread, end_seen=False)) is Blocked.UNREAD
    assert blocked_sentence(Blocked.REQUEST) == "Read the preview to its end"


def test_that_a_second_person_comes_is_said_while_checks_are_open() -> None:
    assert blocked_sentence(Blocked.CHECKS, 2, "A", True) == "2 checks open, then hold A, then a second person"
    assert blocked_sentence(Blocked.CHECKS, 1, "A", True) == "1 check open, then hold A, then a second person"


def test_only_a_wide_action_waits_until_its_card_was_seen() -> None:
    early = replace(READY, visible_s=1.4)
    assert blocked_by(early) is Blocked.TOO_SOON
    assert blocked_by(replace(early, tier=Tier.SMALL)) is Blocked.READY


@pytest.mark.parametrize(
    ("checks", "held", "said"),
    [
        (1, "", "1 check open"),
        (2, "", "2 checks open"),
        (1, "Shift A", "1 check open, then hold Shift A"),
        (3, "A", "3 checks open, then hold A"),
    ],
)
def test_the_words_name_the_key_only_where_it_must_be_held(checks: int, held: str, said: str) -> None:
    assert blocked_sentence(Blocked.CHECKS, checks, held) == said


def test_every_reason_has_its_words() -> None:
    assert all(blocked_sentence(what, 1) for what in Blocked if what is not Blocked.READY)
