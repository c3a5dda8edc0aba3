"""Wrong passphrases of a second person: counted in the journal, and each further one has to wait longer."""

import msgspec

from runtime.domain.refusals import Refusal
from runtime.domain.settings import Operator

SECOND = 1_000_000
FORGOTTEN_AFTER_S = 3_600
"""After so long without another the count begins anew: it is meant to slow guessing, not to lock a person out."""
FREE = 3
"""So many may be mistyped one after the other without waiting."""
FIRST_WAIT_S = 5
LONGEST_WAIT_S = 300


class Missed(msgspec.Struct, frozen=True):
    """How many wrong ones came one after the other, and when the last did (µs since the epoch, UTC)."""

    times: int = 0
    at: int = 0


def missed_again(before: Missed, at: int) -> Missed:
    """After one more wrong passphrase."""
    fresh = at - before.at > FORGOTTEN_AFTER_S * SECOND
    return Missed(1 if fresh else before.times + 1, at)


def wait_s(missed: Missed) -> int:
    """How long nobody's passphrase is looked at after the last wrong one: nothing, then 5 s doubled each time."""
    if missed.times < FREE:
        return 0
    return min(LONGEST_WAIT_S, FIRST_WAIT_S << min(missed.times - FREE, 16))


def too_soon(missed: Missed, person: Operator, now: int) -> Refusal | None:
    """Whether the next one has to wait still."""
    left = missed.at + wait_s(missed) * SECOND - now
    if left <= 0:
        return None
    seconds = min(-(-left // SECOND), LONGEST_WAIT_S)
    sentence = (
        f"{missed.times} wrong passphrases of {person.name} came one after the other; the next is looked at in "
        f"{seconds} s. Nothing was approved."
    )
    return Refusal(sentence, "second-slowed")


def told_wrong(missed: Missed, person: Operator) -> Refusal:
    """What is said of a wrong one, ``missed`` counting it already."""
    sentence = f"That is not the passphrase of {person.name}. Nothing was approved."
    if missed.times > 1:
        sentence += f" It is the {missed.times}{_ending(missed.times)} wrong one in a row."
    if wait := wait_s(missed):
        sentence += f" The next is looked at in {wait} s."
    return Refusal(sentence, "second")


def _ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
