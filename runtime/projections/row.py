"""A row of a read table, as far as the views need to know it: columns by name."""

from typing import Any, Protocol


class Row(Protocol):
    """Columns by name."""

    def __getitem__(self, key: str, /) -> Any: ...
