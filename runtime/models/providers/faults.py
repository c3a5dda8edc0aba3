"""What a failed call means: whether another attempt may succeed, and the sentence a person reads.

The classes of the SDKs are looked at by what they carry, never shown: their words may hold addresses and headers.
"""

import json
import re
from typing import Any, Final

from runtime.models.interface import FaultKind, ModelFault
from runtime.models.providers.exchange import Exchange
from runtime.models.providers.retry_after import retry_after

PASSING, FINAL = FaultKind.PASSING, FaultKind.FINAL

CODES: Final[dict[str, FaultKind]] = {
    "overloaded_error": PASSING,
    "api_error": PASSING,
    "timeout_error": PASSING,
    "rate_limit_error": PASSING,
    "rate_limit_exceeded": PASSING,
    "server_error": PASSING,
    "server_is_overloaded": PASSING,
    "slow_down": PASSING,
    "vector_store_timeout": PASSING,
    "invalid_request_error": FINAL,
    "authentication_error": FINAL,
    "permission_error": FINAL,
    "billing_error": FINAL,
    "not_found_error": FINAL,
    "request_too_large": FINAL,
    "insufficient_quota": FINAL,
    "billing_hard_limit_reached": FINAL,
    "billing_not_active": FINAL,
    "account_deactivated": FINAL,
    "invalid_api_key": FINAL,
    "model_not_found": FINAL,
    "context_length_exceeded": FINAL,
    "invalid_prompt": FINAL,
    "content_policy_violation": FINAL,
}
"""Error words of the providers, as code or type. One that is not here is judged by the status."""

_BY_STATUS: Final[dict[int, tuple[FaultKind, str]]] = {
    400: (FINAL, "did not take the request"),
    401: (FINAL, "did not accept the key. Put a valid one into the settings"),
    402: (FINAL, "wants to be paid first. Look at the account's billing"),
    403: (FINAL, "does not allow this to the account of the key"),
    404: (FINAL, "does not know this model or address. Look at the agent's route and the connection"),
    408: (PASSING, "waited too long for the request"),
    409: (PASSING, "was at work on something that collides with the request"),
    413: (FINAL, "cannot take a request this large. Give the agent smaller tasks"),
    422: (FINAL, "did not take the request"),
    425: (PASSING, "was not ready"),
    429: (PASSING, "has a limit of requests for a time, and it is used up"),
    501: (FINAL, "cannot do what was asked"),
    503: (PASSING, "is not available for the moment"),
    505: (FINAL, "speaks another protocol"),
    529: (PASSING, "is overloaded"),
}
_TOO_LARGE = re.compile(r"request too large|limit (?P<limit>\d+), requested (?P<wanted>\d+)", re.IGNORECASE)
_STATUS = re.compile(r"[45]\d\d")
_QUOTA: Final = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error"})
_KEY: Final = frozenset({"authentication_error", "invalid_api_key", "account_deactivated"})


def unread(status: int) -> bool:
    """Whether the request was refused before a model read it, so that there is nothing to pay.

    Any other failure (a gateway that lost patience, a server that fell over) may come after the model worked for it.
    """
    return (300 <= status < 500 and status not in (408, 499)) or status in (503, 529)


def status_fault(exchange: Exchange) -> ModelFault:
    """An answer with another status than 200."""
    status, name = exchange.status, exchange.connection.name
    if 300 <= status < 400:
        sentence = f"{name} sends to another address; it is not followed, so that the key stays here. Mend the address."
        return ModelFault(FINAL, sentence, by_person=True)
    codes, words = said(_json(exchange.body()))
    kind, told = _judged(status, codes, words)
    if kind is PASSING and exchange.headers.get("x-should-retry") == "false":
        kind = FINAL
    pause = retry_after(exchange.headers, words) if kind is PASSING else None
    return ModelFault(kind, _sentence(name, told, words, exchange, status), pause, by_person=_of_account(status, codes))


