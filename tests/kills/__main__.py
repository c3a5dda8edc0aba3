"""The long profile: ``python -m tests.kills`` kills the program 1,000 times and says what broke; 0 when nothing did.

``--kills N``, ``--seed N`` (the same kills again), ``--jobs N`` (side by side), ``--replay STORY WHEN...`` (one case
again, as it was printed), ``--recovery NAME`` (with one of the wrong recoveries, which has to be noticed).
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.kills.cases import Bench, Case, Killed
from tests.kills.nursery import nursery, quick_place
from tests.kills.plan import Sweep, kinds_of, more, of_each_kind, planned, swept
from tests.kills.recoveries import RIGHT, WRONG, WRONG_UNDO
from tests.kills.stories import STORIES
from tests.kills.web import web_server
from tests.kills.world import WITNESS

KILLS = 1_000
WINDOWS_A_STORY = 12
PROGRAM = "tests.kills.life"
BY_THE_CLOCK = "by the clock"


class Tally:
    """What happened so far, printed as it happens; used by several threads."""

    def __init__(self, wanted: int, seed: int) -> None:
        self.wanted = wanted
        self._seed = seed
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self.kills = 0
        self.lives = 0
        self.broken: list[Killed] = []
        self.kinds: set[str] = set()
        """Every kind of boundary at which it was killed."""
        self._counted: Counter[str] = Counter()
        self._told: set[str] = set()

    def add(self, result: Killed) -> None:
        """One case is over."""
        with self._lock:
            self.kills += len(result.at)
            self.lives += len(result.at) + 1
            kinds = [kind for point in result.at for kind in kinds_of(point)]
            self._counted.update(kinds)
            self.kinds.update(kinds)
            self._told |= result.told
            minutes, seconds = divmod(int(time.monotonic() - self._begun), 60)
            print(f"{self.kills:5} of {self.wanted}  {minutes:2}:{seconds:02}  {result.case.command}", flush=True)
            if result.broken:
                self.broken.append(result)
                for sentence in result.broken:
                    print(f"BROKEN  {sentence}\n        {result.case.command}", flush=True)

    def tell(self) -> None:
        """The last lines."""
        print("\nKilled, by what became durable there (a commit of several records counts for each)\n  before  after")
        names = {kind.partition(" ")[2] for kind in self._counted if kind != BY_THE_CLOCK}
        for name in sorted(names):
            print(f"  {self._counted[f'before {name}']:6} {self._counted[f'after {name}']:6}  {name}")
        print(f"  {self._counted[BY_THE_CLOCK]:6}         by the clock")
        print(f"Unknown outcomes were answered: {', '.join(sorted(self._told)) or 'none was asked'}.")
        print(
            f"{self.kills} kills in {self.lives} lives, {len(self.broken)} cases broken, "
            f"{time.monotonic() - self._begun:.0f} s, seed {self._seed} (--seed {self._seed} does the same again)."
        )


def main() -> int:
    """Everything the arguments say."""
    args = _arguments()
    seed = args.seed or random.SystemRandom().randrange(1, 1_000_000)
    with _place() as folder:
        if args.replay:
            return _replay(Case(args.replay[0], tuple(args.replay[1:]), args.recovery), folder)
        tally = Tally(args.kills, seed)
        print(f"{args.kills} kills, seed {seed}", flush=True)
        _all(tally, random.Random(seed), args.jobs, args.recovery, folder)
        tally.tell()
        return 1 if tally.broken else 0


def _all(tally: Tally, dice: random.Random, jobs: int, recovery: str, folder: Path) -> None:
    with ExitStack() as stack:
        benches = [_bench(stack, folder / str(at)) for at in range(jobs)]
        sweep = swept(benches[0], dice, WINDOWS_A_STORY)
        print(f"{len(sweep.first)} boundaries in {len(STORIES)} stories, {len(sweep.second)} more after a kill.")
        queue, lock = _cases(tally, sweep, dice), threading.Lock()

        def work(bench: Bench) -> None:
            while True:
                with lock:
                    case = next(queue, None)
                if case is None:
                    return
                tally.add(bench.run(replace(case, recovery=recovery)))

        threads = [threading.Thread(target=work, args=(bench,), name=f"bench {at}") for at, bench in enumerate(benches)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _bench(stack: ExitStack, folder: Path) -> Bench:
    """With lives, and a web server, of its own."""
    return Bench(stack.enter_context(nursery(PROGRAM)), folder, stack.enter_context(web_server(folder, WITNESS)))


def _cases(tally: Tally, sweep: Sweep, dice: random.Random) -> Iterator[Case]:
    """What is planned, then each kind of boundary that was missed so far, then more until it is enough."""
    yield from planned(sweep, dice, tally.wanted)
    yield from of_each_kind(sweep, dice, tally.kinds)
    for case in more(sweep, dice):
        if tally.kills >= tally.wanted:
            return
        yield case


def _replay(case: Case, folder: Path) -> int:
    with ExitStack() as stack:
        result = _bench(stack, folder).run(case)
    print(f"{case.story}: killed at {', '.join(result.at) or 'no moment: it came to its end before'}.")
    for sentence in result.broken:
        print(f"BROKEN  {sentence}")
    print("Broken." if result.broken else "Nothing was lost, nothing was done twice.")
    return 1 if result.broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--replay", nargs="+", metavar=("STORY", "WHEN"))
    parser.add_argument("--recovery", choices=[RIGHT, *WRONG, *WRONG_UNDO], default=RIGHT)
    args = parser.parse_args()
    if args.replay and args.replay[0] not in STORIES:
        parser.error(f"There is no story {args.replay[0]}; there are {', '.join(STORIES)}.")
    return args


@contextmanager
def _place() -> Iterator[Path]:
    """A folder for the cases and a home of the children's own; what broke stays there to be looked at."""
    folder = Path(tempfile.mkdtemp(prefix="kills-", dir=quick_place()))
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        os.environ[name] = str(folder / "home")
    (folder / "home").mkdir(mode=0o700)
    yield folder
    left = list(folder.glob("**/case-*"))
    if left:
        print(f"What broke is kept in {folder}.")
    else:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
