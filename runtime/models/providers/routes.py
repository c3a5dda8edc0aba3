"""Routes: ``<kind>/<model>`` for the provider's own account, ``<kind>:<connection>/<model>`` for a named one."""

from dataclasses import dataclass
from typing import Final

from runtime.domain.agent_spec import PLAYBOOK
from runtime.models.providers.known import PROVIDERS

LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Route:
    """A route taken apart. ``connection`` is the kind's own name where none is written."""

    kind: str
    connection: str
    model: str


def connection_name(text: str) -> str:
    """Whose breaker a route belongs to: ``openai``, ``shelf``; empty for the playbook, which has none."""
    if text == PLAYBOOK:
        return ""
    found = route_of(text)
    return found.connection if isinstance(found, Route) else text


def same_model(one: str, two: str) -> bool:
    """Whether two routes lead to one model, also over different connections: a gateway's ``maker/NAME`` is ``NAME``."""
    found = [route_of(text) for text in (one, two)]
    names = {route.model.rpartition("/")[2].casefold() for route in found if isinstance(route, Route)}
    return one == two or (len(names) == 1 and all(isinstance(route, Route) for route in found))


def route_of(text: str) -> Route | str:
    """The route, or what is wrong with it in a sentence."""
    head, slash, model = text.partition("/")
    word, colon, name = head.partition(":")
    if word not in PROVIDERS:
        return f"{word!r} is not a provider of this build; it knows {', '.join(PROVIDERS)}."
    if not slash or not model.strip() or model != model.strip():
        return f"{text!r} names no model; write {word}/<model>."
    if len(text) > LONGEST or not text.isprintable():
        return f"A route is printable and has at most {LONGEST} characters."
    if colon and not name.strip():
        return f"{text!r} names no connection between the colon and the slash."
    if not colon and not PROVIDERS[word].facts.home:
        return f"{text!r} does not say which server; write {word}:<connection>/<model>."
    return Route(word, name or word, model)
