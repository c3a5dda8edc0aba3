"""What a view is given: the runtime's doors, the look, the owner of tasks, the runner, and the ways to other views."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from console.actions import Actions
from console.attention.calls import Calls
from console.notices.centre import NoticeCentre
from console.operations.operation import OperationRunner
from console.tasks import Tasks
from console.theme.theme import Theme
from runtime.interface import Runtime


def now_us() -> int:
    """µs since the epoch, UTC."""
    return time.time_ns() // 1000


class Navigation(Protocol):
    """Where the window can take a person. The window itself is one."""

    def open_run(self, run_id: str) -> None: ...
    def open_ask(self, ask_id: str) -> None: ...
    def show_view(self, number: int) -> None: ...
    def show_item(self, key: str) -> None:
        """Have the view that is shown open one thing of its own: an agent, an entry of the journal."""
        ...

    def open_settings(self, page: str = "") -> None: ...
    async def know_all_actions(self) -> None:
        """Have every screen say what can be done on it; a screen is built when it is first needed."""
        ...

    def open_workspace(self, folder: Path) -> None:
        """Close this workspace and open another one in its place."""
        ...


class NowhereToGo:
    """Before there is a window, and in tests of one view: every way is noted and leads nowhere."""

    def __init__(self) -> None:
        self.went: list[tuple[str, object]] = []

    def open_run(self, run_id: str) -> None:
        self.went.append(("run", run_id))

    def open_ask(self, ask_id: str) -> None:
        self.went.append(("ask", ask_id))

    def show_view(self, number: int) -> None:
        self.went.append(("view", number))

    def show_item(self, key: str) -> None:
        self.went.append(("item", key))

    def open_settings(self, page: str = "") -> None:
        self.went.append(("settings", page))

    async def know_all_actions(self) -> None:
        self.went.append(("actions", ""))

    def open_workspace(self, folder: Path) -> None:
        self.went.append(("workspace", folder))


@dataclass(slots=True)
class ConsoleContext:
    """One per window. ``operator`` answers the id of the person who decides here now."""

    runtime: Runtime
    theme: Theme
    tasks: Tasks
    runner: OperationRunner
    operator: Callable[[], str]
    actions: Actions
    notices: NoticeCentre
    settings: QSettings
    now: Callable[[], int] = now_us
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never jump, for guards and look times."""
    navigation: Navigation = None  # type: ignore[assignment]  # set below: a dataclass default can't be built per object
    window: Callable[[], QWidget | None] = lambda: None
    """The window to open dialogs above."""
    calls: Calls | None = None
    """What calls people by notifications; None in a window that is shown without the program."""
    endings: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What has to end before the workspace is closed; each may be called once."""
    set_operator: Callable[[str], None] = lambda _operator_id: None
    """Another person takes this seat."""

    def __post_init__(self) -> None:
        if self.navigation is None:
            self.navigation = NowhereToGo()

    def open_run(self, run_id: str) -> None:
        """Show a run."""
        self.navigation.open_run(run_id)

    def open_ask(self, ask_id: str) -> None:
        """Show an ask on its card."""
        self.navigation.open_ask(ask_id)

    def show_view(self, number: int) -> None:
        """Show a view by its fixed number."""
        self.navigation.show_view(number)
