"""The nearest labelled examples: who votes, that any text is answered, and the figures promised for real messages."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.models.evaluation import CannotEvaluate, evaluate, stratified
from runtime.models.examples import ExampleIndex, Neighbour, vote

EXAMPLES = [
    ("where is my parcel", "delivery"),
    ("my parcel has not arrived", "delivery"),
    ("when will my order arrive", "delivery"),
    ("I want my money back", "refund"),
    ("please refund this order", "refund"),
    ("how do I get a refund", "refund"),
]
INDEX = ExampleIndex(EXAMPLES, 3)


def test_the_label_of_the_nearest_examples_wins() -> None:
    found = INDEX.classify("Has my parcel arrived?")
    assert found.label == "delivery"
    assert found.confidence > 0.6
    assert found.neighbours[0] == Neighbour("my parcel has not arrived", "delivery", 1.0)
    assert sum(share for _, share in found.votes) == pytest.approx(1.0)


def test_words_are_compared_by_stem_and_without_accents() -> None:
    assert INDEX.classify("réfunding ORDERS").neighbours[0].text == "please refund this order"


def test_nothing_in_common_is_no_label() -> None:
    assert INDEX.classify("xylophone").label == ""
    assert INDEX.classify("").confidence == 0.0
    assert ExampleIndex().classify("parcel").label == ""


def test_a_taught_example_counts_at_once() -> None:
    index = ExampleIndex(EXAMPLES, 3)
    assert index.classify("the teapot leaks").label != "broken"
    index.add("the teapot leaks", "broken")
    assert index.classify("the teapot leaks").label == "broken"
    assert len(index) == 7


@given(st.text(max_size=200))
def test_any_text_is_answered_and_never_meets_a_query_language(text: str) -> None:
    found = INDEX.classify(text)
    assert 0.0 <= found.confidence <= 1.0


@pytest.mark.parametrize(
    "text", ['"', "' OR 1=1 --", "NEAR(a b)", "words:*", "a AND NOT b", "\x00", "\ud800", "(" * 999]
)
def test_query_words_and_broken_letters_are_only_text(text: str) -> None:
    assert INDEX.classify(text + " parcel arrived").label == "delivery"


def test_ties_are_broken_the_same_way_every_time() -> None:
    nearest = (Neighbour("a", "x", 1.0), Neighbour("b", "y", 1.0))
    assert vote(nearest).label == vote(nearest[::-1]).label == "x"


@given(st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=4).map(" ".join), min_size=1, max_size=9))
def test_the_nearest_are_those_with_the_largest_sums_of_equal_ones_the_earlier(texts: list[str]) -> None:
    index = ExampleIndex([(text, "x") for text in texts], 3)
    index.classify("")  # weighs what was learned
    sums: dict[int, float] = {}
    for word in ("a", "c", "e", "z"):
        for at, weight in index._postings.get(word, ()):
            sums[at] = sums.get(at, 0.0) + weight
    first = sorted(sums, key=lambda at: (-sums[at], at))[:3]
    expected = [Neighbour(texts[at], "x", sums[at] / sums[first[0]]) for at in first]
    assert list(index._nearest(["a", "c", "e", "z"])) == expected
    index.close()


def test_folds_hold_every_row_once_and_every_label_evenly() -> None:
    rows = [(str(at), "ab"[at % 2]) for at in range(50)]
    parts = stratified(rows, 5, 1)
    assert sorted(at for part in parts for at in part) == list(range(50))
    assert {sum(rows[at][1] == "a" for at in part) for part in parts} == {5}
    assert parts == stratified(rows, 5, 1) != stratified(rows, 5, 2)


def test_an_evaluation_counts_what_is_right() -> None:
    found = evaluate(EXAMPLES * 2, folds=2, seed=3, neighbours=1)
    assert found.messages == 12
    assert found.curve[-1].answered == 1.0
    assert found.curve[-1].right == found.right
    assert {score.label for score in found.by_label} == {"delivery", "refund"}
    assert "seed 3" in "\n".join(found.lines())


def test_an_evaluation_says_what_it_cannot_do_and_stops_when_told() -> None:
    with pytest.raises(CannotEvaluate, match="too few"):
        evaluate(EXAMPLES[:3])
    with pytest.raises(CannotEvaluate, match="2 or more"):
        evaluate(EXAMPLES, folds=1)
    with pytest.raises(CannotEvaluate, match="stopped"):
        evaluate(EXAMPLES * 50, progress=lambda done, total: False)


@pytest.mark.no_cover  # ten thousand messages: measuring each line would take three times as long as the work
def test_real_messages_are_told_apart_as_promised() -> None:
    data = Path(os.environ.get("CONSOLE_TEST_DATA", Path(__file__).parents[4] / "../shared/data"))
    file = data / "messages/banking77/train.csv"
    if not file.is_file():
        pytest.skip("The labelled bank messages of CONSOLE_TEST_DATA are not on this machine.")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(lines)]
    found = evaluate(rows, folds=5, seed=7, neighbours=10)
    assert found.right >= 0.82
    assert found.right_of_surest_70 >= 0.95
