"""Decisions about money: what may be reserved, what a call did cost, what people allow. No cap is passed.

``Book`` and ``Caps`` come from the budget's own streams; whoever decides holds their locks.
"""

import msgspec

from runtime.domain.budget import HELD_FOR, NOTHING, Amount, Cap, Caps, Reservation, said
from runtime.domain.budget_state import Book, Terms, neared_key
from runtime.domain.commands import EnterPrice, RemovePrice, SetCaps
from runtime.domain.decide_run import Decided, facts
from runtime.domain.decision import Usage
from runtime.domain.envelope import Fact
from runtime.domain.events.budget import (
    CapNeared,
    CapsSet,
    DearerAnswered,
    PriceEntered,
    PriceRemoved,
    ReservationExpired,
    ReservationKept,
    ReservationMade,
    ReservationReleased,
    ReservationSettled,
)
from runtime.domain.events.runs import ModelFailed
from runtime.domain.events.workspace import SettingsSaved
from runtime.domain.ids import BUDGET_STREAM, WORKSPACE_STREAM, ReservationId, book_stream
from runtime.domain.loop_commands import NoteDearer, Spent
from runtime.domain.money import dollars
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.settings import WorkspaceSettings
from runtime.domain.standings import Spender, passed_words, standings

WARN_PERCENT = 80


def caps_in_force(terms: Terms, settings: WorkspaceSettings) -> Caps:
    """The caps, with the money of a day as the settings have it."""
    day = Cap(settings.day_cap_micros, terms.caps.day.tokens)
    return msgspec.structs.replace(terms.caps, day=day)


def decide_reserve(book: Book, caps: Caps, spender: Spender, reservation: Reservation) -> Decided:
    """Hold the worst case where it fits every cap; refused (code "cap") where it would pass one."""
    if reservation.reservation_id in book.open:
        return Refusal("This call has its reservation already.", "state")
    if min(reservation.worst.micros, reservation.worst.tokens) < 0:
        return Refusal("A reservation cannot be less than nothing.", "invalid")
    for standing in standings(book, caps, spender):
        if not standing.takes(reservation.worst):
            return Refusal(passed_words(standing, reservation.worst), "cap")
    return [Fact(book_stream(book.month), ReservationMade(reservation))]


def cost_of(reservation: Reservation, usage: Usage) -> Amount:
    """What counts: what was used; the whole reservation where the provider did not say, or no price is known."""
    tokens = usage.input_tokens + usage.output_tokens
    if not usage.known:
        return Amount(max(reservation.worst.micros, usage.cost_micros or 0), max(reservation.worst.tokens, tokens))
    return Amount(reservation.worst.micros if usage.cost_micros is None else usage.cost_micros, tokens)


def settle_facts(book: Book, caps: Caps, spender: Spender, spent: Spent) -> list[Fact]:
    """The true cost of a call, and a warning for each cap that has now 80 % of it spent. Nothing when it is settled."""
    held = book.open.get(spent.reservation_id)
    if held is None:
        return []
    stream, run_id = book_stream(book.month), spender.run_id
    if spent.cost == NOTHING and spent.sure:
        return [Fact(stream, ReservationReleased(spent.reservation_id, run_id, spent.why, held))]
    settled = ReservationSettled(spent.reservation_id, run_id, spent.cost, spent.sure, spent.prices, held)
    return [Fact(stream, settled), *_nearing(book, caps, spender, spent.cost)]


def _nearing(book: Book, caps: Caps, spender: Spender, cost: Amount) -> list[Fact]:
    found = []
    for standing in standings(book, caps, spender):
        spent = standing.spent.plus(cost)
        near = _near(spent.micros, standing.limit_micros) or _near(spent.tokens, standing.limit_tokens)
        if near and neared_key(standing.kind, standing.key) not in book.neared:
            neared = CapNeared(standing.kind, standing.key, spent, standing.limit)
            found.append(Fact(book_stream(book.month), neared))
    return found


def _near(spent: int, limit: int | None) -> bool:
    return limit is not None and limit > 0 and spent * 100 >= limit * WARN_PERCENT


def decide_note_dearer(terms: Terms, command: NoteDearer) -> Decided:
    """Once for each route and who answered; a route with an entered price is charged by that, whoever answers."""
    if command.answered in terms.dearer.get(command.model, ()) or command.model in terms.prices:
        return Refusal("This is known already.", "same")
    return [Fact(BUDGET_STREAM, DearerAnswered(command.model, command.answered))]


