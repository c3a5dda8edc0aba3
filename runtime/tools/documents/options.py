"""What a grant of the documents family says, and the contract its tools share."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from runtime.domain.words import EffectKind, Idempotency
from runtime.tools.contract import Failure, ToolContext, ToolContract
from runtime.tools.documents.index import INDEXING, DocumentIndex
from runtime.tools.granted_folder import FOLDER_FAILURES, GrantedFolder
from runtime.tools.path_names import workspace_path
from runtime.tools.stopping import STOPPED_FAILURE

UNKNOWN = Failure("unknown-document", "No document of the granted folder has this id.")
TOO_DEEP = Failure("too-deep", "The grant does not let a search go this far down its ranking.")
NO_WORDS = Failure("no-words", "There is no word in the query that could be looked for.")


class DocumentsOptions(BaseModel):
    """``folder``: the folder of documents, relative to the workspace. How often an agent may search in one run is a
    quota of the agent on ``documents.search``."""

    model_config = ConfigDict(extra="forbid")
    folder: Annotated[str, AfterValidator(workspace_path)] = Field(default="documents", min_length=1)
    hits: int = Field(default=10, ge=1, le=50)
    """Most documents one search returns."""
    depth: int = Field(default=50, ge=1, le=1000)
    """How far down the ranking of one query an agent may page."""
    piece: int = Field(default=8_000, ge=200, le=100_000)
    """Most characters of a document that are read at once."""


class Grant:
    """Options with the canonical text they were read from."""

    def __init__(self, options: DocumentsOptions, text: str) -> None:
        self.options = options
        self.text = text

    @property
    def resource(self) -> str:
        """What rules match against."""
        return f"{self.options.folder}/"

    def index(self, context: ToolContext) -> DocumentIndex:
        """The index of this folder, as the folder is now."""
        folder = GrantedFolder(context.folder, self.options.folder)
        return DocumentIndex.current(context.folder, self.options.folder, folder, context)


DocumentId = Annotated[
    str, Field(description="The document's id, as search and list name it.", min_length=1, max_length=300)
]


def contract(
    grant: Grant, verb: str, purpose: str, models: tuple[type[BaseModel], type[BaseModel]], **more: Any
) -> ToolContract:
    """A contract with what all tools of this family have in common: they only read."""
    failures: tuple[Failure, ...] = more.pop("failures", ())
    return ToolContract(
        name=f"documents.{verb}",
        version=1,
        purpose=purpose,
        input=models[0],
        output=models[1],
        failures=(*FOLDER_FAILURES, INDEXING, *failures, STOPPED_FAILURE),
        effect=EffectKind.READ,
        scope=f"reads documents below {grant.options.folder}/",
        idempotency=Idempotency.REPEATABLE,
        time_limit_s=60.0,
        undo="Nothing to undo: it only reads.",
        options=grant.text,
        **more,
    )
