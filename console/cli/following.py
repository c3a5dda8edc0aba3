"""Prints what runs do as it becomes durable, and waits until they rest: finished, paused, or waiting for a person."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli.printing import Printer, cut
from console.cli.short_ids import short
from console.cli.wording import command
from runtime.domain.envelope import Envelope
from runtime.domain.events.asks import AskRaised
from runtime.domain.events.effects import EffectFinished, EffectStarted
from runtime.domain.events.runs import (
    ActionJudged,
    ModelAnswered,
    PlanningStarted,
    PlanProposed,
    PlanStepMoved,
    RunContinued,
    RunFinished,
    RunQueued,
    RunWaiting,
)
from runtime.domain.words import AskState, RunState, VerdictKind
from runtime.projections.sentences import told
from runtime.projections.telling import About

if TYPE_CHECKING:
    from runtime.interface import Runtime, Subscription

LOOK_AGAIN_S = 1.0
_QUIET = (PlanningStarted, PlanStepMoved, ModelAnswered, RunContinued, RunWaiting)
TITLE_LENGTH = 76


@contextlib.asynccontextmanager
async def watching(runtime: Runtime) -> AsyncIterator[Subscription]:
    """The live feed; what happens after this has begun is seen."""
    subscription = runtime.watch()
    opening: Any = getattr(subscription, "open", None)
    if opening is not None:
        await opening()
    try:
        yield subscription
    finally:
        subscription.close()


class RunTeller:
    """Prints events of runs. ``only`` None = of every run."""

    def __init__(self, printer: Printer, folder: Path, only: set[str] | None = None) -> None:
        self._printer = printer
        self._folder = folder
        self._only = only
        self._agents: dict[str, str] = {}
        self._calls: dict[tuple[str, str], About] = {}
        self._run_of_ask: dict[str, str] = {}
        self._asked: dict[str, About] = {}
        self.asked = 0

    def know(self, run_id: str, agent: str) -> None:
        """The agent of a run that was queued before anybody watched."""
        self._agents[run_id] = agent

    def know_call(self, run_id: str, call_id: str, tool: str, title: str) -> None:
        """A call that was made before anybody watched."""
        self._calls[(run_id, call_id)] = About(tool=tool, title=title)

    def know_ask(self, ask_id: str, tool: str, title: str) -> None:
        """The action of a request that was raised before anybody watched."""
        self._asked[ask_id] = About(tool=tool, title=title)

    def follow(self, run_id: str, agent: str) -> None:
        """Print what this run does, too."""
        self.know(run_id, agent)
        if self._only is not None:
            self._only.add(run_id)

    def tell(self, batch: Sequence[Envelope]) -> None:
        """Print what these events say."""
        for envelope in batch:
            kind, _, key = envelope.stream.partition(":")
            event = envelope.event
            if isinstance(event, RunQueued):
                self._agents[event.run_id] = event.agent
            if isinstance(event, AskRaised):
                self._run_of_ask[event.ask_id] = event.run_id
                self._agents[event.run_id] = event.agent
            run_id = key if kind == "run" else self._run_of_ask.get(key, "") if kind == "ask" else ""
            if run_id and (self._only is None or run_id in self._only):
                self._tell(run_id, envelope)

    def _tell(self, run_id: str, envelope: Envelope) -> None:
        event: Any = envelope.event
        call = (run_id, str(getattr(event, "call_id", "")))
        if isinstance(event, ActionJudged):
            self._calls[call] = About(tool=event.action.tool, title=event.title)
        if isinstance(event, EffectStarted) and call not in self._calls and event.ask_id in self._asked:
            self._calls[call] = self._asked[event.ask_id]
        about = self._calls.get(call, About())
        lines = self._lines(run_id, event, about)
        if not lines:
            return
        self._printer.say(
            "\n".join(lines), str(event.__struct_config__.tag), run_id=run_id, agent=self._agents.get(run_id, ""),
            seq=envelope.seq, at=envelope.at, sentence=told(event, about, envelope.by).sentence, event=event,
        )  # fmt: skip

    def _lines(self, run_id: str, event: Any, about: About) -> list[str]:
        head = f"[{short(run_id)} {self._agents.get(run_id, '')}]".replace(" ]", "]")
        if isinstance(event, _QUIET):
            return []
        if isinstance(event, ActionJudged) and event.verdict.kind is not VerdictKind.DENY:
            return []
        if isinstance(event, RunQueued):
            return [f"{head} Run: {cut(event.task.title, TITLE_LENGTH)}"]
        if isinstance(event, PlanProposed):
            sure = "" if event.confidence is None else f", {event.confidence:.0%} sure"
            intent = f" ({event.intent}{sure})" if event.intent else ""
            steps = [f"    {number}. {cut(step.title, TITLE_LENGTH)}" for number, step in enumerate(event.steps, 1)]
            return [f"{head} Plan{intent}:", *steps]
        if isinstance(event, EffectStarted):
            again = f" (attempt {event.attempt})" if event.attempt > 1 else ""
            what = f"{about.tool}: {cut(about.title, TITLE_LENGTH)}" if about.tool else f"Call {event.call_id} started"
            return [f"{head} {what}{again}"]
        if isinstance(event, EffectFinished):
            return [f"{head}   {cut(told(event, about).sentence, 160)}"]
        if isinstance(event, AskRaised):
            return self._ask_lines(head, event)
        if isinstance(event, RunFinished):
            return [f"{head} {cut(told(event, about).sentence, 200)}"]
        return [f"{head} {cut(told(event, about).sentence, 200)}"]

    def _ask_lines(self, head: str, ask: AskRaised) -> list[str]:
        self.asked += 1
        see = command(self._folder, "asks", "show", short(ask.ask_id))
        return [
            f"{head} WAITS FOR YOU, priority {ask.priority}: {cut(ask.title, TITLE_LENGTH)}",
            f"    touches {ask.touches}. {ask.undo_sentence}",
            f"    see and answer it:  {see}",
        ]


async def until_rest(
    runtime: Runtime,
    run_ids: Iterable[str],
    feed: Subscription,
    tell: Callable[[Sequence[Envelope]], None],
) -> None:
    """Returns when none of these runs moves any more; what they do meanwhile is handed to ``tell``."""
    moving = set(run_ids)
    batches = aiter(feed)
    coming: asyncio.Future[Sequence[Envelope]] = asyncio.ensure_future(_next(batches))
    try:
        while moving:
            done, _ = await asyncio.wait({coming}, timeout=LOOK_AGAIN_S)
            if done:
                tell(coming.result())
                coming = asyncio.ensure_future(_next(batches))
                if not coming.done():
                    await asyncio.sleep(0)
            moving = {run_id for run_id in moving if not await rests(runtime, run_id)}
        await _drain(coming, tell)
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


async def _next(batches: AsyncIterator[Sequence[Envelope]]) -> Sequence[Envelope]:
    try:
        return await anext(batches)
    except StopAsyncIteration:
        raise ConnectionAbortedError(103, "the program that has the workspace open has closed it") from None


async def _drain(coming: asyncio.Future[Sequence[Envelope]], tell: Callable[[Sequence[Envelope]], None]) -> None:
    """What became durable before the last look may still be on its way."""
    done, _ = await asyncio.wait({coming}, timeout=0.05)
    if done:
        tell(coming.result())


async def rests(runtime: Runtime, run_id: str) -> bool:
    """Whether nothing happens to this run until a person does something."""
    detail = await runtime.history.run(run_id)
    if detail is None:
        return True
    row = detail.row
    if row.state in (RunState.FINISHED, RunState.PAUSED):
        return True
    strip = await runtime.history.strip()
    if strip.everything_paused or strip.chain_broken:
        return True
    mine = [ask for ask in await runtime.history.asks() if ask.run_id == run_id]
    if any(ask.state is AskState.HELD for ask in mine):
        return False
    if row.state is RunState.WAITING and mine:
        return True
    agent = await runtime.history.agent(row.agent)
    return agent is not None and (agent.paused or agent.removed)
