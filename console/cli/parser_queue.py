"""The words of the queue at the command line: shelf, hand-over, look-alikes, duty, week. Standard library only."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

Leaf = Callable[[Any, str, str], argparse.ArgumentParser]
CARE = ("shelve", "unshelve", "hand-over", "harmful", "harmless", "approve-each", "reject-each")


def asks_words(actions: Any, leaf: Leaf) -> None:
    """What is done to asks without deciding them, and to look-alikes by one gesture."""
    shelve = leaf(actions, "shelve", "put it away for a time; its deadlines run on, and it returns by itself")
    shelve.add_argument("id", metavar="ID")
    shelve.add_argument("--for", dest="minutes", metavar="MIN", type=int, default=60, help="minutes (default 60)")
    shelve.add_argument("--reason", metavar="R", required=True)
    leaf(actions, "unshelve", "take it back before its time").add_argument("id", metavar="ID")
    over = leaf(actions, "hand-over", "let another operator look after it; anybody may still decide")
    over.add_argument("id", metavar="ID")
    over.add_argument("to", metavar="OPERATOR", help="an operator's id, or `everybody`")
    over.add_argument("--note", metavar="TEXT", default="")
    harmful = leaf(actions, "harmful", "say that what was approved and done did harm; who approved it is told")
    harmful.add_argument("id", metavar="ID")
    harmful.add_argument("--reason", metavar="R", required=True)
    leaf(actions, "harmless", "it did no harm after all").add_argument("id", metavar="ID")
    for name, text in (
        ("approve-each", "approve look-alikes (see `queue groups`), each by its own digest"),
        ("reject-each", "reject look-alikes, or repeats of the very same"),
    ):
        each = leaf(actions, name, text)
        each.add_argument("items", metavar="ID:DIGEST", nargs="+", help="at most 10")
        if name == "reject-each":
            each.add_argument("--reason", metavar="R", required=True)


def queue_words(families: Any, family: Leaf, leaf: Leaf) -> None:
    """How the queue stands."""
    actions = family(families, "queue", "how the queue stands: who is on duty, floods, groups, the week's figures")
    leaf(actions, "show", "who is on duty and there, whether a flood is on")
    leaf(actions, "groups", "look-alikes and repeats that wait, each with what would run")
    leaf(actions, "sample", "what ran without a person and was drawn to be reviewed, each with what ran")
    said = leaf(actions, "review", "say of one action of the sample whether it was fine that nobody was asked")
    said.add_argument("id", metavar="ID", help="as `queue sample` prints it")
    said.add_argument("word", choices=["fine", "should-ask"])
    said.add_argument("--reason", metavar="R", default="", help="why it should have been asked")
    week = leaf(actions, "week", "how well people are asked: the figures of a week")
    week.add_argument("--days", type=int, default=7)
    duty = leaf(actions, "duty", "go on duty or off")
    duty.add_argument("state", choices=["on", "off"])
    duty.add_argument("--of", metavar="OPERATOR", default="", help="another person's")
