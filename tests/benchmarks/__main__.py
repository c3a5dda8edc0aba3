"""Runs the benchmarks; called by `python3 packaging/bench.py`, which sets up what they need."""

import argparse
import importlib
import sys
from functools import partial
from pathlib import Path

from tests.benchmarks import report
from tests.benchmarks.rounds import MINUTES, measure
from tests.benchmarks.workload import Workload


def registered() -> dict[str, Workload]:
    """Every WORKLOAD of the files ``workload_*.py`` of this folder, by name."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("workload_*.py"))
    modules = [importlib.import_module(f"tests.benchmarks.{name}") for name in names]
    return {module.WORKLOAD.name: module.WORKLOAD for module in modules}


def main() -> int:
    """Measure what was named, or everything; 0 when every target was reached."""
    known = registered()
    parser = argparse.ArgumentParser(prog="bench.py", description="Compares the program's speed with its references.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(known)}; all without one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    parser.add_argument(
        "--rounds", type=int, default=report.FEWEST_ROUNDS, help="rounds (5; fewer are a quick form, which says so)"
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=MINUTES,
        metavar="M",
        help=f"how long the window is watched under load ({MINUTES:g}; fewer are a quick form, which says so)",
    )
    parser.add_argument("--peers", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = [name.replace("_", "-") for name in options.names]
    unknown = [name for name in names if name not in known]
    if unknown or options.rounds < 1:
        parser.error(f"not known: {', '.join(unknown)}" if unknown else "at least one round is needed")
    of = report.machine()
    print(report.heading(of), flush=True)
    results = []
    for name in names or known:
        say = partial(print, flush=True)
        results.append(measure(known[name], options.rounds, options.peers, say, options.minutes))
        if options.json:
            report.write_json(options.json, of, results)
    for measured in results:
        print("\n" + report.table(measured))
    every = [target.reached(one.medians()) for one in results if not one.failed for target in one.workload.targets]
    return 0 if all(every) and not any(one.failed for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
