"""`queue` and what cares for asks at the command line, on a real workspace that nobody else has open."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from console.__main__ import main
from runtime.domain import decide_review
from runtime.domain.policy import Rule
from runtime.domain.words import VerdictKind
from runtime.projections import read_reviews
from tests.fixtures.room import ASK_ALL, CLERK, Room, act, done, write


async def furnished(folder: Path) -> None:
    """Three look-alikes wait; the room ends before anybody answers, so its scripts are left half read."""
    room = Room(folder)
    await asyncio.to_thread(folder.mkdir)
    await room.open()
    await room.furnish(replace(CLERK, tools=CLERK.tools[:1]))
    await room.rules(ASK_ALL)
    for at in range(3):
        run_id = await room.start(f"n{at}", act(write(f"n{at}.md", "x")), done())
        await room.asked(run_id)
    await room.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk") / "shop"
    asyncio.run(furnished(folder))
    return folder


def typed(folder: Path, *words: str) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = main(["--workspace", str(folder), "--as", "anna", *words])
    return status, out.getvalue()


def rows(folder: Path, *words: str) -> list[dict[str, Any]]:
    status, text = typed(folder, "--json", *words)
    assert status == 0, text
    return [json.loads(line) for line in text.splitlines()]


def test_what_is_shelved_and_handed_over_stays_so(desk: Path) -> None:
    ask_id = rows(desk, "asks")[0]["ask"]["ask_id"]
    status, text = typed(desk, "asks", "shelve", ask_id, "--for", "30", "--reason", "after lunch")
    assert (status, text) == (0, "Shelved; it returns in 30 min. Its deadlines run on.\n")
    status, text = typed(desk, "asks", "hand-over", ask_id, "ben", "--note", "Yours?")
    assert (status, text) == (0, "Handed over to Ben.\n")
    found = next(row["ask"] for row in rows(desk, "asks") if row["ask"]["ask_id"] == ask_id)
    assert (found["shelf_reason"], found["holder"], found["hand_note"]) == ("after lunch", "ben", "Yours?")
    assert typed(desk, "asks", "unshelve", ask_id) == (0, "It waits in the list again.\n")
    status, text = typed(desk, "asks", "shelve", ask_id, "--for", "1000", "--reason", "later")
    assert (status, text) == (1, "Priority 3 is shelved for 1 min to 8 h.\n")
    assert typed(desk, "asks", "hand-over", ask_id, "everybody")[0] == 0


def test_harm_is_said_only_of_what_was_done(desk: Path) -> None:
    ask_id = rows(desk, "asks")[0]["ask"]["ask_id"]
    status, text = typed(desk, "asks", "harmful", ask_id, "--reason", "wrong list")
    assert status == 1
    assert "asks list --decided" in text
    assert typed(desk, "asks", "harmless", ask_id)[0] == 1


def test_looking_is_recorded_once(desk: Path) -> None:
    ask_id = rows(desk, "asks")[-1]["ask"]["ask_id"]
    assert rows(desk, "asks", "show", ask_id)[0]["ask"]["row"]["seen_at"] == 0
    seen_at = rows(desk, "asks", "show", ask_id)[0]["ask"]["row"]["seen_at"]
    assert seen_at > 0
    assert rows(desk, "asks", "show", ask_id)[0]["ask"]["row"]["seen_at"] == seen_at


def test_look_alikes_are_listed_with_what_would_run_and_ruled_by_one_line(desk: Path) -> None:
    (group,) = rows(desk, "queue", "groups")
    assert [item["title"] for item in group["items"]] == [row["ask"]["title"] for row in rows(desk, "asks")]
    status, text = typed(desk, "queue", "groups")
    assert "3 alike: Create, rule all, one by one" in text
    assert all(f"{item['ask_id']}:{item['digest']}" in text for item in group["items"])
    status, text = typed(desk, "asks", "reject-each", "nonsense", "--reason", "no")
    assert (status, "is not ID:DIGEST" in text) == (1, True)
    wrong = [f"{item['ask_id']}:{'0' * 64}" for item in group["items"][:2]]
    status, text = typed(desk, "asks", "reject-each", *wrong, "--reason", "Not these.")
    assert (status, text.startswith("0 of 2 rejected. Not rejected:")) == (1, True)


def test_duty_is_said_and_kept(desk: Path) -> None:
    assert typed(desk, "queue", "duty", "off") == (
        0,
        "Anna is off duty: no notifications, and asks wait where the agent may wait.\n",
    )
    text = typed(desk, "queue")[1]
    assert "Anna (anna): off duty since" in text
    assert typed(desk, "queue", "duty", "off")[0] == 1
    assert typed(desk, "queue", "duty", "on") == (0, "Anna is on duty.\n")


def test_the_week_is_a_table_of_every_measure(desk: Path) -> None:
    status, text = typed(desk, "queue", "week")
    assert status == 0
    assert text.startswith("3 requests since")
    assert "Priority 3" in text
    (found,) = rows(desk, "queue", "week")
    assert (found["health"]["asks"], found["health"]["by_priority"]) == (3, [0, 0, 3])
    assert typed(desk, "queue", "week", "--days", "0")[0] == 2


async def worked(folder: Path) -> None:
    """One note was written without a person: a rule allowed it."""
    room = Room(folder)
    await asyncio.to_thread(folder.mkdir)
    await room.open()
    await room.furnish(replace(CLERK, tools=CLERK.tools[:1]))
    await room.rules(Rule("notes", VerdictKind.ALLOW, tools="files.write"))
    await room.finished(await room.start("n", act(write("n.md", "x")), done()))
    await room.close()


def test_the_sample_is_listed_with_what_ran_and_reviewed_by_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shop"
    asyncio.run(worked(folder))
    for place in (read_reviews, decide_review):
        monkeypatch.setattr(place, "BYTES", 256)  # all of them: which hashes a run gets is chance
    status, text = typed(folder, "queue", "sample")
    assert status == 0
    assert "Why nobody was asked: notes" in text
    assert 'exactly:  {"content":"x","path":"n.md"}' in text
    (one,) = rows(folder, "queue", "sample")
    name = one["id"][-10:]
    assert f"({name})" in text
    status, text = typed(folder, "queue", "review", name, "should-ask")
    assert (status, text.startswith("Say why it should have been asked")) == (1, True)
    status, text = typed(folder, "queue", "review", name, "should-ask", "--reason", "Customers read it")
    assert (status, text.startswith("Recorded: it should have been asked.")) == (0, True)
    assert rows(folder, "queue", "sample") == []
    assert "Nothing is left to review." in typed(folder, "queue", "sample")[1]
    assert typed(folder, "queue", "review", name, "fine")[0] == 1
