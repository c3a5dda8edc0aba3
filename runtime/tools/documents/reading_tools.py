"""documents.search, documents.read and documents.list: what is in a folder of documents, in bounded pieces."""

import hashlib
from abc import ABC, abstractmethod
from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.words import Tier
from runtime.tools.contract import Appraisal, Preview, PreviewKind, ToolContext, ToolFailed, ToolResult
from runtime.tools.documents.options import NO_WORDS, TOO_DEEP, UNKNOWN, DocumentId, Grant, contract
from runtime.tools.documents.terms import terms_of
from runtime.tools.read_only import Reading
from runtime.tools.text_changes import amount, shortened


class Asking(Reading, ABC):
    """What the tools that look into the documents have in common."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    @abstractmethod
    def title(self, arguments: BaseModel) -> str:
        """At most 60 characters."""

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts about this reading."""
        title = shortened(self.title(arguments), 60)
        return Appraisal(title, self._grant.resource, "Nothing is changed", Tier.NOTHING)

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """What is looked for."""
        return Preview(PreviewKind.TEXT, self.title(arguments), "Nothing is changed.")


class SearchInput(BaseModel):
    """What to look for."""

    model_config = ConfigDict(extra="forbid")
    query: str = Field(min_length=1, max_length=10_000, description="Words or a question; documents with any of them.")
    limit: int = Field(default=10, ge=1, le=50, description="Most documents to return.")
    offset: int = Field(default=0, ge=0, le=1000, description="How many of the best to leave out (to page on).")


class Found(BaseModel):
    """One document, with the piece of it that fits best."""

    rank: int
    id: str
    title: str
    piece: str


class SearchOutput(BaseModel):
    """``documents``: how many there are in all. ``passed_over``: what in the folder is no document."""

    hits: list[Found]
    more: bool
    documents: int
    passed_over: int


class SearchDocuments(Asking):
    """documents.search"""

    def __init__(self, grant: Grant) -> None:
        super().__init__(grant)
        purpose = f"Search the documents by words, best first; at most {grant.options.hits} at once."
        failures = (TOO_DEEP, NO_WORDS)
        self.contract = contract(grant, "search", purpose, (SearchInput, SearchOutput), failures=failures)

    def title(self, arguments: BaseModel) -> str:
        """What for."""
        return f"Search {shortened(self._grant.resource, 20)} for {cast(SearchInput, arguments).query!r}"

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Search."""
        given, options = cast(SearchInput, arguments), self._grant.options
        limit = min(given.limit, options.hits)
        if given.offset + limit > options.depth:
            said = f"A search goes down to rank {options.depth:,} here; search with other words instead."
            raise ToolFailed(TOO_DEEP.code, said)
        terms = terms_of(given.query)
        if not terms:
            raise ToolFailed(NO_WORDS.code, "The query has no word that could be looked for; name what is wanted.")
        with self._grant.index(context) as index:
            hits = index.search(terms, given.offset + limit + 1)
            wanted = hits[given.offset : given.offset + limit]
            output = SearchOutput(
                hits=[
                    Found(rank=rank, id=hit.id, title=hit.title, piece=hit.piece)
                    for rank, hit in enumerate(wanted, given.offset + 1)
                ],
                more=len(hits) > given.offset + limit and given.offset + limit < options.depth,
                documents=index.count(),
                passed_over=index.passed_over()[0],
            )
        return ToolResult(output, f"{amount(len(wanted), 'document')} found of {output.documents:,}")


class ReadInput(BaseModel):
    """Which piece of which document."""

    model_config = ConfigDict(extra="forbid")
    id: DocumentId
    offset: int = Field(default=0, ge=0, le=100_000_000, description="First character to return, counted from 0.")
    limit: int = Field(default=8_000, ge=1, le=100_000, description="Most characters to return.")


class ReadOutput(BaseModel):
    """``characters`` and ``sha256`` are of the whole document; ``next_offset`` is where the rest begins, 0 = none."""

    id: str
    title: str
    content: str
    characters: int
    sha256: str
    next_offset: int


class ReadDocument(Asking):
    """documents.read"""

    def __init__(self, grant: Grant) -> None:
        super().__init__(grant)
        purpose = f"Read a document by its id; at most {grant.options.piece:,} characters at once."
        self.contract = contract(grant, "read", purpose, (ReadInput, ReadOutput), failures=(UNKNOWN,))

    def title(self, arguments: BaseModel) -> str:
        """Which one."""
        return f"Read {shortened(cast(ReadInput, arguments).id, 54)}"

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Read."""
        given = cast(ReadInput, arguments)
        with self._grant.index(context) as index:
            document = index.document(given.id)
        if document is None:
            raise ToolFailed(UNKNOWN.code, f"No document has the id {given.id!r}; use an id that search or list names.")
        end = given.offset + min(given.limit, self._grant.options.piece)
        part, whole = document.content[given.offset : end], len(document.content)
        output = ReadOutput(
            id=document.id,
            title=document.title,
            content=part,
            characters=whole,
            sha256=hashlib.sha256(document.content.encode()).hexdigest(),
            next_offset=end if part and end < whole else 0,
        )
        return ToolResult(output, f"Read {document.id}, {len(part):,} of {amount(whole, 'character')}")


class ListInput(BaseModel):
    """Which documents."""

    model_config = ConfigDict(extra="forbid")
    start: str = Field(default="", max_length=300, description="Only ids that begin so; empty = all.")
    limit: int = Field(default=100, ge=1, le=500, description="Most documents to return.")
    offset: int = Field(default=0, ge=0, le=10_000_000, description="How many to leave out (to page on).")


class Listed(BaseModel):
    """One document."""

    id: str
    title: str
    characters: int


class ListOutput(BaseModel):
    """``documents``: how many begin so in all. ``passed_over`` names the first things that are no documents."""

    listed: list[Listed]
    documents: int
    passed_over: list[str]


class ListDocuments(Asking):
    """documents.list"""

    def __init__(self, grant: Grant) -> None:
        super().__init__(grant)
        purpose = "List documents by id, with title and length."
        self.contract = contract(grant, "list", purpose, (ListInput, ListOutput))

    def title(self, arguments: BaseModel) -> str:
        """Which folder."""
        return f"List documents of {shortened(self._grant.resource, 40)}"

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """List."""
        given = cast(ListInput, arguments)
        with self._grant.index(context) as index:
            rows = index.listed(given.start, given.offset, given.limit)
            output = ListOutput(
                listed=[Listed(id=name, title=title, characters=length) for name, title, length in rows],
                documents=index.count(given.start),
                passed_over=index.passed_over()[1],
            )
        return ToolResult(output, f"{len(rows):,} of {amount(output.documents, 'document')}")
