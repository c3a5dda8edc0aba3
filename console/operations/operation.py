"""Sends a gesture's command to the runtime and tells what became of it: done, refused, not confirmed, failed."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from console.change_set import EVERYTHING, change_of_command
from console.notices.centre import NoticeCentre
from console.notices.notice import Notice
from console.presenters.wording import say
from console.tasks import Tasks
from runtime.domain.changes import Done
from runtime.domain.commands import Command
from runtime.domain.refusals import Refusal
from runtime.interface import Runtime

CONFIRM_WITHIN_S = 5.0

Answer = Done | Refusal


class OperationRunner(QObject):
    """``answered`` carries (command, Done | Refusal); ``changed`` a ChangeSet as soon as a command was accepted."""

    answered = Signal(object, object)
    changed = Signal(object)
    pending_changed = Signal(int)

    def __init__(
        self,
        runtime: Runtime,
        tasks: Tasks,
        notices: NoticeCentre,
        confirm_within_s: float = CONFIRM_WITHIN_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runtime, self._tasks, self._notices = runtime, tasks, notices
        self._confirm_within_s = confirm_within_s
        self._pending = 0

    @property
    def pending(self) -> int:
        """Commands sent and not yet answered."""
        return self._pending

    def submit(
        self,
        command: Command,
        then: Callable[[Answer], None] | None = None,
        *,
        quiet: bool = False,
        asker: QObject | None = None,
    ) -> "asyncio.Task[Answer] | None":
        """Send it. ``then`` gets the answer; ``quiet`` leaves telling a refusal to the caller.

        Where the ``asker`` was closed meanwhile, ``then`` is left out and the answer is told in a notice after all.

        The task answers the same; await it only inside another coroutine, never block on it.
        """
        return self._tasks.start(self._run(command, then, quiet, asker), name=f"command {type(command).__name__}")

    async def _run(
        self, command: Command, then: Callable[[Answer], None] | None, quiet: bool, asker: QObject | None
    ) -> Answer:
        self._count(+1)
        failed = False
        work = asyncio.ensure_future(self._runtime.perform(command))
        try:
            answer = await self._wait(work, command)
        except Exception as error:
            self._notices.failed(error, type(command).__name__)
            answer = Refusal(say("The command failed; see the notice."), "failed")
            failed = True
        except asyncio.CancelledError:
            work.cancel()
            raise
        finally:
            self._count(-1)
        gone = asker is not None and not isValid(asker)
        self._tell(command, answer, failed or (quiet and not gone))
        if then is not None and not gone:
            then(answer)
        return answer

    async def _wait(self, work: "asyncio.Future[Answer]", command: Command) -> Answer:
        key = f"unconfirmed:{id(work)}"
        done, _ = await asyncio.wait({work}, timeout=self._confirm_within_s)
        if not done:
            headline = self.tr("Sent, not confirmed")
            sentence = self.tr("{name} was sent {seconds} s ago and is not confirmed. It is not sent twice.").format(
                name=type(command).__name__, seconds=f"{self._confirm_within_s:g}"
            )
            check = self.tr("Check now")
            look = self._look_again
            self._notices.tell(Notice("waiting", headline, sentence, key=key, action=check, act=look))
            await asyncio.wait({work})
            self._notices.tell(Notice("done", self.tr("Confirmed"), key=key))
        return work.result()

    def _look_again(self) -> None:
        self.changed.emit(EVERYTHING)

    def _tell(self, command: Command, answer: Answer, quiet: bool) -> None:
        if isinstance(answer, Done):
            change = change_of_command(answer.changes)
            if change:
                self.changed.emit(change)
            if not quiet:
                self._notices.done(answer.sentence)
        elif not quiet:
            self._notices.refused(answer.sentence)
        self.answered.emit(command, answer)

    def _count(self, by: int) -> None:
        self._pending += by
        self.pending_changed.emit(self._pending)
