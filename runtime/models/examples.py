"""Labelled examples and the vote of the nearest: FTS5 splits and stems the words, BM25 says which examples are near.

FTS5's own ``bm25()`` is called for every matching row and took 8 ms a message at 10,000 examples; summing the formula
over posting lists kept here takes 1 to 2 ms.
"""

import heapq
import math
import sqlite3
import threading
import unicodedata
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

TOKENIZER: Final = "porter unicode61 remove_diacritics 2"
LONGEST_TEXT: Final = 20_000
MOST_WORDS: Final = 200
"""Distinct words of a message that are looked up; the first ones count, as a question is mostly at the top."""
SATURATION: Final = 0.6
"""BM25's k1. Half of FTS5's own: in messages of a few sentences a word said twice says little more than once."""
LENGTH_WEIGHT: Final = 0.75
SHARPNESS: Final = 4
"""A neighbour votes with (its score / best score) to this power: near ones speak louder."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One of the nearest examples. ``score`` is relative to the best, 0 to 1."""

    text: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Classified:
    """The label most neighbours say. ``confidence`` is its share of the weighted vote; no neighbour = no label."""

    label: str
    confidence: float
    votes: tuple[tuple[str, float], ...]
    """Share of the vote of each label, largest first."""
    neighbours: tuple[Neighbour, ...]

    @property
    def count(self) -> int:
        """How many of the nearest examples carry the label."""
        return sum(1 for near in self.neighbours if near.label == self.label)


NOTHING_NEAR: Final = Classified("", 0.0, (), ())


class ExampleIndex:
    """Examples with labels. May be used from several threads; one at a time is served."""

    def __init__(self, examples: Iterable[tuple[str, str]] = (), neighbours: int = 10) -> None:
        self._neighbours = neighbours
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        # An index that is merely forgotten gives its memory back too; Python 3.13 would warn of the open database.
        weakref.finalize(self, self._database.close).atexit = False
        self._database.execute(f"CREATE VIRTUAL TABLE said USING fts5(words, tokenize = '{TOKENIZER}')")
        self._database.execute("CREATE VIRTUAL TABLE heard USING fts5vocab(said, instance)")
        self._examples: list[tuple[str, str]] = []
        self._lengths: list[int] = []
        self._found: dict[str, list[tuple[int, int]]] = {}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        self._stale = True
        self.add_all(examples)

    def __len__(self) -> int:
        return len(self._examples)

    def close(self) -> None:
        """Let go of the memory."""
        with self._lock:
            self._database.close()

    def add(self, text: str, label: str) -> None:
        """Learn one example; it counts from the next message on."""
        self.add_all([(text, label)])

    def add_all(self, examples: Iterable[tuple[str, str]]) -> None:
        """Learn many examples at once."""
        with self._lock:
            batch = list(examples)
            first = len(self._examples)
            for at, counts in enumerate(self._split([text for text, _ in batch])):
                self._lengths.append(sum(counts.values()))
                for word, times in counts.items():
                    self._found.setdefault(word, []).append((first + at, times))
            self._examples.extend(batch)
            self._stale = True

    def classify(self, text: str) -> Classified:
        """The label of the nearest examples, how sure that is, and who voted. Any text is answered."""
        with self._lock:
            if self._stale:
                self._weigh()
            words = list(next(self._split([text])))[:MOST_WORDS]
            nearest = self._nearest(words)
        return vote(nearest)

    def _split(self, texts: list[str]) -> Iterator[Counter[str]]:
        """Each text's stemmed words and how often, in order of first use. The words never meet a query language."""
        self._database.execute("DELETE FROM said")
        self._database.executemany(
            "INSERT INTO said(rowid, words) VALUES (?, ?)",
            ((at, readable(text)) for at, text in enumerate(texts)),
        )
        counts: list[dict[str, list[int]]] = [{} for _ in texts]
        for word, row, offset in self._database.execute("SELECT term, doc, offset FROM heard"):
            counts[row].setdefault(word, []).append(offset)
        self._database.execute("DELETE FROM said")
        for places in counts:
            ordered = sorted(places.items(), key=lambda item: item[1][0])
            yield Counter({word: len(offsets) for word, offsets in ordered})

    def _weigh(self) -> None:
        """BM25: rare words weigh more, long examples less.

        FTS5 gives a word in half of the examples no weight at all, which is wrong for the few examples of a small
        playbook; one is added inside the logarithm, as is usual elsewhere.
        """
        total = len(self._examples)
        mean = (sum(self._lengths) / total) if total else 1.0
        length = [SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * words / (mean or 1.0)) for words in self._lengths]
        self._postings = {}
        for word, places in self._found.items():
            rarity = math.log(1 + (total - len(places) + 0.5) / (len(places) + 0.5))
            self._postings[word] = [
                (at, rarity * times * (SATURATION + 1) / (times + length[at])) for at, times in places
            ]
        self._stale = False

    def _nearest(self, words: list[str]) -> tuple[Neighbour, ...]:
        scores = [0.0] * len(self._examples)
        for word in words:
            for at, weight in self._postings.get(word, ()):
                scores[at] += weight
        # The scores alone first: to make a key of each takes longer than all else. Of equal ones the earlier counts.
        least = min(heapq.nlargest(self._neighbours, scores), default=0.0)
        near = [(at, score) for at, score in enumerate(scores) if score >= least and score]
        best = sorted(near, key=lambda item: (-item[1], item[0]))[: self._neighbours]
        if not best:
            return ()
        top = best[0][1]
        return tuple(Neighbour(*self._examples[at], score / top) for at, score in best)


def vote(nearest: tuple[Neighbour, ...]) -> Classified:
    """Count the neighbours' votes."""
    if not nearest:
        return NOTHING_NEAR
    shares: dict[str, float] = {}
    for near in nearest:
        shares[near.label] = shares.get(near.label, 0.0) + near.score**SHARPNESS
    total = sum(shares.values())
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    votes = tuple((label, share / total) for label, share in ranked)
    return Classified(votes[0][0], votes[0][1], votes, nearest)


def readable(text: str) -> str:
    """What is compared: at most 20,000 characters, in one Unicode form, apostrophes closed up, no lone surrogates."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8"))
    return folded.replace("'", "").replace("’", "").replace("\x00", " ")
