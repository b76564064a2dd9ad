"""Which things answer a query: plain words in three stages, or all that an expression demands.

1. All pairs of neighbours: exact wording.
2. All words, anywhere in the thing.
3. Most words, or the rarest, also with one letter wrong: for pages that were misread.

Each stage holds what the one before found, and a later one runs only while fewer than
`plan.ENOUGH` were found. The number of a document answers in every stage, and so does a title
that has nearly all of a long query: whoever remembers one well slips somewhere.
"""

from __future__ import annotations

import time
import typing
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from portal.search import analysis, noise
from portal.search.documents import Facet
from portal.search.language import (
    All,
    Any,
    Beginning,
    Days,
    Expression,
    Field,
    In,
    Phrase,
    Without,
    Words,
)
from portal.search.plan import ENOUGH, LONG_QUERY, Plan
from portal.search.source import Mask, Numbers, Source, Terms, first_by_ties, places_in

MOST_BEGINNINGS = 64
"""Words that a beginning may stand for."""

RARE_SHARE = 0.4
"""Of the worth of all words; who holds that much by rare words need not hold most of them."""

MOST_CHECKED = 1_000
"""Things whose words are looked through for a phrase of three words or more."""

COLUMNS = {Field.KIND: Facet.TYPE, Field.ISSUER: Facet.ISSUER}
"""Fields whose words are those of a facet's value."""