def decide_keep(book: Book, reservation_id: ReservationId, now: int) -> Decided:
    """The program ended between call and answer: it stays held until its time is up, and that is said once.

    Where the clock was set back meanwhile, that is no longer than for a call made now.
    """
    reservation = book.open.get(reservation_id)
    if reservation is None or reservation.kept:
        return Refusal("This reservation is settled.", "state")
    sentence = (
        f"The program ended while {reservation.model} was answering, so what that cost is not known. Up to "
        f"{said(reservation.worst)} stays reserved; when its time is up it counts as spent."
    )
    until = min(reservation.until, now + HELD_FOR)
    kept = ReservationKept(reservation_id, reservation.run_id, until, sentence)
    return [Fact(book_stream(book.month), kept)]


def decide_expire_reservation(
    book: Book, caps: Caps, spender: Spender, run: Run | None, reservation_id: ReservationId
) -> Decided:
    """Its time is up: nobody knows less than the whole, so the whole counts, for the caps and for the run."""
    reservation = book.open.get(reservation_id)
    if reservation is None:
        return Refusal("This reservation is settled.", "state")
    expired = ReservationExpired(reservation.reservation_id, reservation.run_id, reservation)
    decided = [Fact(book_stream(book.month), expired), *_nearing(book, caps, spender, reservation.worst)]
    if run is None:
        return decided
    sentence = "The program ended while it was answering. What that cost is not known; the most it can be is counted."
    usage = Usage(
        cost_micros=reservation.worst.micros, prices=reservation.prices, known=False, asked_at=reservation.asked_at
    )
    failed = ModelFailed(run.run_id, len(run.turns) + 1, reservation.model, sentence, False, usage)
    return decided + facts(run.run_id, failed)


def decide_set_caps(terms: Terms, settings: WorkspaceSettings, command: SetCaps) -> Decided:
    """All caps at once. The money of a day is kept with the settings, which other screens show and save."""
    wanted = command.caps
    every = [wanted.run, wanted.agent_day, wanted.day, wanted.month, *wanted.by_agent.values()]
    if any(cap.micros < 0 or cap.tokens < 0 for cap in every):
        return Refusal("A cap cannot be negative; the old caps hold. 0 means no cap.", "invalid")
    if wanted == caps_in_force(terms, settings):
        return Refusal("Nothing was changed.", "same")
    decided = [Fact(BUDGET_STREAM, CapsSet(wanted, command.note))]
    if wanted.day.micros != settings.day_cap_micros:
        changed = msgspec.structs.replace(settings, day_cap_micros=wanted.day.micros)
        decided.append(Fact(WORKSPACE_STREAM, SettingsSaved(changed)))
    return decided


def decide_enter_price(terms: Terms, command: EnterPrice) -> Decided:
    """A person says what a model costs."""
    price = command.price
    if "/" not in command.model.strip().strip("/"):
        sentence = f"{command.model!r} is not a model's name; write it as <provider>/<model>. No price was entered."
        return Refusal(sentence, "invalid")
    given = (price.input, price.output, price.cached_input or 0, price.cache_write or 0)
    if min(given) < 0:
        return Refusal("A price cannot be negative; nothing was entered.", "invalid")
    if terms.prices.get(command.model) == price:
        return Refusal("Nothing was changed.", "same")
    return [Fact(BUDGET_STREAM, PriceEntered(command.model.strip(), price, command.note))]


def decide_remove_price(terms: Terms, command: RemovePrice) -> Decided:
    """The table's price holds again, where there is one."""
    if command.model not in terms.prices:
        return Refusal(f"No price was entered for {command.model}; nothing was removed.", "unknown")
    return [Fact(BUDGET_STREAM, PriceRemoved(command.model))]


def caps_words(caps: Caps) -> str:
    """``$20.00 a day, $300.00 a month``."""
    named = ((caps.run, "a run"), (caps.agent_day, "an agent and day"), (caps.day, "a day"), (caps.month, "a month"))
    parts = [f"{_cap(cap)} {words}" for cap, words in named if cap != Cap()]
    parts += [f"{_cap(cap)} {name} and day" for name, cap in caps.by_agent.items() if cap != Cap()]
    return ", ".join(parts) or "no cap"


def _cap(cap: Cap) -> str:
    parts = [dollars(cap.micros)] if cap.micros else []
    return " and ".join([*parts, f"{cap.tokens:,} tokens"] if cap.tokens else parts)