def streamed_fault(exchange: Exchange, body: object, code: str = "", words: str = "") -> ModelFault:
    """An error inside an answer that began with status 200: nothing of the answer is used."""
    codes, found = said(body)
    codes, words = (code, *codes) if code else codes, words or found
    known = [CODES[one] for one in codes if one in CODES]
    kind = FINAL if FINAL in known or _too_large(words) else PASSING
    told, status = "broke the answer off", next((int(one) for one in codes if _STATUS.fullmatch(one)), 0)
    if status:  # gateways pass on what they were answered as a number
        kind, told = _judged(status, codes, words)
    if "overloaded_error" in codes or "server_is_overloaded" in codes:
        told = "is overloaded and broke the answer off"
    sentence = _sentence(exchange.connection.name, told, words, exchange, status)
    pause = retry_after(exchange.headers, words) if kind is PASSING else None
    return ModelFault(kind, sentence, pause, by_person=_of_account(status, codes))


def timed_out(exchange: Exchange, total: bool) -> ModelFault:
    """Our own time limits."""
    times, name = exchange.connection.times, exchange.connection.name
    if total:
        return ModelFault(PASSING, f"{name} had not ended its answer after {times.total_s:g} seconds; it was given up.")
    if not exchange.status:
        return ModelFault(PASSING, f"{name} did not begin to answer within {times.first_s:g} seconds.")
    return ModelFault(PASSING, f"{name} fell silent in the middle of its answer for {times.idle_s:g} seconds.")


def broken_off(exchange: Exchange, error: BaseException | None) -> ModelFault:
    """The network failed, or the answer ended before the provider had said that it is whole."""
    name = exchange.connection.name
    causes = _causes(error)
    if any("CERTIFICATE_VERIFY_FAILED" in str(cause) for cause in causes):
        return ModelFault(FINAL, f"The certificate of {name} cannot be trusted; nothing was sent.", by_person=True)
    kinds = {type(cause).__name__ for cause in causes}
    if kinds & {"UnsupportedProtocol", "InvalidURL", "LocalProtocolError"}:
        sentence = f"The address of {name} cannot be used. Mend it in the settings."
        return ModelFault(FINAL, sentence, by_person=True)
    if exchange.status:
        return ModelFault(PASSING, f"The answer of {name} broke off before its end. Nothing of it was run.")
    return ModelFault(PASSING, f"{name} cannot be reached. Is the network there, and the server running?")


def unreadable(exchange: Exchange, what: str) -> ModelFault:
    """What came is not an answer of this API."""
    told = exchange.clean_words(what)
    sentence = f"The answer of {exchange.connection.name} cannot be used: {told or 'it has an unknown form'}."
    return ModelFault(PASSING, f"{sentence} Nothing of it was run.")


def said(body: object) -> tuple[tuple[str, ...], str]:
    """The error words (code, type) and the message of an error body, in whichever form it is."""
    if isinstance(body, str):
        return (), body
    if not isinstance(body, dict):
        return (), ""
    error: Any = body.get("error", body)
    if isinstance(error, str):
        return (), error
    if not isinstance(error, dict):
        error = body
    codes = tuple(str(error[key]) for key in ("code", "type") if isinstance(error.get(key), str | int))
    words = error.get("message") or error.get("detail") or ""
    return codes, words if isinstance(words, str) else ""


def _judged(status: int, codes: tuple[str, ...], words: str) -> tuple[FaultKind, str]:
    if _QUOTA & set(codes):
        return FINAL, "has no credit left for this account. Look at its plan and billing"
    if _too_large(words) or "context_length_exceeded" in codes:
        return FINAL, "cannot take a request this large. Give the agent smaller tasks"
    kind, told = _BY_STATUS.get(status, (PASSING, "failed") if status >= 500 else (FINAL, "did not take the request"))
    if status in (400, 401, 402, 403, 404, 413, 422):
        return FINAL, told
    known = [CODES[code] for code in codes if code in CODES]
    return (FINAL if FINAL in known and status < 500 else kind), told


def _of_account(status: int, codes: tuple[str, ...]) -> bool:
    """Whether it says something about every request over this connection: the key, the account's credit."""
    return status in (401, 402) or bool((_QUOTA | _KEY) & set(codes))


def _too_large(words: str) -> bool:
    found = _TOO_LARGE.search(words)
    return found is not None and (found["limit"] is None or int(found["wanted"]) > int(found["limit"]))


def _sentence(name: str, told: str, words: str, exchange: Exchange, status: int = 0) -> str:
    number = f" (status {status})" if status else ""
    cleaned = exchange.clean_words(words)
    return f"{name} {told}{number}." + (f" It said: {cleaned}" if cleaned else "")


def _json(body: bytes) -> object:
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
