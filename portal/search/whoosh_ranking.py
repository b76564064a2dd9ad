"""How Whoosh finds and ranks: three stages, from neighbours to most words matched.

1. All pairs of neighbours: exact wording; pairs are rare, so it takes a millisecond.
2. All words, anywhere in the thing.
3. Most words: for pages of which the scan was misread.

Each stage holds what the one before found, and a later one runs only while fewer
than `plan.ENOUGH` were found. Within a stage BM25 ranks; right marks, words of the
title and above all the number of the document weigh more.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from whoosh.collectors import TopCollector  # noqa: TID251 - the adapter of Whoosh
from whoosh.query import And, AndMaybe, AndNot, Require, Term  # noqa: TID251 - the adapter of Whoosh
from whoosh.query import Query as WhooshQuery  # noqa: TID251 - the adapter of Whoosh
from whoosh.query.compound import DefaultOr as Or  # noqa: TID251 - walks postings; `Or` may copy them all
from whoosh.searching import Searcher, TimeLimit  # noqa: TID251 - the adapter of Whoosh

from portal.search.plan import ENOUGH, Plan
from portal.search.visibility import Visibility
from portal.search.whoosh_schema import EXACT, FOLDED, NUMBER, PAIRS, TITLE, TITLE_PAIRS, UNDER, WITHHELD, YES

SECONDS = 2.0
"""How long one search may take in all."""

NUMBER_WEIGHT = 1000.0
TITLE_WEIGHT = 1.5
MARKS_WEIGHT = 1.0
PAIR_WEIGHT = 0.7

BETWEEN_LOOKS = 500
"""Postings between two looks at the clock."""


@dataclass(slots=True)
class Found:
    """Whoosh's own numbers of documents, best first, and how many match."""

    numbers: list[int] = field(default_factory=list)
    total: int = 0
    is_cut: bool = False


def find(searcher: Searcher, plan: Plan, visibility: Visibility, most: int) -> Found:
    """Return at least the `most` best documents that the filter lets through, where there are so many."""
    deadline = time.monotonic() + SECONDS
    found = Found()
    for stage in _stages(plan):
        _take(searcher, _filtered(stage, visibility), most + len(found.numbers), deadline, found)
        if found.total >= ENOUGH or found.is_cut:
            return found
    if not plan.needs_exact and len(plan.words) > 1:
        _take_loosely(searcher, plan, visibility, deadline, found)
    return found


def _stages(plan: Plan) -> Iterator[WhooshQuery]:
    if plan.pairs:
        yield _stage(plan, _terms(PAIRS, plan.pairs))
    yield _stage(plan, _terms(FOLDED, plan.words))


def _stage(plan: Plan, needed: list[WhooshQuery]) -> WhooshQuery:
    """Return a query for all that is needed, ranked by what is welcome."""
    if plan.needs_exact:
        needed = needed + _terms(EXACT, plan.exact)
    stage = AndMaybe(And(needed), Or(_welcome(plan)))
    if plan.numbers and not plan.needs_exact:
        return Or([Or(_terms(NUMBER, plan.numbers), boost=NUMBER_WEIGHT), stage])
    return stage


def _welcome(plan: Plan) -> list[WhooshQuery]:
    marks = _terms(EXACT, plan.exact, MARKS_WEIGHT) if plan.has_marks else []
    return [
        *_terms(TITLE, plan.words, TITLE_WEIGHT),
        *_terms(TITLE_PAIRS, plan.pairs, TITLE_WEIGHT),
        *_terms(NUMBER, plan.numbers, NUMBER_WEIGHT),
        *marks,
    ]


def _filtered(query: WhooshQuery, visibility: Visibility) -> WhooshQuery:
    """Bind the filter into the query, so that counts and limits know it too."""
    if visibility.fonds is not None:
        query = Require(query, Term(UNDER, visibility.fonds))
    barred = _barred(visibility)
    return AndNot(query, Or(barred)) if barred else query


def _barred(visibility: Visibility) -> list[WhooshQuery]:
    barred = _terms(UNDER, sorted(visibility.not_under))
    return barred if visibility.withheld else [*barred, Term(WITHHELD, YES)]


def _take(searcher: Searcher, query: WhooshQuery, most: int, deadline: float, found: Found) -> None:
    """Add the best of one stage behind what was found, and count all of the stage."""
    collector = _Collector(max(1, most), deadline)
    try:
        searcher.search_with_collector(query, collector)
        found.total = collector.total
    except TimeLimit:
        found.is_cut = True
        found.total = max(found.total, collector.total)
    best = sorted(collector.items, key=lambda item: (-item[0], -item[1]))
    _append(found, (-number for _, number in best))


