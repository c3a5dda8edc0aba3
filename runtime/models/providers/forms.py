"""The forms an answer can be held to: a plan, or one of few answers to a question; and the reading of the latter."""

import json
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runtime.domain.action import BadArguments, parse_arguments
from runtime.models.choice import Choice, Chosen, words_of
from runtime.models.interface import ModelRequest
from runtime.models.providers.added_fields import sound
from runtime.models.providers.answer import Unreadable
from runtime.models.providers.plan_form import NAME, plan_schema, unfenced
from runtime.models.providers.wording import FORM, material, planning_text, system_text, task_text

_ANSWER: Final = "answer"


class Form(NamedTuple):
    """What is sent where an answer of a certain form is wanted."""

    name: str
    schema: dict[str, Any]
    system: str
    text: str


def form_of(request: ModelRequest, *, held: bool) -> Form:
    """``held``: the API holds the answer to the schema; else the request says it in words."""
    if request.choice is not None:
        schema = _choice_schema(request.choice)
        words = words_of(request.choice, material(request.choice.material, "what is asked about"))
        told = "" if held else f"\n\n{FORM}{json.dumps(schema, ensure_ascii=False)}"
        return Form(_ANSWER, schema, words.system, words.opening + told)
    schema = plan_schema(request)
    asked = planning_text(request, "" if held else json.dumps(schema, ensure_ascii=False))
    return Form(NAME, schema, system_text(request), f"{task_text(request)}\n\n{asked}")


def _choice_schema(choice: Choice) -> dict[str, Any]:
    members = {
        "reason": {"type": "string", "description": "Why, in one or two sentences."},
        "answer": {"type": "string", "enum": [option.name for option in choice.options]},
        "confidence": {"type": "number", "description": "How sure you are, from 0 to 1."},
    }
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True)
    answer: Annotated[str, Field(max_length=500)]
    reason: str = ""
    confidence: object = None


def chosen_from(text: str, choice: Choice) -> Chosen:
    """The answer that was chosen. Raises Unreadable."""
    try:
        found = _Answer.model_validate(parse_arguments(unfenced(text)))
    except (BadArguments, ValidationError) as error:
        raise Unreadable("the answer is not in the agreed form") from error
    if all(found.answer != option.name for option in choice.options):
        raise Unreadable(f"its answer {found.answer[:100]!r} is none of those there are")
    stated = found.confidence
    number = isinstance(stated, int | float) and not isinstance(stated, bool) and 0 <= stated <= 1
    return Chosen(
        found.answer, float(stated) if number and isinstance(stated, int | float) else None, sound(found.reason)
    )
