"""What a tickets grant may say: which folder of the workspace holds the tickets."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from runtime.tools.path_names import workspace_path


class TicketsOptions(BaseModel):
    """Options of the ``tickets`` family."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Annotated[str, AfterValidator(workspace_path)] = Field(
        "tickets", min_length=1, description="Folder of the workspace that holds the tickets."
    )
