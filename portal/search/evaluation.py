"""Find, rank, group and count on arrays: what every engine does whose terms are at hand.

A common word stands in most pages, so postings are arrays and all arithmetic is numpy's.
Cost grows with the postings of the words asked for (about a millisecond for 100,000),
never with the number of results shown.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from portal.search import meaning, scoring, summing
from portal.search.dates import Exactness
from portal.search.documents import Counts, Facet, Hit, Hits, Order, Query, Refinement
from portal.search.matching import Matcher
from portal.search.plan import MOST_OTHERS, Plan
from portal.search.scoring import Worth
from portal.search.source import YES, Mask, Numbers, Source, Terms, Things, Weights
from portal.search.visibility import Visibility

SECONDS = 2.0
"""How long one search may take in all."""

DIGITS = 9
"""After the point of a score that count."""

OTHER_NAME = 0.95
"""Of its score keeps what was found under another name than the one typed."""

DATED = {Exactness.DAY: 300.0, Exactness.MONTH: 200.0, Exactness.YEAR: 30.0, Exactness.YEARS: 30.0}
"""What it adds to be of the date that was typed: less than to be the document of the number typed."""

LITTLE = 3
"""Who finds fewer things than that is told of a word that was perhaps meant."""

LOOKED_AT = 100
"""Things whose words are read for the last touch of the ranking."""


def search(source: Source, plan: Plan, query: Query, visibility: Visibility, offset: int, limit: int) -> Hits:
    """Return a stretch of the documents found, best first, with what there is to count."""
    deadline = time.monotonic() + SECONDS
    source = without_closed(source, visibility)
    matcher = Matcher(source, allowed(source, query, visibility), deadline)
    found = matcher.find(plan)
    is_loosened = plan.is_quoting and not len(found)
    if is_loosened:
        plan = plan.loosened()
        found = matcher.find(plan)
    scores, is_cut = _scored(source, plan, found, deadline)
    for other in plan.alternatives:
        others = matcher.find(other)
        other_scores, is_late = _scored(source, other, others, deadline)
        found, scores = _joined(found, scores, others, OTHER_NAME * other_scores)
        is_cut |= is_late
    meant = ""
    if len(found) < LITTLE and not query.exact:
        may = allowed(source, replace(query, refined=Refinement()), visibility)
        meant = meaning.nearest(meaning.KnownOnArrays(source, may), plan)
    if not len(found):
        return Hits(meant=meant)
    date(source, plan, found, scores)
    ranked = ordered(source, query.refined.order, found, scores)
    hits = grouped(source, ranked, offset, limit)
    return replace(hits, is_cut=is_cut or matcher.is_cut, is_loosened=is_loosened, meant=meant)


def _scored(source: Source, plan: Plan, found: Numbers, deadline: float) -> tuple[Weights, bool]:
    """Return how well what was found answers a plan, and whether the time was over before the end."""
    if not len(found):
        return np.zeros(0), False
    scores = summing.sums(source, plan, found)
    return scores, look(source, plan, worth(source, plan), found, scores, deadline)


def _joined(found: Numbers, scores: Weights, others: Numbers, worths: Weights) -> tuple[Numbers, Weights]:
    """Return what was found by either plan, each thing with the better of its scores."""
    both = np.union1d(found, others)
    best = np.zeros(len(both))
    best[np.searchsorted(both, found)] = scores
    places = np.searchsorted(both, others)
    best[places] = np.maximum(best[places], worths)
    return both, best


def date(things: Things, plan: Plan, found: Numbers, scores: Weights) -> None:
    """Put what was issued on a day, in a month or a year that was typed before the rest."""
    days = things.days()[found]
    for span in plan.spans:
        scores[(days >= span.first) & (days <= span.last)] += DATED[span.exactness]


def without_closed(source: Source, visibility: Visibility) -> Source:
    """Return the source as it will be once the indexer took out what was closed; rarity goes by that, too."""
    if not visibility.not_under:
        return source
    seen = copy.copy(source)
    seen.alive = source.alive.copy()
    for node_id in visibility.not_under:
        seen.alive[source.postings(Terms.UNDER, node_id).numbers] = False
    return seen


def allowed(source: Source, query: Query, visibility: Visibility) -> Mask:
    """Return which things may be returned at all: the filter of rights, then what the asker chose.

    The source is the one `without_closed`.
    """
    may = source.alive.copy()
    if not visibility.withheld:
        may[source.postings(Terms.WITHHELD, YES).numbers] = False
    if visibility.fonds is not None:
        inside = np.zeros(source.size, np.bool_)
        inside[source.postings(Terms.UNDER, visibility.fonds).numbers] = True
        may &= inside
    for facet, value in query.refined.chosen:
        column = source.column(facet)
        may &= column.places == (column.values.index(value) if value in column.values else -1)
    if query.refined.years is not None:
        first, last = query.refined.years
        years = source.days() // 10_000
        may &= (years >= first) & (years <= last)
    return may


def worth(source: Source, plan: Plan) -> Worth:
    """Return how rare the words and pairs of a plan are."""
    measure = source.measure()

    def of(field: Terms, terms: Iterable[str]) -> dict[str, float]:
        return {term: measure.rarity(field, term) for term in terms}

    return Worth(
        of(Terms.FOLDED, plan.words),
        of(Terms.PAIRS, plan.pairs),
        of(Terms.EXACT, plan.exact if plan.has_marks else ()),
    )


def look(things: Things, plan: Plan, known: Worth, found: Numbers, scores: Weights, deadline: float) -> bool:
    """Add to the best what their words in order say; return whether the time was over before the end."""
    if len(plan.words) < 2 or not len(found):
        return False
    closeness = scoring.Closeness(plan, known)
    for place in _ranked(things, found, scores, LOOKED_AT)[:LOOKED_AT]:
        if time.monotonic() > deadline:
            return True
        number = int(found[place])
        scores[place] += closeness.of(things.words(number), things.title(number))
    return False


def _ranked(things: Things, found: Numbers, scores: Weights, least: int = 0) -> Numbers:
    """Return the places of what was found, best first; of very much only the best, so many at least.

    Sums that differ by how they were added up are one, and what is equally good comes by nothing
    that other things have a part in.
    """
    rounded = scores.round(DIGITS)
    ties = things.ties()[found]
    if 0 < least < len(found):
        last = np.partition(rounded, len(found) - least)[len(found) - least]
        best = np.flatnonzero(rounded >= last)
        return best[np.lexsort((ties[best], -rounded[best]))]
    return np.lexsort((ties, -rounded))


def ordered(things: Things, order: Order, found: Numbers, scores: Weights) -> Numbers:
    """Return what was found as the asker wants it sorted, the best first among equals."""
    ranked = found[_ranked(things, found, scores)]
    if order is Order.BEST:
        return ranked
    days = things.days()[ranked]
    if order is Order.NEWEST:
        return ranked[np.argsort(-days, kind="stable")]
    # What has no date comes last, whichever way one looks.
    return ranked[np.argsort(np.where(days == 0, 99_999_999, days), kind="stable")]


def grouped(things: Things, ranked: Numbers, offset: int, limit: int) -> Hits:
    """Put the things of one document below the best of them, and count documents."""
    owners = things.documents()[ranked]
    leads = _leads(owners)
    firsts = np.flatnonzero(leads == np.arange(len(leads)))
    rows = [_hit(things, ranked[owners == owners[first]]) for first in firsts[offset : offset + limit]]
    return Hits(rows, len(firsts), counts=_counted(things, ranked, leads))


def _leads(owners: Numbers) -> Numbers:
    """Return for each thing the place of the first one of its document."""
    first = np.zeros(int(owners.max(initial=0)) + 1, np.int64)
    # Where one document has many, numpy keeps what is set last: of rising places set backwards the first.
    first[owners[::-1]] = np.arange(len(owners))[::-1]
    return first[owners]


def _hit(things: Things, of_one: Numbers) -> Hit:
    first, *others = (int(number) for number in of_one[: MOST_OTHERS + 1])
    return Hit(
        key=things.key(first),
        document_id=things.document_id(first),
        others=tuple(things.key(number) for number in others),
        more=len(of_one) - 1,
    )


def counted(things: Things, found: Numbers, owners: Numbers) -> Counts:
    """Count documents, each once, by every facet and by year."""
    return _counted(things, found, _leads(owners))


def _counted(things: Things, found: Numbers, leads: Numbers) -> Counts:
    facets = {}
    for facet in Facet:
        column = things.column(facet)
        times = _times(column.places[found], leads, len(column.values))
        facets[facet] = {
            value: int(count)
            for value, count in sorted(zip(column.values, times, strict=True))
            if value and count
        }
    times = _times(things.days()[found] // 10_000, leads, 10_000)
    return Counts(facets, {int(year): int(times[year]) for year in np.flatnonzero(times) if year})


def _times(values: Numbers, leads: Numbers, size: int) -> Numbers:
    """Return for each value, all below `size`, how many documents have it.

    The things of a document mostly agree, so only those that differ from its first need sorting.
    """
    times = np.bincount(values[leads == np.arange(len(leads))], minlength=size)
    odd = np.flatnonzero(values != values[leads])
    if len(odd):
        pairs = np.unique(leads[odd] * size + values[odd])
        times += np.bincount(pairs % size, minlength=size)
    return times