class _Collector(TopCollector):  # type: ignore[misc]
    """Keeps the best and counts all, until the time is over.

    Whoosh's short cuts are off: with them it counts wrongly, and skipping by quality
    fails an assertion of its own as soon as a filter is bound into the query. Its own
    time limit starts a thread per search.
    """

    def __init__(self, limit: int, deadline: float) -> None:
        super().__init__(limit=limit, usequality=False, replace=0)
        self._deadline = deadline

    def collect_matches(self) -> None:
        """Collect what matches in one segment.

        Raises:
            TimeLimit: the time is over; what was collected stands.
        """
        for place, number in enumerate(self.matches()):
            if place % BETWEEN_LOOKS == 0 and time.monotonic() > self._deadline:
                raise TimeLimit
            self.collect(number)


def _take_loosely(
    searcher: Searcher, plan: Plan, visibility: Visibility, deadline: float, found: Found
) -> None:
    """Add what holds most of the words, best sum of weights first."""
    least = plan.least(found_any=found.total > 0)
    tally = _Tally(deadline)
    for place, postings in enumerate(_rare_first(searcher, FOLDED, plan.words)):
        # What first turns up in a late word can no longer reach the least number of words.
        tally.count(postings, admits=place <= len(plan.words) - least)
    kept = {number for number, times in tally.times.items() if times >= least}
    kept -= _barred_numbers(searcher, visibility, kept)
    weighted = [(PAIRS, plan.pairs, PAIR_WEIGHT), (TITLE, plan.words, TITLE_WEIGHT)]
    if plan.has_marks:
        weighted.append((EXACT, plan.exact, MARKS_WEIGHT))
    for name, terms, weight in weighted:
        for postings in _rare_first(searcher, name, terms):
            tally.weigh(postings, kept, weight)
    _append(found, sorted(kept, key=lambda number: (-tally.scores[number], number)))
    found.total = len(found.numbers)
    found.is_cut = tally.is_cut


class _Tally:
    """Counts how many words of a query each document holds, and adds up their weights."""

    def __init__(self, deadline: float) -> None:
        self.times: dict[int, int] = {}
        self.scores: dict[int, float] = {}
        self.is_cut = False
        self._deadline = deadline

    def count(self, postings: object, *, admits: bool) -> None:
        """Count one word in; new documents come in only where `admits`."""
        for number, score in self._walked(postings):
            if number in self.times:
                self.times[number] += 1
                self.scores[number] += score
            elif admits:
                self.times[number] = 1
                self.scores[number] = score

    def weigh(self, postings: object, kept: set[int], weight: float) -> None:
        """Add the weight of one term to the documents that are kept."""
        for number, score in self._walked(postings):
            if number in kept:
                self.scores[number] += score * weight

    def _walked(self, postings: object) -> Iterator[tuple[int, float]]:
        steps = 0
        matcher: object = postings
        while not self.is_cut and matcher.is_active():  # type: ignore[attr-defined]
            yield matcher.id(), matcher.score()  # type: ignore[attr-defined]
            matcher.next()  # type: ignore[attr-defined]
            steps += 1
            if steps % BETWEEN_LOOKS == 0 and time.monotonic() > self._deadline:
                self.is_cut = True


def _rare_first(searcher: Searcher, name: str, terms: Iterable[str]) -> Iterator[object]:
    """Yield the postings of the terms that occur at all, rarest first.

    A word that occurs nowhere takes a place too, or the least number of words would
    seem easier to reach than it is; its postings are an empty list's.
    """
    reader = searcher.reader()
    for term in sorted(terms, key=lambda term: reader.doc_frequency(name, term)):
        yield Term(name, term).matcher(searcher)


def _barred_numbers(searcher: Searcher, visibility: Visibility, among: set[int]) -> set[int]:
    """Return which of the documents the filter keeps out."""
    barred = set(searcher.docs_for_query(Or(_barred(visibility)))) if _barred(visibility) else set()
    if visibility.fonds is not None:
        barred |= among - set(searcher.docs_for_query(Term(UNDER, visibility.fonds)))
    return among & barred


def _append(found: Found, numbers: Iterable[int]) -> None:
    known = set(found.numbers)
    found.numbers += [number for number in numbers if number not in known]


def _terms(name: str, terms: Iterable[str], boost: float = 1.0) -> list[WhooshQuery]:
    return [Term(name, term, boost=boost) for term in terms]
