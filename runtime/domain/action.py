"""An action: one tool call as a value, its canonical arguments, and the digest that binds an approval to it."""

import codecs
import hashlib
import json
from typing import Any

import msgspec
import rfc8785

from runtime.domain.ids import RunId

DIGEST_TAG = b"operator-console/approval/1"
KEY_TAG = b"operator-console/effect/1"
LARGEST_SAFE_INTEGER = 2**53 - 1
_ordered = msgspec.json.Encoder(order="deterministic")
_by_name = msgspec.json.Encoder(order="sorted")

# rfc8785 sorts names by this encoding; its first use imports a module, which must not happen in the loop.
codecs.lookup("utf-16be")


class BadArguments(ValueError):
    """The text is not one JSON object that can be canonicalised; the message says why."""


class Action(msgspec.Struct, frozen=True, gc=False):
    """One tool call. ``arguments`` is canonical JSON (RFC 8785): what is shown, hashed and executed is this text."""

    tool: str
    arguments: str
    contract: str = ""
    """Digest of the tool's contract (schema, version and grant options) the arguments were checked against."""


class Binding(msgspec.Struct, frozen=True, gc=False):
    """Everything an approval is bound to (SAFETY, Approvals)."""

    action: Action
    agent: str
    revision: int
    policy_version: int
    run_id: RunId
    turn: int
    folder: str
    inputs: tuple[tuple[str, str], ...] = ()
    """(name, SHA-256 of the content) of every input file the action names; "absent" where there is none."""


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadArguments(f"The argument {key!r} is given twice; only one value can be meant.")
        found[key] = value
    return found


def _refuse_constant(name: str) -> Any:
    raise BadArguments(f"{name} is not a number JSON knows.")


_strict = json.JSONDecoder(object_pairs_hook=_no_duplicates, parse_constant=_refuse_constant)


def parse_arguments(text: str) -> dict[str, Any]:
    """Read arguments as JSON, refusing duplicate keys, non-objects, NaN and integers from 2**53 on.

    Raises BadArguments with a sentence.
    """
    try:
        value = _strict.decode(text)
    except json.JSONDecodeError as error:
        raise BadArguments(f"Not JSON at line {error.lineno}, column {error.colno}: {error.msg}.") from error
    except BadArguments:
        raise
    except ValueError as error:
        raise BadArguments("A number in it has more digits than can be read.") from error
    except RecursionError as error:
        raise BadArguments("The arguments are nested too deeply.") from error
    if not isinstance(value, dict):
        raise BadArguments("Arguments are one JSON object, for example {}.")
    return value


def _written_alike(value: Any) -> bool:
    """Whether the fast encoder writes it as RFC 8785 demands: no fractions, no large numbers, names in ASCII."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-LARGEST_SAFE_INTEGER <= value <= LARGEST_SAFE_INTEGER)
    if kind is dict:
        for key, inner in value.items():
            if type(key) is not str or not key.isascii() or not (type(inner) is str or _written_alike(inner)):
                return False
        return True
    if kind is list or kind is tuple:
        return all(map(_written_alike, value))
    return False


def _canonical_bytes(value: Any) -> bytes:
    return _ordered.encode(value) if _written_alike(value) else rfc8785.dumps(value)


def canonical(value: Any) -> str:
    """Canonical JSON of plain data (RFC 8785). Raises BadArguments for what has no canonical form."""
    try:
        return _canonical_bytes(value).decode("utf-8")
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise BadArguments(
            f"The arguments have no exact written form: {error}. Whole numbers from 2^53 on are given as text."
        ) from error


def _sha256(tag: bytes, written: bytes) -> str:
    return hashlib.sha256(tag + b"\x00" + written).hexdigest()


def approval_digest(binding: Binding) -> str:
    """SHA-256 (hex) over everything the approval is bound to; any difference is a different digest."""
    # Texts and small whole numbers alone, with names in ASCII: written by name in order, this is the canonical form.
    return _sha256(DIGEST_TAG, _by_name.encode(binding))


def idempotency_key(run_id: RunId, turn: int, index: int, action: Action) -> str:
    """The key of one effect (hex): from run, turn, index of the call in its turn, tool and arguments."""
    return _sha256(KEY_TAG, _ordered.encode([run_id, turn, index, action.tool, action.arguments]))


def fingerprint(action: Action) -> str:
    """Same tool and same arguments give the same text; used to notice repetition."""
    return f"{action.tool} {action.arguments}"
