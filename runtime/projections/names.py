"""Names to show for authors: a person's name for an operator's id, an agent's name without its revision."""

from collections.abc import Mapping

from runtime.projections.telling import plain_name


class Names:
    """Calling it answers the name of an author or an operator's id."""

    def __init__(self, people: Mapping[str, str]) -> None:
        self._people = people

    def __call__(self, by: str) -> str:
        if not by:
            return ""
        plain = plain_name(by)
        return self._people.get(plain, plain)

    def authors(self, words: str) -> tuple[str, ...]:
        """The ids a typed name may mean: the id or agent itself, and every person of that name."""
        wanted = plain_name(words)
        named = (key for key, name in self._people.items() if wanted.casefold() in name.casefold())
        return tuple(dict.fromkeys((wanted, *named)))