class Matcher:
    """Finds the numbers of the things that answer a plan, among those that may be returned.

    `is_cut` says that the time was over before every phrase was looked at word by word.
    """

    def __init__(self, source: Source, allowed: Mask, deadline: float) -> None:
        self.is_cut = False
        self._source = source
        self._allowed = allowed
        self._deadline = deadline

    def find(self, plan: Plan) -> Numbers:
        """Return what answers, in the order of numbers."""
        if plan.expression is not None:
            return np.flatnonzero(self._demanded(plan.expression, plan) & self._allowed)
        numbers = self._any(Terms.NUMBER, () if plan.needs_exact else plan.numbers)
        if plan.spans and not plan.needs_exact:
            numbers |= self._of_days(plan) & self._all(Terms.FOLDED, plan.undated)
        if plan.least_in_title and not plan.needs_exact:
            numbers |= self._titled(plan)
        found = numbers
        for field, terms in ((Terms.PAIRS, plan.pairs), (Terms.FOLDED, plan.words)):
            if terms:
                holding = self._all(field, terms)
                if plan.needs_exact:
                    holding &= self._all(Terms.EXACT, plan.exact)
                found = (holding | numbers) & self._allowed
                if np.count_nonzero(found) >= ENOUGH:
                    return np.flatnonzero(found)
        return np.flatnonzero(found if plan.needs_exact else found | self._loosely(plan, found))

    def _of_days(self, plan: Plan) -> Mask:
        """Return what was issued in one of the stretches of days that were typed."""
        days = self._source.days()
        held = np.zeros(self._source.size, np.bool_)
        for span in plan.spans:
            held |= (days >= span.first) & (days <= span.last)
        return held

    def _titled(self, plan: Plan) -> Mask:
        """Return what has nearly all of the words in its title, and most of them itself."""
        held = np.ones(self._source.size, np.bool_)
        for field, least in (
            (Terms.TITLE, plan.least_in_title),
            (Terms.FOLDED, plan.least(found_any=True)),
        ):
            times = np.zeros(self._source.size, np.int16)
            for word in plan.words:
                times[self._source.postings(field, word).numbers] += 1
            held &= times >= least
        return held

    def _loosely(self, plan: Plan, found: Mask) -> Mask:
        """Return what holds most of the words; of few words also those with one wrong letter."""
        times = np.zeros(self._source.size, np.int16)
        worth = np.zeros(self._source.size)
        whole, measure = 0.0, self._source.measure()
        for word in plan.words:
            terms = [word]
            if len(plan.words) <= LONG_QUERY:
                terms += noise.variants(word, lambda term: self._source.has(Terms.FOLDED, term))
            held = self._any(Terms.FOLDED, terms)
            value = measure.rarity_of(held)
            times += held
            worth += value * held
            whole += value
        most = times >= plan.least(found_any=bool(found.any()))
        rarest = (times > 1) & (worth >= RARE_SHARE * whole)
        return (most | rarest) & self._allowed

    def _demanded(self, expression: Expression, plan: Plan) -> Mask:
        match expression:
            case Words(text):
                held = self._words(text, plan)
            case Phrase(text):
                held = self._phrase(text, plan)
            case Beginning(stem):
                held = self._any(Terms.FOLDED, self._beginning(Terms.FOLDED, stem))
            case Days(first, last):
                days = self._source.days()
                held = (days >= int(first or 1)) & (days <= int(last or 99991231))
            case In(field, what):
                held = self._in(field, what)
            case Without(what):
                held = ~self._demanded(what, plan)
            case All(parts):
                held = np.all([self._demanded(part, plan) for part in parts], axis=0)
            case Any(parts):
                held = np.any([self._demanded(part, plan) for part in parts], axis=0)
        return held

    def _words(self, text: str, plan: Plan) -> Mask:
        exact = analysis.exact_words(text)
        if plan.needs_exact:
            return self._all(Terms.EXACT, exact)
        folded = [analysis.fold_word(word) for word in exact]
        numbers = analysis.number_guesses(folded)
        return self._all(Terms.FOLDED, folded) | self._any(Terms.NUMBER, numbers)

    def _phrase(self, text: str, plan: Plan) -> Mask:
        """Return what holds the words in a row. Pairs alone would also find them in two places."""
        exact = analysis.exact_words(text)
        folded = [analysis.fold_word(word) for word in exact]
        if len(folded) == 1:
            return self._words(text, plan)
        held = self._all(Terms.PAIRS, analysis.pairs(folded)) & self._allowed
        if plan.needs_exact:
            held &= self._all(Terms.EXACT, exact)
        if len(folded) == 2 and not plan.needs_exact:
            return held
        wanted = exact if plan.needs_exact else folded
        for number in first_by_ties(self._source, np.flatnonzero(held), MOST_CHECKED):
            if time.monotonic() > self._deadline:
                self.is_cut = True
                break
            words = self._source.words(int(number))
            if not plan.needs_exact:
                words = [analysis.fold_word(word) for word in words]
            held[number] = f" {' '.join(wanted)} " in f" {' '.join(words)} "
        return held

    def _in(self, field: Field, what: Words | Phrase | Beginning) -> Mask:
        if field in COLUMNS:
            return self._in_column(COLUMNS[field], what)
        if isinstance(what, Beginning):
            name = Terms.NUMBER if field is Field.NUMBER else Terms.TITLE
            return self._any(name, self._beginning(name, what.stem))
        words = analysis.folded_words(what.text)
        if field is Field.NUMBER:
            return self._any(Terms.NUMBER, [analysis.number_key(words)])
        if isinstance(what, Phrase) and len(words) > 1:
            return self._all(Terms.TITLE_PAIRS, analysis.pairs(words))
        return self._all(Terms.TITLE, words)

    def _beginning(self, field: Terms, stem: str) -> list[str]:
        """Return the first words that begin so, of what may be returned; others take nobody's place."""
        found: list[str] = []
        for term in self._source.beginning(field, stem):
            if len(found) == MOST_BEGINNINGS:
                break
            if time.monotonic() > self._deadline:
                self.is_cut = True
                break
            if self._allowed[self._source.postings(field, term).numbers].any():
                found.append(term)
        return found

    def _in_column(self, facet: Facet, what: Words | Phrase | Beginning) -> Mask:
        """Return the things whose value of a facet holds the words."""
        column = self._source.column(facet)
        wanted = analysis.folded_words(what.stem if isinstance(what, Beginning) else what.text)
        begins = isinstance(what, Beginning)
        fits = [
            place
            for place, value in enumerate(column.values)
            if _holds(analysis.folded_words(value), wanted, begins=begins)
        ]
        return np.isin(column.places, fits)

    def _all(self, field: Terms, terms: Iterable[str]) -> Mask:
        """Return which things hold all of the terms; the rarest first, so that there is little to compare."""
        every = sorted((self._source.postings(field, term).numbers for term in set(terms)), key=len)
        if not every:
            return np.ones(self._source.size, np.bool_)
        holding, *rest = every
        for numbers in rest:
            holding = holding[places_in(numbers, holding)[1]]
        return self._mask(holding)

    def _any(self, field: Terms, terms: Iterable[str]) -> Mask:
        """Return which things hold at least one of the terms."""
        held = np.zeros(self._source.size, np.bool_)
        for term in set(terms):
            held[self._source.postings(field, term).numbers] = True
        return held

    def _mask(self, numbers: NDArray[np.integer[typing.Any]]) -> Mask:
        mask = np.zeros(self._source.size, np.bool_)
        mask[numbers] = True
        return mask


def _holds(words: Sequence[str], wanted: Sequence[str], *, begins: bool) -> bool:
    if begins:
        return any(word.startswith(wanted[0]) for word in words)
    return bool(words) and set(wanted) <= set(words)
