"""Claims of an answer and the documents they rest on: which claim has no source, an unknown one, or a false quote."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec


class Source(msgspec.Struct, frozen=True):
    """One document a claim rests on; ``quote``: words of it, as they stand there (empty = none given)."""

    document: str
    quote: str = ""


class Claim(msgspec.Struct, frozen=True):
    """One sentence of an answer with its sources."""

    text: str
    sources: tuple[Source, ...] = ()


class Mark(StrEnum):
    """What looking a claim's sources up found; the worst of its sources speaks."""

    SOURCED = "sourced"
    QUOTE_NOT_THERE = "quote not in the document"
    UNKNOWN_SOURCE = "unknown document"
    NO_SOURCE = "no source"


class Marked(msgspec.Struct, frozen=True):
    """A claim with its mark. ``faults``: the documents that are not known, or do not hold the quote."""

    claim: Claim
    mark: Mark
    faults: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The claim as it is shown: its sources in brackets, and what is wrong with them."""
        named = ", ".join(dict.fromkeys(source.document for source in self.claim.sources))
        if self.mark is Mark.NO_SOURCE:
            return f"{self.claim.text} [no source]"
        if self.mark is Mark.SOURCED:
            return f"{self.claim.text} [{named}]"
        return f"{self.claim.text} [{named}; {self.mark}: {', '.join(self.faults)}]"


def marked(claims: Iterable[Claim], contents: Mapping[str, str]) -> tuple[Marked, ...]:
    """Every claim with its mark. ``contents``: the text of each cited document that exists, by id."""
    texts = {document: _plain(content) for document, content in contents.items()}
    return tuple(_mark(claim, texts) for claim in claims)


def cited(claims: Iterable[Claim]) -> tuple[str, ...]:
    """The ids all these claims name, each once."""
    return tuple(dict.fromkeys(source.document for claim in claims for source in claim.sources))


def tally(found: Sequence[Marked]) -> str:
    """How the claims stand, in words: "3 claims, 1 with no source"."""
    count = len(found)
    parts = [f"{count:,} claim" if count == 1 else f"{count:,} claims"]
    for mark, words in (
        (Mark.NO_SOURCE, "with no source"),
        (Mark.UNKNOWN_SOURCE, "with an unknown document"),
        (Mark.QUOTE_NOT_THERE, "with a quote that is not in its document"),
    ):
        if amount := sum(each.mark is mark for each in found):
            parts.append(f"{amount:,} {words}")
    return ", ".join(parts) if len(parts) > 1 else f"{parts[0]}, each with its source"


def _mark(claim: Claim, texts: Mapping[str, str]) -> Marked:
    if not claim.sources:
        return Marked(claim, Mark.NO_SOURCE)
    unknown = tuple(source.document for source in claim.sources if source.document not in texts)
    if unknown:
        return Marked(claim, Mark.UNKNOWN_SOURCE, tuple(dict.fromkeys(unknown)))
    false = tuple(each.document for each in claim.sources if _plain(each.quote) not in texts[each.document])
    if false:
        return Marked(claim, Mark.QUOTE_NOT_THERE, tuple(dict.fromkeys(false)))
    return Marked(claim, Mark.SOURCED)


def _plain(text: str) -> str:
    """White space is no part of a quote: documents break their lines elsewhere."""
    return " ".join(text.split())
