"""What is summed up of a thing: BM25 over words, pairs and exact words, in its text and in its title.

A title is a text of its own, with a length of its own: of two titles that hold the words
asked for, the shorter says less besides. So has it BM25F (Robertson, Zaragoza, Taylor 2004).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal.search import scoring
from portal.search.plan import Plan
from portal.search.source import Numbers, Source, Terms, Weights, places_in

SATURATION, LENGTH_SHARE = 1.2, 0.75
"""k1 and b of BM25."""

SHORTEST = 0.5
"""Of the mean length; what is shorter still is not better for it."""

TITLE, TITLE_PAIR, IS_NUMBER = 4.0, 1.0, 1000.0
"""Weights of words in the title, of pairs in the title, and of being the document of that number."""

TITLE_SATURATION, TITLE_LENGTH = 0.4, 20.0
"""Of titles: k1, so that it tells little when a word stands there twice, and the words that are usual."""


class Summand(NamedTuple):
    """Terms of a plan that are summed up."""

    field: Terms
    terms: tuple[str, ...]
    weight: float
    rare_as: Terms
    """The field that tells how rare a term is: for titles the texts, since titles have too few words."""

    def told(self, times: NDArray[np.floating[Any]], norms: Weights, in_title: Weights) -> Weights:
        """Return what it tells that a term stands so often in things of such norms, and titles of such."""
        if self.field is self.rare_as:
            return saturated(times, norms)
        return saturated(times, in_title, TITLE_SATURATION)


def summands(plan: Plan) -> list[Summand]:
    """Return all that is summed up for a plan."""
    exact = plan.exact if plan.has_marks else ()
    return [
        Summand(Terms.FOLDED, plan.words, scoring.WORD, Terms.FOLDED),
        Summand(Terms.PAIRS, plan.pairs, scoring.PAIR, Terms.PAIRS),
        Summand(Terms.TITLE, plan.words, TITLE, Terms.FOLDED),
        Summand(Terms.TITLE_PAIRS, plan.pairs, TITLE_PAIR, Terms.PAIRS),
        Summand(Terms.EXACT, exact, scoring.EXACT, Terms.EXACT),
    ]


def sums(source: Source, plan: Plan, found: Numbers) -> Weights:
    """Return the sum for each of the things found."""
    measure, total = source.measure(), np.zeros(len(found))
    norms = norm(source.lengths()[found], measure.mean_length)
    in_title = title_norm(source.title_lengths()[found])
    for summand in summands(plan):
        for term in summand.terms:
            numbers, times = source.postings(summand.field, term)
            places, holding = places_in(numbers, found)
            part = summand.told(times[places[holding]], norms[holding], in_title[holding])
            total[holding] += summand.weight * measure.rarity(summand.rare_as, term) * part
    for number in () if plan.needs_exact else plan.numbers:
        _, holding = places_in(source.postings(Terms.NUMBER, number).numbers, found)
        total[holding] += IS_NUMBER * len(number)
    return total


def norm(lengths: Weights, mean: float) -> Weights:
    """Return what the length of things takes from how often a word stands in them."""
    mean = max(1.0, mean)
    return SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * np.maximum(lengths, SHORTEST * mean) / mean)


def title_norm(lengths: Weights) -> Weights:
    """Return what the length of titles takes from how often a word stands in them."""
    return TITLE_SATURATION * np.maximum(lengths, 1) / TITLE_LENGTH


def saturated(times: NDArray[np.floating[Any]], norms: Weights, saturation: float = SATURATION) -> Weights:
    """Return how much it tells that a word stands so often where norms are such."""
    times = times.astype(np.float64)
    return times * (saturation + 1) / (times + norms)
