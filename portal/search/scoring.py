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

HEAD = 100
"""Words at the beginning of a page that hold its letterhead, date and subject."""

SHORT = 80
"""A thing of so few words is all head, which then tells nothing."""

NUMBER_PARTS = 8


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


def closeness(plan: Plan, worth: Worth, words: Sequence[str]) -> float:
    """Return what the order of the exact words of a thing adds to its sums."""
    folded = [analysis.fold_word(word) for word in words]
    row = _row(plan.folded, folded)
    return (
        NEAR * _nearest(worth.words, worth.pairs, folded, WINDOW)
        + (NEAR_EXACT * _nearest(worth.exact, {}, words, CLOSE) if worth.exact else 0.0)
        + ROW * row * worth.all_words
        + (WHOLE if row == 1 else 0.0)
        + HEADED * _head(worth, folded)
        + NUMBER * _number(plan, folded[:HEAD])
    )


def _nearest(
    singles: Mapping[str, float], pairs: Mapping[str, float], words: Sequence[str], size: int
) -> float:
    """Return the worth of the words and pairs that stand within the best window of so many words."""
    window: deque[tuple[int, str, float]] = deque()
    inside: dict[str, int] = {}
    now = best = 0.0
    before = ""
    for place, word in enumerate(words):
        value = singles.get(word)
        if value is None:
            before = ""
            continue
        while window and window[0][0] < place - size:
            _, gone, lost = window.popleft()
            inside[gone] -= 1
            now -= 0.0 if inside[gone] else lost
        pair = f"{before}_{word}"
        for term, gain in ((word, value), (pair, pairs.get(pair, 0.0))):
            if gain:
                window.append((place, term, gain))
                inside[term] = inside.get(term, 0) + 1
                now += gain if inside[term] == 1 else 0.0
        best = max(best, now)
        before = word
    return best


def _row(asked: Sequence[str], folded: Sequence[str]) -> float:
    """Return how much of the query stands in the text word for word: longest run by length of the query."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(asked):
        places.setdefault(word, []).append(place)
    longest, running = 0, dict[int, int]()
    for word in folded:
        here = places.get(word)
        running = {place: running.get(place - 1, 0) + 1 for place in here} if here else {}
        if running:
            longest = max(longest, *running.values())
    return longest / max(1, len(asked))


def _head(worth: Worth, folded: Sequence[str]) -> float:
    share = 1 - min(1.0, SHORT / max(1, len(folded)))
    return share * sum(worth.words.get(word, 0.0) for word in set(folded[:HEAD]))


def _number(plan: Plan, head: Sequence[str]) -> float:
    """Return how well a number in the head is the one asked for: 1 for all of it, at the very beginning.

    The numeral must be the same; of what follows, as much as is the same counts.
    """
    asked = _asked_number(plan)
    best = 0.0
    for place, word in enumerate(head):
        if not asked or analysis.number_key([word]) != asked[0]:
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
