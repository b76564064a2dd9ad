"""How well one thing answers a query, by its words in order: what no sum over single terms can tell.

`evaluation` ranks by BM25 over words, pairs and exact words, and asks here about the
best hundred: whether the words of the query stand close together, in a row, or at the
head of the paper, where an office writes its number, its date and what it is about.
The weights were chosen on questions and known items (`make bench-search`); they are
few, round, and the same for every engine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.search import analysis
from portal.search.plan import Plan

WORD, PAIR, EXACT = 1.0, 1.0, 1.2
"""Weights of the three sums of BM25."""

NEAR, NEAR_EXACT, ROW, HEADED, NUMBER = 0.7, 1.5, 1.5, 1.8, 150.0

WHOLE = 20.0
"""For a thing that has all of a query in a row: exact wording comes before everything but a number."""

WINDOW, CLOSE = 60, 25
"""Words within which those of a query stand near together; and with the marks of the query, closer."""

TITLED = 100_000.0
"""For a title that begins with what was typed, all of it: before everything, a number that it cites too."""

LEAST_TITLED = 4
"""Words that must be typed for that, unless they are the whole title."""

HEAD = 100
"""Words at the beginning of a page that hold its letterhead, date and subject."""

SHORT = 80
"""A thing of so few words is all head, which then tells nothing."""

NUMBER_PARTS = 8

Place = tuple[int, str]
"""Where a word stands in a thing, and the word."""


@dataclass(frozen=True, slots=True)
class Worth:
    """How rare the terms of a query are in the index asked: idf by term."""

    words: Mapping[str, float]
    pairs: Mapping[str, float]
    exact: Mapping[str, float]
    """Of words as typed; empty where the query has no marks."""

    @property
    def all_words(self) -> float:
        return sum(self.words.values())


class Closeness:
    """Tells of one thing after the other what the order of its words adds to its sums."""

    def __init__(self, plan: Plan, worth: Worth) -> None:
        self._worth = worth
        self._asked = plan.folded
        self._number = _asked_number(plan)
        self._all_words = worth.all_words
        self._known: dict[str, str] = {}

    def of(self, words: Sequence[str], title: Sequence[str]) -> float:
        """Return it for a thing of these exact words, and of a title of these folded ones, in order."""
        worth, standing = self._worth, self._standing(words)
        row = _row(self._asked, standing)
        total = NEAR * _nearest(worth.words, worth.pairs, standing, WINDOW) + ROW * row * self._all_words
        if worth.exact:
            marked = [(place, word) for place, _ in standing if (word := words[place]) in worth.exact]
            total += NEAR_EXACT * _nearest(worth.exact, {}, marked, CLOSE)
        if row == 1:
            total += WHOLE
        if self._number:
            total += NUMBER * _number(self._number, [analysis.fold_word(word) for word in words[:HEAD]])
        total += TITLED * titled(self._asked, title)
        return total + HEADED * _head(worth.words, standing, len(words))

    def _standing(self, words: Sequence[str]) -> list[Place]:
        """Return where words asked for stand, without marks; all that is told is told of these few."""
        known = self._known
        for word in set(words) - known.keys():
            folded = analysis.fold_word(word)
            known[word] = folded if folded in self._worth.words else ""
        return [(place, folded) for place, word in enumerate(words) if (folded := known[word])]


def _nearest(
    singles: Mapping[str, float], pairs: Mapping[str, float], standing: Sequence[Place], size: int
) -> float:
    """Return the worth of the words and pairs that stand within the best window of so many words."""
    window: deque[tuple[int, str, float]] = deque()
    inside: dict[str, int] = {}
    now = best = 0.0
    last, before = -1, ""
    for place, word in standing:
        while window and window[0][0] < place - size:
            _, gone, lost = window.popleft()
            inside[gone] -= 1
            now -= 0.0 if inside[gone] else lost
        pair = f"{before}_{word}" if place == last + 1 else ""
        for term, gain in ((word, singles[word]), (pair, pairs.get(pair, 0.0))):
            if gain:
                window.append((place, term, gain))
                inside[term] = inside.get(term, 0) + 1
                now += gain if inside[term] == 1 else 0.0
        best = max(best, now)
        last, before = place, word
    return best


def _row(asked: Sequence[str], standing: Sequence[Place]) -> float:
    """Return how much of the query stands in the text word for word: longest run by length of the query."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(asked):
        places.setdefault(word, []).append(at)
    longest, running, last = 0, dict[int, int](), -1
    for place, word in standing:
        before = running if place == last + 1 else {}
        running = {at: before.get(at - 1, 0) + 1 for at in places[word]}
        longest = max(longest, *running.values())
        last = place
    return longest / max(1, len(asked))


def _head(worths: Mapping[str, float], standing: Sequence[Place], length: int) -> float:
    share = 1 - min(1.0, SHORT / max(1, length))
    heading = {word for place, word in standing if place < HEAD}
    return share * sum(worth for word, worth in worths.items() if word in heading)


def titled(asked: Sequence[str], title: Sequence[str]) -> float:
    """Return how much of a title was typed, from its first word on; 0 where something else was.

    Of the last word its beginning is enough: who pastes half a title cuts where it fits.
    """
    typed = len(asked)
    if typed < 2 or typed > len(title) or (typed < LEAST_TITLED and typed != len(title)):
        return 0.0
    begins = list(asked[:-1]) == list(title[: typed - 1]) and title[typed - 1].startswith(asked[-1])
    return typed / len(title) if begins else 0.0


def _number(asked: Sequence[str], head: Sequence[str]) -> float:
    """Return how well a number in the head is the one asked for: 1 for all of it, at the very beginning.

    The numeral must be the same; of what follows, as much as is the same counts.
    """
    best = 0.0
    for place, word in enumerate(head):
        if analysis.number_key([word]) != asked[0]:
            continue
        written = analysis.number_key(head[place : place + NUMBER_PARTS])
        same = max((size for size, key in enumerate(asked, 1) if written.startswith(key)), default=0)
        if same > 1:
            best = max(best, same / len(asked) * (1 - 0.3 * place / HEAD))
    return best


def _asked_number(plan: Plan) -> list[str]:
    """Return the number asked for, growing by a part: 93, 93qd, 93qdubnd. Empty where none is."""
    words = plan.folded
    start = analysis.numeral(words) if plan.numbers else None
    if start is None:
        return []
    parts = words[start : start + analysis.LONGEST_NUMBER]
    return [analysis.number_key(parts[:size]) for size in range(1, len(parts) + 1)]
