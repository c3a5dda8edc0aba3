"""The words of the command line. Standard library only, so that ``--help`` answers at once."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from console.cli.connection_ways import add_ways
from console.cli.parser_queue import asks_words, queue_words

PROGRAM = "operator-console"
EPILOG = """Identifiers can be shortened: the beginning or the end of one is enough when it is the only one that fits.
Exit status: 0 done, 1 refused, 2 wrong usage, 3 broken. `operator-console COMMAND --help` says more of a command."""

Parsers = Any


def build_parser() -> argparse.ArgumentParser:
    """Everything that can be typed. ``family`` and ``action`` of the result name the command; no family = start."""
    parser = argparse.ArgumentParser(
        PROGRAM,
        description="Supervise autonomous agents: without a command the window, with one the same without a window.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _shared(parser, top=True)
    parser.add_argument("--demo", action="store_true", help="lay out the demo workspace if it is not there yet")
    parser.add_argument("--open", metavar="ASK", default="", help="show this request in the window")
    parser.add_argument("--no-window", action="store_true", help="work through the inboxes without a window")
    parser.add_argument("--version", action="store_true", help="print the version")
    families = parser.add_subparsers(dest="family", metavar="COMMAND")
    _run(families)
    _asks(families)
    _runs(families)
    _agents(families)
    _audit(families)
    _workspaces(families)
    _policy(families)
    _operators(families)
    _spend(families)
    _connections(families)
    queue_words(families, _family, _leaf)
    _grants(families)
    _leaf(families, "doctor", "what is missing on this machine, and the command that mends it")
    return parser


def _shared(parser: argparse.ArgumentParser, top: bool = False) -> None:
    """Options that may stand before or after the command."""
    nothing = None if top else argparse.SUPPRESS
    off = False if top else argparse.SUPPRESS
    parser.add_argument("--workspace", metavar="DIR", type=Path, default=nothing, help="the workspace's folder")
    parser.add_argument("--json", action="store_true", default=off, help="print one JSON object a line")
    parser.add_argument("--as", dest="operator", metavar="OPERATOR", default=nothing, help="who you are")


def _leaf(parent: Parsers, name: str, help_text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = parent.add_parser(name, help=help_text, description=help_text)
    _shared(parser)
    return parser


def _family(parent: Parsers, name: str, help_text: str) -> Parsers:
    """A family of actions; without one it lists."""
    parser = _leaf(parent, name, help_text)
    parser.set_defaults(action="list")
    return parser.add_subparsers(dest="action", metavar="ACTION")


def _run(families: Parsers) -> None:
    run = _leaf(families, "run", "let an agent work on a text or on mail; asks are left waiting")
    run.add_argument("agent", metavar="AGENT")
    what = run.add_mutually_exclusive_group(required=True)
    what.add_argument("--text", metavar="T", help="what is to be done, in words")
    what.add_argument("--input", metavar="FILE", type=Path, help="a mail, an mbox, a folder of mail, or a text file")


def _ruling(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--detach", action="store_true", help="return at once; do not wait for what comes of it")


def _asks(families: Parsers) -> None:
    actions = _family(families, "asks", "requests that wait for a person: see, approve, reject, edit")
    listed = _leaf(actions, "list", "requests that wait or are held")
    listed.add_argument("--decided", action="store_true", help="those that were decided")
    _leaf(actions, "show", "everything a decision needs").add_argument("id", metavar="ID")
    approve = _leaf(actions, "approve", "approve exactly this action")
    _ruling(approve)
    approve.add_argument("--digest", metavar="D", default="", help="the first 8 or more characters of the digest shown")
    approve.add_argument("--check", metavar="N", type=int, action="append", default=[], help="check N is true")
    approve.add_argument("--second", metavar="OPERATOR", default="", help="the second person where two are needed")
    ahead = "and allow what is exactly alike ahead: 30m, 1h, run (this run), 10x, or several joined by commas"
    approve.add_argument("--grant", metavar="TERMS", default="", help=ahead)
    vary = "an argument that may vary, and within what: amount=1..50, status=open|closed, note=any:200"
    approve.add_argument("--vary", metavar="ARGUMENT=LIMIT", action="append", default=[], help=vary)
    pattern = "a pattern that every resource has to fit, where arguments vary (default: exactly this one)"
    approve.add_argument("--resources", metavar="PATTERN", default="", help=pattern)
    reject = _leaf(actions, "reject", "say no; the agent is told why")
    _ruling(reject)
    reject.add_argument("--reason", metavar="R", required=True)
    reject.add_argument("--pause-agent", action="store_true", help="and pause the agent")
    edit = _leaf(actions, "edit", "approve with other arguments, which pass the gate again")
    _ruling(edit)
    edit.add_argument("--arguments", metavar="JSON", required=True, help="the whole arguments as JSON")
    edit.add_argument("--digest", metavar="D", default="", help="the digest shown for the edited action")
    edit.add_argument("--check", metavar="N", type=int, action="append", default=[])
    edit.add_argument("--second", metavar="OPERATOR", default="")
    answer = _leaf(actions, "answer", "say what became of an action or of an undo, or what to do at a cap")
    _ruling(answer)
    told = ["happened", "do-it", "skip", "dealt-with", "try-again", "undone", "undo-it", "leave"]
    told += ["raise", "partial", "stop"]
    answer.add_argument("answer", choices=told)
    answer.add_argument("--by", dest="extra", metavar="DOLLARS", default="0", help="how far `raise` goes beyond a cap")
    answer.add_argument("--by-tokens", dest="extra_tokens", metavar="N", type=int, default=0)
    _ruling(_leaf(actions, "take-back", "take a decision back while it is held"))
    asks_words(actions, _leaf)


def _runs(families: Parsers) -> None:
    actions = _family(families, "runs", "what agents did and do: see, pause, resume, stop, roll back")
    listed = _leaf(actions, "list", "runs, newest first")
    listed.add_argument("--agent", default="")
    listed.add_argument("--state", default="", help="queued, planning, running, waiting, paused or finished")
    listed.add_argument("--text", default="", help="words in the title")
    listed.add_argument("--limit", type=int, default=50)
    for name, text in (
        ("show", "plan, steps and outcome of a run"),
        ("pause", "no new step of it starts"),
        ("resume", "back to where it was"),
        ("stop", "end it now; what was done stays done"),
    ):
        _leaf(actions, name, text).add_argument("id", metavar="ID")
    note = _leaf(actions, "note", "tell the agent something before its next step")
    note.add_argument("id", metavar="ID")
    note.add_argument("text", metavar="TEXT")
    back = _leaf(actions, "rollback", "undo what a run did, newest first")
    back.add_argument("id", metavar="ID")
    back.add_argument("--to", metavar="N", type=int, default=0, help="back to checkpoint N (default: the start)")
    back.add_argument("--dry-run", action="store_true", help="only say what would be undone")
    back.add_argument("--overwrite", metavar="CALL", action="append", default=[], help="overwrite later changes there")
    _leaf(actions, "pause-all", "no agent takes a new step")
    _leaf(actions, "resume-all", "agents work again")


def _agents(families: Parsers) -> None:
    actions = _family(families, "agents", "agents: see, import, export, teach, evaluate, pause")
    _leaf(actions, "list", "all agents")
    show = _leaf(actions, "show", "one agent")
    show.add_argument("name", metavar="NAME")
    imported = _leaf(actions, "import", "a new agent or a new revision from its file")
    imported.add_argument("file", metavar="FILE", type=Path)
    imported.add_argument("--note", default="", help="why it changed")
    imported.add_argument("--check", action="store_true", help="only say what is wrong with the file")
    exported = _leaf(actions, "export", "one agent as a readable file")
    exported.add_argument("name", metavar="NAME")
    exported.add_argument("--revision", type=int, default=0)
    exported.add_argument("--to", metavar="FILE", type=Path, help="write it there instead of printing it")
    for name, text in (("train", "teach labelled messages"), ("evaluate", "how well labelled messages are told apart")):
        taught = _leaf(actions, name, f"{text} (CSV with the columns text,category)")
        taught.add_argument("name", metavar="NAME")
        taught.add_argument("file", metavar="FILE", type=Path)
        if name == "evaluate":
            taught.add_argument("--folds", type=int, default=5)
            taught.add_argument("--seed", type=int, default=7)
    for name, text in (("pause", "none of its runs goes on"), ("resume", "it works again"), ("remove", "no more runs")):
        _leaf(actions, name, text).add_argument("name", metavar="NAME")


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agent", default="")
    parser.add_argument("--by", default="", help="who did it")
    parser.add_argument("--run", default="", help="of this run")
    parser.add_argument("--kind", action="append", default=[], help="kind of event, for example ask-approved")
    parser.add_argument("--since", metavar="DAY", default="", help="2026-11-20 or 2026-11-20T14:30, local time")
    parser.add_argument("--until", metavar="DAY", default="", help="up to and with that day or minute")


def _audit(families: Parsers) -> None:
    actions = _family(families, "audit", "everything that was recorded: search, verify, export")
    listed = _leaf(actions, "list", "entries, newest first")
    listed.add_argument("--limit", type=int, default=50)
    _filters(listed)
    search = _leaf(actions, "search", "full text")
    search.add_argument("query", metavar="Q")
    search.add_argument("--limit", type=int, default=50)
    _filters(search)
    _leaf(actions, "show", "one entry with its place in the chain").add_argument("seq", metavar="N", type=int)
    _leaf(actions, "verify", "check every record from the first to the last sealed one, and the lists made from them")
    _leaf(actions, "rebuild", "make lists and pages anew from the journal")
    export = _leaf(actions, "export", "write entries to a .jsonl or .csv file")
    export.add_argument("file", metavar="FILE", type=Path)
    export.add_argument("--text", default="", help="only entries with these words")
    _filters(export)


def _workspaces(families: Parsers) -> None:
    actions = _family(families, "workspaces", "workspaces: list, create, delete, back up, restore, space on disk")
    _leaf(actions, "list", "workspaces that are known here")
    _leaf(actions, "create", "a new workspace").add_argument("name", metavar="NAME")
    delete = _leaf(actions, "delete", "delete a workspace with everything in it")
    delete.add_argument("name", metavar="NAME")
    delete.add_argument("--yes", action="store_true", help="it is meant; this cannot be undone")
    _leaf(actions, "switch", "the workspace that is used when none is named").add_argument("name", metavar="NAME")
    _leaf(actions, "backup", "write the workspace into one file").add_argument("file", metavar="FILE", type=Path)
    restore = _leaf(actions, "restore", "a new workspace from a backup")
    restore.add_argument("file", metavar="FILE", type=Path)
    restore.add_argument("name", metavar="NAME")
    _leaf(actions, "space", "what the workspace takes on disk")
    _leaf(actions, "clear", "remove what may go")


def _policy(families: Parsers) -> None:
    actions = _family(families, "policy", "rules and safety checks: see, import")
    _leaf(actions, "list", "the rules in force")
    _leaf(actions, "show", "the rules in force, as the file that import reads")
    imported = _leaf(actions, "import", "replace the rules by those of a file")
    imported.add_argument("file", metavar="FILE", type=Path)
    imported.add_argument("--note", default="")
    preview = "only say what they would have done with the last 1,000 recorded actions"
    imported.add_argument("--preview", action="store_true", help=preview)


def _grants(families: Parsers) -> None:
    actions = _family(families, "grants", "what was allowed ahead: see, revoke")
    listed = _leaf(actions, "list", "standing grants that hold")
    listed.add_argument("--all", action="store_true", help="those that are over as well")
    for name, text in (("show", "its whole condition, and what was done under it"), ("revoke", "it holds no more")):
        _leaf(actions, name, text).add_argument("id", metavar="ID")


def _operators(families: Parsers) -> None:
    actions = _family(families, "operators", "people who decide here")
    _leaf(actions, "list", "everybody")
    people = (
        ("add", "a new person, or another name"),
        ("passphrase", "set what is asked for where a second person has to agree"),
        ("retire", "decides nothing any more"),
    )
    for name, text in people:
        parser = _leaf(actions, name, text)
        parser.add_argument("id", metavar="ID")
        if name == "add":
            parser.add_argument("name", metavar="NAME")


def _spend(families: Parsers) -> None:
    actions = _family(families, "spend", "what is spent, reserved and left; caps and prices")
    _leaf(actions, "show", "every cap with what is spent, reserved and left of it")
    tasks = _leaf(actions, "tasks", "what finished tasks did cost, newest first")
    tasks.add_argument("--limit", type=int, default=50)
    cap = _leaf(actions, "cap", "set a cap: of a run, an agent and day, a day, a month")
    cap.add_argument("which", choices=["run", "agent", "day", "month"])
    cap.add_argument("amount", metavar="DOLLARS", nargs="?", default="", help="0 = no cap in money")
    cap.add_argument("--tokens", metavar="N", type=int, default=0, help="a cap in tokens as well; 0 = none")
    cap.add_argument("--agent", metavar="NAME", default="", help="for this agent alone")
    cap.add_argument("--remove", action="store_true", help="that agent has no cap of its own any more")
    cap.add_argument("--note", default="", help="why it changed")
    _leaf(actions, "prices", "prices that were entered here")
    price = _leaf(actions, "price", "say what a model costs, in dollars for a million tokens")
    price.add_argument("model", metavar="MODEL", help="as the agent names it: PROVIDER/NAME")
    for name, text in (
        ("input", "what it reads"),
        ("output", "what it writes"),
        ("cached", "what it reads from its cache"),
        ("cache-write", "what is written to its cache"),
    ):
        price.add_argument(f"--{name}", metavar="DOLLARS", default=None, help=text)
    price.add_argument("--remove", action="store_true", help="the price table's price holds again")
    price.add_argument("--note", default="", help="where it is from")


def _kind(word: str) -> str:
    """A provider of this build; looked up when one is named, so that no other command waits for it."""
    from runtime.models.workspace_connections import unknown_kind

    if fault := unknown_kind(word):
        raise argparse.ArgumentTypeError(fault)
    return word


def _connections(families: Parsers) -> None:
    actions = _family(families, "connections", "providers of language models: addresses, keys, a test")
    _leaf(actions, "list", "every connection, whether it has a key, and what its test found")
    add = _leaf(actions, "add", "add a connection, or change it; another address takes its key away")
    add.add_argument("name", metavar="NAME", help="a provider's own name (`connections list`), or one of yours")
    add.add_argument("--speaks", metavar="KIND", type=_kind, help="whose API a NAME of yours speaks")
    add.add_argument("--url", metavar="URL", default=None, help="its address, for example http://localhost:11434/v1")
    add.add_argument("--no-key", action="store_true", help="a server that needs no key")
    add.add_argument("--with-key", action="store_true", help="it needs a key after all")
    add_ways(add)
    key = _leaf(actions, "key", "store or replace its key in the keyring; typed unseen, or one line of standard input")
    key.add_argument("name", metavar="NAME")
    _leaf(actions, "forget-key", "remove its key from the keyring").add_argument("name", metavar="NAME")
    test = _leaf(actions, "test", "one small real call; its cost is told and counts against the caps")
    test.add_argument("name", metavar="NAME")
    test.add_argument("model", metavar="MODEL", help="as the provider names it")
    _leaf(actions, "remove", "remove a connection and its key").add_argument("name", metavar="NAME")
