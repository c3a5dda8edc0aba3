"""Values a playbook takes from a message by pattern; patterns come from operators, so their run time is bounded."""

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any, Final

from runtime.domain.playbook_spec import ValueSpec
from runtime.domain.task import Task

LONGEST_SEARCHED: Final = 20_000
LONGEST_PATTERN: Final = 500
MOST_OPEN_REPEATS: Final = 4
KINDS: Final = ("text", "lower", "slug", "integer", "number", "cents")
Value = str | int | float


class BadPattern(ValueError):
    """The pattern cannot be saved; the message is a sentence."""


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile, refusing what is no regular expression or may take minutes on an unlucky text. Raises BadPattern."""
    if not pattern:
        raise BadPattern("The pattern is empty.")
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(f"The pattern has {len(pattern)} characters; at most {LONGEST_PATTERN} are allowed.")
    try:
        compiled = re.compile(pattern)
        tree = sre_parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadPattern(f"The pattern is no regular expression: {error}.") from error
    if _open_repeats(tree, inside=False) > MOST_OPEN_REPEATS:
        raise BadPattern(
            f"The pattern has more than {MOST_OPEN_REPEATS} parts that repeat without bound; "
            "give some of them a bound, as in {0,40}."
        )
    return compiled


def _open_repeats(tree: Any, inside: bool) -> int:
    """Counts repeats without bound. One inside another can take for ever on a text that almost fits."""
    count = 0
    for operator, argument in tree:
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            _, most, body = argument
            unbounded = most == sre.MAXREPEAT
            if unbounded and inside:
                raise BadPattern("The pattern repeats a part that itself repeats without bound, as in (a+)+.")
            count += unbounded + _open_repeats(body, inside or most == sre.MAXREPEAT or most > 10)
        else:
            for body in _bodies(argument):
                count += _open_repeats(body, inside)
    return count


def _bodies(argument: Any) -> Iterable[Any]:
    if isinstance(argument, sre_parser.SubPattern):
        yield argument
    elif isinstance(argument, (tuple, list)):
        for part in argument:
            yield from _bodies(part)


def source_text(task: Task, source: str) -> str:
    """The part of the task a value is looked for in; empty where there is none."""
    if source == "text":
        found = task.text
    elif source == "subject":
        found = task.facts.get("subject", task.title)
    elif source == "all":
        found = f"{task.facts.get('subject', task.title)}\n{task.text}"
    else:
        found = task.facts.get(source, "")
    return found[:LONGEST_SEARCHED]


def take_values(specs: Iterable[ValueSpec], task: Task) -> dict[str, Value]:
    """The values that were found. Of two that have the same name the first one found counts."""
    found: dict[str, Value] = {}
    for spec in specs:
        if spec.name not in found and (value := take_value(spec, task)) is not None:
            found[spec.name] = value
    return found


def take_value(spec: ValueSpec, task: Task) -> Value | None:
    """One value, or None where the pattern fits nowhere or what it found is not of the kind."""
    match = compile_pattern(spec.pattern).search(source_text(task, spec.source))
    if match is None:
        return None
    text = next((group for group in match.groups() if group is not None), match.group(0)).strip()
    return converted(text, spec.kind) if text else None


def converted(text: str, kind: str) -> Value | None:
    """The text as text, in small letters, as a slug ("Blue Mug" is blue-mug), a number, or cents ("84.00" is 8400)."""
    try:
        match kind:
            case "lower":
                return text.lower()
            case "slug":
                return "-".join(re.findall(r"[^\W_]+", text.lower()))
            case "integer":
                return int(text.replace(",", ""))
            case "number":
                return float(text.replace(",", ""))
            case "cents":
                return cents(text)
            case _:
                return text
    except ValueError:
        return None


def cents(text: str) -> int:
    """An amount of money as whole cents; a comma before exactly two last digits is read as a decimal comma."""
    digits = re.sub(r"[^\d.,]", "", text)
    whole, _, fraction = (
        digits.replace(",", ".").rpartition(".") if re.search(r"[.,]\d{1,2}$", digits) else (digits, "", "")
    )
    whole = re.sub(r"[.,]", "", whole)
    if not whole and not fraction:
        raise ValueError(text)
    return int(whole or "0") * 100 + int(fraction.ljust(2, "0") if fraction else "0")
