"""How asks stand in the list: only what may be ruled together is one line, and nothing is lost or doubled."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from console.presenters.queue_groups import AskGroup, Entry, grouped, sections
from console.presenters.wording import Speaker, speak
from runtime.domain.look_alikes import why_no_group
from runtime.domain.words import AskState, EffectKind, Tier
from runtime.projections.rows import AskRow


def row(name: str, **more: object) -> AskRow:
    given_: dict[str, object] = {
        "kind": "action",
        "state": AskState.WAITING,
        "title": name,
        "agent": "clerk",
        "tool": "files.write",
        "touches": "1 file",
        "effect": EffectKind.REVERSIBLE,
        "tier": Tier.SMALL,
        "priority": 3,
        "raised_at": 0,
        "answer_by": 9,
        "expires": 99,
        "run_id": "r",
        "rule": "w",
        "same": name,
    }
    return AskRow(ask_id=name, **(given_ | more))  # type: ignore[arg-type]


def ids(entries: Sequence[Entry]) -> list[str]:
    found: list[str] = []
    for entry in entries:
        found += [one.ask_id for one in entry.rows] if isinstance(entry, AskGroup) else [entry.ask_id]
    return found


def test_three_alike_are_one_line_and_in_a_flood_two() -> None:
    three = [row("a"), row("b"), row("c")]
    assert [type(one) for one in grouped(three, False)] == [AskGroup]
    assert grouped(three[:2], False) == three[:2]
    assert [type(one) for one in grouped(three[:2], True)] == [AskGroup]


def test_a_group_is_called_by_the_words_that_its_titles_begin_with() -> None:
    titles = ("Voucher of $10.00 for order 1003", "Voucher of $5.00 for order 1003", "Voucher of $10.00 for order 9")
    (group,) = grouped([row(name, title=title) for name, title in zip("abc", titles, strict=True)], False)
    assert isinstance(group, AskGroup)
    assert group.title == "3 alike: Voucher"
    (other,) = grouped([row("a", title="Pay x"), row("b", title="Send y"), row("c", title="Pay z")], False)
    assert isinstance(other, AskGroup)
    assert other.title == "3 alike: files.write", "where they share no word, the tool says what they are"


def test_what_is_on_the_card_or_pulled_out_stays_a_line_of_its_own() -> None:
    four = [row("a"), row("b"), row("c"), row("d")]
    first, group = grouped(four, False, alone={"a"})
    assert first == four[0]
    assert isinstance(group, AskGroup)
    assert ids([group]) == ["b", "c", "d"]


def test_asks_stand_together_by_what_they_are_in_every_language() -> None:
    rows = [row("a"), row("b"), row("c"), row("d", same="k", repeats=3), row("e", same="k", repeats=3)]
    written = [(ids([one]), isinstance(one, AskGroup) and (one.key, one.repeat)) for one in grouped(rows, False)]
    speak(Speaker(text=lambda text: "≈"))
    try:
        spoken = [(ids([one]), isinstance(one, AskGroup) and (one.key, one.repeat)) for one in grouped(rows, False)]
        assert sections(rows, False)[0].name == "≈"
    finally:
        speak(Speaker())
    assert spoken == written
    assert written == [(["a", "b", "c"], ("group:a", False)), (["d", "e"], ("group:d", True))]


def test_a_repeat_is_one_line_with_its_counter_whatever_it_is() -> None:
    final = {"effect": EffectKind.IRREVERSIBLE, "priority": 1, "same": "k"}
    (group,) = grouped([row("a", repeats=2, **final), row("b", repeats=3, **final)], False)
    assert isinstance(group, AskGroup)
    assert group.repeat
    assert group.meta == "asked 3 times in 10 min, 2 wait"


def test_repeats_of_different_priority_are_one_card_at_the_most_urgent() -> None:
    rows = [
        row("a", priority=1, same="k", repeats=2),
        row("z", priority=2),
        row("b", same="k", repeats=3),
        row("c", same="k"),
    ]
    soon, later = sections(rows, False)
    (group,) = soon.entries
    assert isinstance(group, AskGroup)
    assert (soon.name, ids([group]), group.first.priority, group.meta) == (
        "Act now",
        ["a", "b", "c"],
        1,
        "asked 3 times in 10 min, 3 wait",
    )
    assert (later.name, ids(later.entries)) == ("Soon", ["z"])
    held = sections(rows, True)
    assert [one.name for one in held] == ["Act now", "Soon"], "none of it is held back in a flood"
    apart = sections(rows, False, alone={"c"})
    assert [(one.name, ids(one.entries)) for one in apart] == [
        ("Act now", ["a", "b"]),
        ("Soon", ["z"]),
        ("When you can", ["c"]),
    ]
    first, *_ = sections(rows, False, alone={"b"})
    assert (first.name, ids(first.entries), first.count) == ("Act now", ["a", "c"], "2 in 1 group")


def test_sections_put_the_shelf_last_and_hold_priority_three_back_in_a_flood() -> None:
    rows = [row("a", priority=1), row("b"), row("c", agent="other"), row("s", shelved_until=5)]
    assert [one.name for one in sections(rows, False)] == ["Act now", "When you can", "Shelved"]
    calm = sections(rows, True, shelf_aside="next returns 15:10")
    assert [(one.name, one.aside) for one in calm][1:] == [
        ("Held until calm", "2 agents wait"),
        ("Shelved", "next returns 15:10"),
    ]
    assert calm[1].count == "2 in 1 group"


anything = st.builds(
    row,
    st.uuids().map(str),
    tool=st.sampled_from(["files.write", "mail.send"]),
    rule=st.sampled_from(["w", "m"]),
    effect=st.sampled_from(list(EffectKind)),
    priority=st.sampled_from([1, 2, 3]),
    state=st.sampled_from([AskState.WAITING, AskState.HELD]),
    kind=st.sampled_from(["action", "plan"]),
)


@given(st.lists(anything, max_size=30), st.booleans())
def test_nothing_is_lost_and_every_group_of_look_alikes_may_be_ruled(rows: list[AskRow], flood: bool) -> None:
    from console.presenters.queue_groups import look_of

    entries = grouped(rows, flood)
    assert sorted(ids(entries)) == sorted(one.ask_id for one in rows)
    for entry in entries:
        if isinstance(entry, AskGroup):
            assert len(entry.rows) >= 2
            assert why_no_group([look_of(one) for one in entry.rows]) == ""
            assert all(one.state is AskState.WAITING for one in entry.rows)
