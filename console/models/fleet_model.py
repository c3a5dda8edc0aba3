"""The agents' cards as a Qt item model; their order stands still for ten seconds."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt

from console.models.keyed_rows import Index, KeyedRows
from console.presenters.fleet_text import card_text, in_order, matches
from console.widgets.plain_label import plain_tooltip
from runtime.projections.rows import FleetCard

STABLE_S = 10.0


class FleetModel(KeyedRows[FleetCard]):
    """``show_cards`` keeps the order that is on screen until ten seconds after it last changed."""

    def __init__(self, clock: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._order: list[str] = []
        self._ordered_at: float | None = None
        self.wanted = "all"
        self.cards: list[FleetCard] = []

    def key_of(self, row: FleetCard) -> str:
        return row.name

    def title_of(self, row: FleetCard) -> str:
        return row.name

    def said_of(self, row: FleetCard) -> str:
        return card_text(row).said

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            return plain_tooltip(card_text(self.rows[index.row()]).sentence)
        return super().data(index, role)

    def card(self, place: int) -> FleetCard:
        """What stands there."""
        return self.rows[place]

    def show_cards(self, cards: Sequence[FleetCard]) -> float:
        """Become what is true now; answers in how many seconds the order may change (0 = nothing waits for it)."""
        self.cards = list(cards)
        return self._settle(anew=False)

    def show_filter(self, wanted: str) -> float:
        """A person chose another filter: everything is ordered anew."""
        self.wanted = wanted
        return self._settle(anew=True)

    def _settle(self, *, anew: bool) -> float:
        best = [card.name for card in in_order(self.cards)]
        now = self._clock()
        waits = 0.0 if self._ordered_at is None or anew else max(0.0, STABLE_S - (now - self._ordered_at))
        if waits <= 0.0:
            if best != self._order:
                self._order, self._ordered_at = best, now
        else:
            # until the order may change again, who is new stands at the end and who is gone leaves
            there = set(best)
            kept = [name for name in self._order if name in there]
            self._order = kept + [name for name in best if name not in set(kept)]
        by_name = {card.name: card for card in self.cards}
        self.show_rows([by_name[name] for name in self._order if matches(by_name[name], self.wanted)])
        return waits if self._order != best else 0.0
