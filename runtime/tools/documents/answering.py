"""documents.answer: an answer as claims with sources; each is looked up and marked before anybody relies on it."""

from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.claims import Claim, Mark, Source, cited, marked, tally
from runtime.domain.words import Tier
from runtime.tools.contract import Appraisal, Preview, PreviewKind, ToolContext, ToolResult
from runtime.tools.documents.options import DocumentId, Grant, contract
from runtime.tools.read_only import Reading
from runtime.tools.text_changes import amount


class SourceInput(BaseModel):
    """One document a claim rests on."""

    model_config = ConfigDict(extra="forbid")
    id: DocumentId
    quote: str = Field(default="", max_length=2000, description="Words of the document that say it, as they stand.")


class ClaimInput(BaseModel):
    """One sentence of the answer."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=2000, description="One sentence that says one thing.")
    sources: list[SourceInput] = Field(default=[], max_length=20, description="The documents it rests on.")


class AnswerInput(BaseModel):
    """The whole answer."""

    model_config = ConfigDict(extra="forbid")
    claims: list[ClaimInput] = Field(min_length=1, max_length=200, description="The answer, sentence by sentence.")


class MarkedClaim(BaseModel):
    """One claim and what looking its sources up found. ``faults`` names the documents that do not bear it."""

    text: str
    sources: list[str]
    mark: str
    faults: list[str]


class AnswerOutput(BaseModel):
    """``text`` is the answer as it may be handed on: sources in brackets, and what has none says so."""

    text: str
    claims: list[MarkedClaim]
    sourced: int
    unsourced: int


class AnswerWithSources(Reading):
    """documents.answer"""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        purpose = "Hand in the answer as claims with the ids of their documents; claims without a source are marked."
        self.contract = contract(grant, "answer", purpose, (AnswerInput, AnswerOutput))

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts about this answer."""
        given = cast(AnswerInput, arguments)
        title = f"Answer with {amount(len(given.claims), 'claim')}, sources looked up"
        return Appraisal(title, self._grant.resource, "Nothing is changed", Tier.NOTHING)

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """The answer as the agent wrote it."""
        given = cast(AnswerInput, arguments)
        lines = [f"{claim.text} [{', '.join(source.id for source in claim.sources)}]" for claim in given.claims]
        return Preview(PreviewKind.TEXT, f"Answer with {amount(len(lines), 'claim')}", "\n".join(lines))

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Look every source up and mark."""
        given = cast(AnswerInput, arguments)
        claims = [
            Claim(claim.text, tuple(Source(source.id, source.quote) for source in claim.sources))
            for claim in given.claims
        ]
        contents: dict[str, str] = {}
        with self._grant.index(context) as index:
            for name in cited(claims):
                if (document := index.document(name)) is not None:
                    contents[name] = document.content
        found = marked(claims, contents)
        good = sum(each.mark is Mark.SOURCED for each in found)
        output = AnswerOutput(
            text="\n".join(each.line for each in found),
            claims=[
                MarkedClaim(
                    text=each.claim.text,
                    sources=[source.document for source in each.claim.sources],
                    mark=str(each.mark),
                    faults=list(each.faults),
                )
                for each in found
            ],
            sourced=good,
            unsourced=len(found) - good,
        )
        return ToolResult(output, tally(found))
