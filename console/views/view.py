"""How a view is written and plugged in.

1. Write ``console/views/<name>_view.py`` with one class that inherits ``View``; its module and class are named in
   ``console/views/table.py``. A view whose module is not there is absent from the rail, not empty.
2. ``__init__(self, context: ConsoleContext)`` calls ``super().__init__(context)``, builds its widgets (no I/O, no
   awaits) and adds its gestures: ``context.actions.add(Action("runs.pause", "Pause run", ("P",), where=self.number,
   icon="pause"), self._pause, enabled=lambda: ...)``. Keys arrive through the action table alone: no QShortcut, no
   keyPressEvent for letters. ``release=`` is called when the key goes up (for held keys).
3. ``async def refresh(self, change)`` is called once with EVERYTHING before the view is first shown, then with a
   ``ChangeSet`` whenever something became durable while it is visible; what happened while it was hidden arrives as
   one merged ChangeSet when it is shown again. Never two at a time. Read ``context.runtime.history``, update item
   models row by row, keep the selection. What it raises is reported; the view stays.
4. A gesture is ``context.runner.submit(PauseRun(run_id, by=context.operator()))``. Answers are told in the notice bar;
   the change comes back through ``refresh``. Background reading: ``context.tasks.start(coroutine, name="...")``.
5. ``keys()`` names the action ids for the footer, most wanted first; emit ``keys_changed`` when it differs.
   ``panes()`` are the widgets F6 goes through. ``focus_first()`` puts the keyboard where work starts.
6. ``set_stale(since)``: the writer is silent since then (µs UTC; 0 = fresh again). Grey the values, switch actions
   off: ``self.stale_since`` is nonzero meanwhile, so put ``not self.stale_since`` into ``enabled=``.
7. ``open_item(key)``: the window asks the view to show one thing (a run id, an ask id, a search text).
8. Splitters: ``Splitter(theme, "runs.main", panes, sizes, settings=context.settings)`` keeps its own position.
9. Text comes from ``console/presenters`` (no Qt there), colours and fonts from ``context.theme``, parts from
   ``console/widgets``. Every interactive widget has an accessible name.
"""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.actions import shown_key
from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.presenters.wording import say
from console.widgets.button import ActionButton


class View(QWidget):
    """One screen of the window."""

    title: ClassVar[str]
    number: ClassVar[int]
    keys_changed = Signal()

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        self.context = context
        self.stale_since = 0
        self.setAccessibleName(say(self.title))

    async def refresh(self, change: ChangeSet) -> None:
        """Look again at what ``change`` names."""
        raise NotImplementedError

    def keys(self) -> Sequence[str]:
        """Ids of the actions the footer shows, most wanted first."""
        return ()

    def capped(self) -> Sequence[tuple[ActionButton, str]]:
        """Buttons that show a key, and the action whose key it is."""
        return ()

    def show_caps(self) -> None:
        """Each of them shows the key that does it now, a person's own included."""
        actions = self.context.actions
        for button, action_id in self.capped():
            keys = actions.keys_of(action_id)
            button.set_key_hint(shown_key(keys[0]) if keys else None)

    def panes(self) -> Sequence[QWidget]:
        """What F6 goes through, in order."""
        return (self,)

    def focus_first(self) -> None:
        """The keyboard to where work starts."""
        self.panes()[0].setFocus()

    def set_stale(self, since: int) -> None:
        """What is shown was true at ``since`` (µs UTC); 0 = it is true now."""
        self.stale_since = since
        self.keys_changed.emit()

    def open_item(self, key: str) -> None:
        """Show one thing of this view."""

    def for_notices(self) -> QWidget | None:
        """The pane in whose corner notices may lie, because nothing in it has to be seen to decide; None = any."""
        return None

    def left(self) -> None:
        """Another view was chosen."""
