"""Asks whose time is over expire; a clock that was set, or a sleep, is noted first."""

from runtime.domain.loop_commands import ExpireAsk, NoteClock
from runtime.domain.standing_deadlines import alone_since
from runtime.domain.words import RunState
from runtime.engine.parts import Parts


async def look_at_the_clock(parts: Parts) -> None:
    """Deadlines stand still while their run is paused, and where nobody else could answer."""
    jump = parts.clock.look()
    if jump is not None:
        await parts.ops.perform(NoteClock(round(jump.seconds, 1), jump.slept))
    now = parts.clock.now()
    for ask in parts.states.open_asks():
        if now < ask.expires or alone_since(ask, parts.states.workspace):
            continue  # whether a held ruling expires with it, the decision knows
        run = parts.states.run(ask.raised.run_id)
        if run is not None and run.state is not RunState.PAUSED and not parts.held_back(run):
            await parts.ops.perform(ExpireAsk(ask.raised.ask_id))
