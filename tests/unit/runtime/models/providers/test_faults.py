"""Which failures are tried again, and what a person reads about them."""

import json

import pytest

from runtime.models.interface import FaultKind
from runtime.models.providers.connection import Connection
from runtime.models.providers.exchange import Exchange
from runtime.models.providers.faults import CODES, status_fault, streamed_fault, unread
from runtime.models.providers.retry_after import LONGEST_S, retry_after
from tests.fixtures.kinds import OPENAI

PASSING, FINAL = FaultKind.PASSING, FaultKind.FINAL
CONNECTION = Connection("house", OPENAI, "https://models.example/v1")


def answered(status: int, body: object = None, **headers: str) -> Exchange:
    exchange = Exchange(CONNECTION, key="sk-very-secret-value")
    exchange.begun(status, {name.replace("_", "-"): value for name, value in headers.items()})
    exchange.take(body.encode() if isinstance(body, str) else json.dumps(body).encode())
    return exchange


def error(code: str = "", message: str = "", kind: str = "") -> dict[str, object]:
    return {"error": {"code": code or None, "type": kind or None, "message": message}}


FINAL_STATUSES = (301, 307, 400, 401, 402, 403, 404, 405, 413, 418, 422, 501)
PASSING_STATUSES = (408, 409, 425, 429, 500, 502, 503, 504, 520, 529)


@pytest.mark.parametrize(
    ("status", "kind"), [*((one, FINAL) for one in FINAL_STATUSES), *((one, PASSING) for one in PASSING_STATUSES)]
)
def test_the_status_decides_where_nothing_else_is_said(status: int, kind: FaultKind) -> None:
    fault = status_fault(answered(status, "<html>gone</html>"))
    assert fault.kind is kind
    assert fault.sentence.startswith("house ")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (error("insufficient_quota", "You exceeded your quota."), FINAL),
        (error("", "", "billing_error"), FINAL),
        (error("rate_limit_exceeded", "Request too large for m: Limit 30000, Requested 36278."), FINAL),
        (error("rate_limit_exceeded", "Rate limit reached: Limit 30000, Used 29937, Requested 385."), PASSING),
        (error("rate_limit_exceeded", "Limit 100, Requested 101."), FINAL),
        (error("context_length_exceeded", "Too long."), FINAL),
        (error("unheard_of", "Slow down."), PASSING),
        ("[" * 100_000, PASSING),
    ],
)
def test_a_429_that_can_never_succeed_is_final(body: object, kind: FaultKind) -> None:
    assert status_fault(answered(429, body)).kind is kind


def test_the_provider_may_say_that_trying_again_is_useless() -> None:
    assert status_fault(answered(503, "", x_should_retry="false")).kind is FINAL
    assert status_fault(answered(400, "", x_should_retry="true")).kind is FINAL


@pytest.mark.parametrize(
    ("status", "nothing_to_pay"),
    [
        *((status, True) for status in (301, 400, 401, 404, 413, 429, 503, 529)),
        *((status, False) for status in (200, 201, 408, 499, 500, 502, 504, 520, 524)),
    ],
)
def test_only_what_was_refused_before_it_was_read_is_known_to_cost_nothing(status: int, nothing_to_pay: bool) -> None:
    assert unread(status) is nothing_to_pay


@pytest.mark.parametrize("code", sorted(CODES))
def test_an_error_inside_an_answer_is_judged_by_its_word(code: str) -> None:
    assert streamed_fault(answered(200), error("", "It is so.", code)).kind is CODES[code]
    assert streamed_fault(answered(200), None, code, "It is so.").kind is CODES[code]


@pytest.mark.parametrize(("code", "kind"), [(402, FINAL), (401, FINAL), (502, PASSING), (429, PASSING), (7, PASSING)])
def test_a_number_inside_an_answer_is_judged_as_the_status_it_is(code: int, kind: FaultKind) -> None:
    fault = streamed_fault(answered(200), {"error": {"code": code, "message": "Insufficient credits"}})
    assert (fault.kind, fault.by_person) == (kind, code in (401, 402))


def test_the_pause_that_is_named_inside_an_answer_is_kept() -> None:
    slow = error("rate_limit_exceeded", "Rate limit reached. Please try again in 20s.")
    assert streamed_fault(answered(200), slow).retry_after == 20.0
    assert streamed_fault(answered(200, "", retry_after="7"), error("overloaded_error")).retry_after == 7.0
    assert streamed_fault(answered(200), error("insufficient_quota", "Try again in 20s")).retry_after is None


@pytest.mark.parametrize(
    "body", [None, "text", {}, {"error": None}, {"error": "text"}, {"type": 7}, [1], {"error": [2]}]
)
def test_an_error_of_any_form_is_told(body: object) -> None:
    assert streamed_fault(answered(200), body).kind is PASSING
    assert status_fault(answered(500, body)).kind is PASSING


def test_the_key_is_not_told_although_the_server_repeats_it() -> None:
    fault = status_fault(answered(401, error("invalid_api_key", "Wrong key sk-very-secret-value given")))
    assert "very-secret" not in fault.sentence
    assert "[key removed]" in fault.sentence


def test_words_are_told_in_one_line_of_bounded_length() -> None:
    fault = status_fault(answered(500, error("", "a\n\n b" + "x" * 5_000)))
    assert "\n" not in fault.sentence
    assert len(fault.sentence) < 700


@pytest.mark.parametrize(
    ("headers", "words", "seconds"),
    [
        ({"retry-after": "2"}, "", 2.0),
        ({"retry-after": "0.5"}, "", 0.5),
        ({"retry-after-ms": "644", "retry-after": "9"}, "", 0.644),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, "", 40.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:10 GMT"}, "", 0.0),
        ({}, "Please try again in 644ms.", 0.644),
        ({}, "Please try again in 1.5s.", 1.5),
        ({}, "Please try again in 2m", 120.0),
        ({}, "Please try again in 1m26.4s. Visit us.", 86.4),
        ({}, "Please try again in 6m0s.", 360.0),
        ({}, "Please try again in 1h2m3s.", 3_723.0),
        ({}, "Please retry after 12 seconds.", 12.0),
        ({}, "Try again in 2 minutes 5 seconds", 125.0),
        ({}, "Try again in 5 moons", None),
        ({}, "Try again in " + "9" * 400 + "s", None),
        ({"retry-after": "1e305"}, "", LONGEST_S),
        ({"retry-after": "Thu, 01 Jan 9998 00:00:10 GMT"}, "", LONGEST_S),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": "-3"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({"retry-after": "inf"}, "", None),
        ({}, "Try later.", None),
    ],
)
def test_the_pause_is_read_from_every_form(headers: dict[str, str], words: str, seconds: float | None) -> None:
    assert retry_after(headers, words, now=60.0) == (None if seconds is None else pytest.approx(seconds))
