"""The program: ``operator-console`` alone opens the window, with a command it does the same without one."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from console.cli.parser import PROGRAM, build_parser
from console.masked_log import log_to_terminal

FAMILIES = ("asks", "runs", "agents", "audit", "workspaces", "policy", "operators", "connections", "grants")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 refused, 2 wrong usage, 3 broken."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = build_parser()
    try:
        args = parser.parse_args(words)
        if args.family in FAMILIES and args.action is None:
            args = parser.parse_args([*words, "list"])
    except SystemExit as ended:  # argparse has said what is wrong, or printed the help
        return ended.code if isinstance(ended.code, int) else 2
    _readable_output()
    log_to_terminal()
    logging.getLogger("console.watchdog").setLevel(logging.INFO)  # a window that stood still is worth a line
    if args.version:
        print(f"{PROGRAM} {program_version()}")
        return 0
    return _command(args) if args.family else _start(args)


def program_version() -> str:
    """The version, also from a clone that was not installed."""
    import importlib.metadata

    try:
        return importlib.metadata.version(PROGRAM)
    except importlib.metadata.PackageNotFoundError:
        return "0.1.0"


def _readable_output() -> None:
    """A terminal whose encoding lacks a character shows its number, and never ends the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def chosen_folder(args: argparse.Namespace) -> Path:
    """The workspace that is meant: named, the demo, or the one used last."""
    from console import workspaces

    if args.workspace is not None:
        return Path(args.workspace).expanduser().absolute()
    return workspaces.demo_folder() if args.demo else workspaces.default_folder()


def _command(args: argparse.Namespace) -> int:
    from console.cli.dispatch import work_of
    from console.cli.printing import Printer
    from console.cli.session import run

    printer = Printer(args.json)
    return run(work_of(args, chosen_folder(args), printer), printer)


def _start(args: argparse.Namespace) -> int:
    from console.cli.printing import Printer
    from console.start import start

    return start(args, chosen_folder(args), Printer(args.json))


if __name__ == "__main__":
    sys.exit(main())
