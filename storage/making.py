"""What a check of the read tables needs from whoever knows what records mean: their rows and entries made once more."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from storage.records import RowChange, StoredRecord, Value

Entry = Mapping[str, Value]
"""Columns of an audit entry, and its ``words``; those that are left out are not compared."""
Row = Mapping[Any, Any]
Known = tuple[Mapping[str, Row], Mapping[tuple[str, str], Row], Mapping[str, Row], Mapping[tuple[str, str], Row]]
"""Rows of runs by id, of effects by run and call, of asks by id, of steps of plans by run and step."""


class Making(Protocol):
    """Goes through the records page by page, in their order."""

    def rows(self, page: Sequence[StoredRecord]) -> list[RowChange]:
        """What they change in the tables."""
        ...

    def wanted(self) -> tuple[set[str], set[str]]:
        """(ids of runs, ids of asks) that their entries speak of."""
        ...

    def entries(self, known: Known) -> Sequence[Entry]:
        """Their audit entries, one for each record."""
        ...

    def may_have_been(
        self,
        record: StoredRecord,
        agrees: Callable[[Entry], bool],
        stream: Callable[[str], list[StoredRecord]],
    ) -> bool:
        """Whether the entry of one record ``agrees`` with what it was at any moment since."""
        ...
