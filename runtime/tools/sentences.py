"""Validation faults as sentences with their place, for people and for the model that wrote the arguments."""

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


class ContractBroken(Exception):
    """Arguments are outside the tool's contract; nothing was done. ``sentences`` names every fault with its place."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def place_of(error: ErrorDetails) -> str:
    """``("statements", 0, "sql")`` -> ``statements[0].sql``."""
    text = ""
    for part in error["loc"]:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def sentence_of(error: ErrorDetails, model: type[BaseModel] | None = None) -> str:
    """One fault as one sentence that begins with its place."""
    place = place_of(error)
    match error["type"]:
        case "missing":
            said = "this is needed and is not there."
        case "extra_forbidden":
            known = ", ".join(model.model_fields) if model is not None and len(error["loc"]) == 1 else ""
            said = "there is no such name." + (f" Known here: {known}." if known else "")
        case "value_error" | "assertion_error":
            said = str(error.get("ctx", {}).get("error") or error["msg"])
        case _:
            said = f"{error['msg'][:1].lower()}{error['msg'][1:]}."
    return f"{place}: {said}" if place else said[:1].upper() + said[1:]


def sentences_of(error: ValidationError, model: type[BaseModel] | None = None) -> tuple[str, ...]:
    """Every fault, in the order pydantic found them. Input values are left out: they may be secret or huge."""
    return tuple(sentence_of(detail, model) for detail in error.errors(include_url=False, include_input=False))
