"""Files whose tests take longest are begun first: at the end of the run no worker then waits long for the other.

In the order of what they took when it was measured; a file that is not named here comes after them, in the order of
its folder. A name without a file is red (`unit/packaging/test_test_command.py`).
"""

from pathlib import Path

TESTS = Path(__file__).resolve().parent
LONGEST = (
    "wire/test_cut_exchanges.py",
    "scenarios/test_screen_reader.py",
    "scenarios/test_screens.py",
    "kills/test_kills.py",
    "crash/power/test_power_loss.py",
    "crash/faults/test_other_boundaries.py",
    "machine/test_runtime_machine.py",
    "machine/test_planted_faults.py",
    "unit/runtime/models/test_examples.py",
    "scenarios/test_monkey.py",
    "scenarios/test_fifty_asks.py",
    "crash/faults/test_every_call.py",
    "domains/test_killed.py",
    "scenarios/test_processes.py",
    "scenarios/test_working_day.py",
    "domains/test_through_the_program.py",
    "scenarios/test_a_persons_session.py",
)
_PLACES = {TESTS / name: place for place, name in enumerate(LONGEST)}


def place_of(file: Path) -> int:
    """Where the tests of this file come; those of one file stay together."""
    return _PLACES.get(file, len(LONGEST))
