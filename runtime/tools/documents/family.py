"""The documents family: search, read, list and answer with sources, over one granted folder of documents."""

from runtime.tools.contract import Tool
from runtime.tools.documents.answering import AnswerWithSources
from runtime.tools.documents.options import DocumentsOptions, Grant
from runtime.tools.documents.reading_tools import ListDocuments, ReadDocument, SearchDocuments


class DocumentsFamily:
    """Builds the tools of a documents grant."""

    name = "documents"

    def tools(self, options: str) -> tuple[Tool, ...]:
        """All tools of this grant; none of them changes anything."""
        grant = Grant(DocumentsOptions.model_validate_json(options, strict=True), options)
        return SearchDocuments(grant), ReadDocument(grant), ListDocuments(grant), AnswerWithSources(grant)
