"""One event to all the rows that change with it. Pure: the same function serves the live log and a rebuild."""

from runtime.domain.envelope import Envelope
from runtime.projections.ask_rows import ask_rows
from runtime.projections.budget_rows import budget_rows
from runtime.projections.effect_rows import effect_rows
from runtime.projections.run_rows import run_rows
from runtime.projections.workspace_rows import workspace_rows
from storage.records import RowChange, Value


def project(seq: Value, envelope: Envelope) -> list[RowChange]:
    """The rows of every read model that commits with its records. ``seq``: AtSeq(n) live, the number in a rebuild."""
    of_the_rest = [*workspace_rows(envelope), *budget_rows(seq, envelope)]
    return [*run_rows(seq, envelope), *ask_rows(envelope), *effect_rows(envelope), *of_the_rest]
