"""The table of commands and the unions of commands name the same things."""

from typing import Any, cast, get_args

from runtime.domain.commands import Command
from runtime.domain.loop_commands import LoopCommand
from runtime.operations.handlers import handler_table
from runtime.operations.on_connections import ConnectionHandlers
from runtime.operations.on_upkeep import UpkeepHandlers


def test_every_command_has_a_handler_and_every_handler_a_command() -> None:
    nothing = cast(Any, None)
    table = handler_table(nothing, nothing, nothing, nothing, UpkeepHandlers(nothing), ConnectionHandlers(nothing))
    assert set(table) == {*get_args(Command), *get_args(LoopCommand)}
