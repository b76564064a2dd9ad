"""A plan as queries of tantivy: the stages of `matching`, the filter of rights, and what is summed up.

What decides whether a thing answers scores nothing. What ranks are optional clauses
beside it, each worth what `evaluation` says of a term that stands in a thing once. tantivy's own
sums would tell what was removed: they go by how often terms stood, and how long things
were, in all that its segments still hold.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

from tantivy import FieldType, Occur, Query  # noqa: TID251 - the adapter of tantivy

from portal.search import analysis, evaluation, noise, summing, tantivy_schema
from portal.search.dates import Span
from portal.search.documents import Facet, Refinement
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
from portal.search.matching import COLUMNS, MOST_BEGINNINGS, MOST_CHECKED, RARE_SHARE
from portal.search.meaning import LOOKED_THROUGH
from portal.search.plan import LONG_QUERY, Plan
from portal.search.source import YES, Terms
from portal.search.tantivy_clauses import both, either, even, silent, without
from portal.search.tantivy_reading import Opened
from portal.search.visibility import Visibility

LAST_DAY = 99991231

BASE = 1.0
"""What everything found scores at least, so that something is left to weigh of what has no term."""

ROUNDING = 1e-4
"""More than what sums of other numbers differ by, by the order in which tantivy adds them up."""


class Asking:
    """Makes the queries of one search in one open index.

    `is_cut` says that the time was over before every phrase was looked at word by word.
    """

    def __init__(self, opened: Opened, refined: Refinement, visibility: Visibility, deadline: float) -> None:
        self.is_cut = False
        self._opened = opened
        self._deadline = deadline
        self._filter = self._filters(refined, visibility)
        self.measure = opened.measure(visibility.not_under)

    def within(self, match: Query) -> Query:
        """Return the query for what answers and may be returned at all; it scores nothing."""
        return Query.boolean_query([(Occur.Must, silent(match)), *self._filter])

    def ranked(self, match: Query, plan: Plan, spans: Sequence[Span]) -> Query:
        """Return the same, scored by which terms of a plan a thing has, and by the dates that were typed.

        Each has `BASE` besides.
        """
        clauses = [(Occur.Must, Query.const_score_query(match, BASE)), *self._filter]
        for one in summing.summands(plan):
            for term in one.terms:
                score = even(one.weight * self.measure.rarity(one.rare_as, term))
                held = self._opened.term(one.field, term)
                clauses.append((Occur.Should, Query.const_score_query(held, score)))
        for number in () if plan.needs_exact else plan.numbers:
            score = summing.IS_NUMBER * len(number)
            clauses.append(
                (Occur.Should, Query.const_score_query(self._opened.term(Terms.NUMBER, number), score))
            )
        for span in spans:
            days = self.days(span.first, span.last)
            score = evaluation.DATED[span.exactness]
            clauses.append((Occur.Should, Query.const_score_query(days, score)))
        return Query.boolean_query(clauses)

    def times(self, term: str, field: Terms = Terms.FOLDED) -> int:
        """Return in how many things a term stands that may be returned."""
        if not self._opened.searcher.doc_freq(field, term):
            return 0
        return self._opened.count(self.within(self._opened.term(field, term)))

    def has(self, word: str) -> bool:
        """Tell whether a word stands anywhere; quick."""
        return self._opened.searcher.doc_freq(Terms.FOLDED, word) > 0

    def beginning(self, stem: str) -> list[str]:
        """Return the words that begin so, be they in what may not be returned."""
        return [word for word, _ in self._opened.searcher.terms_with_prefix(Terms.FOLDED, stem)]

    def texts(self, word: str) -> Iterator[Sequence[str]]:
        """Yield the exact words of a few things that may be returned, in which a word stands."""
        query = self.within(self._opened.term(Terms.FOLDED, word))
        return (self._opened.words(one) for one in self._opened.addresses(query, LOOKED_THROUGH))

    def strict(self, plan: Plan) -> list[Query]:
        """Return the queries of the first two stages, the stricter first."""
        stages = []
        for field, terms in ((Terms.PAIRS, plan.pairs), (Terms.FOLDED, plan.words)):
            if terms:
                held = self._all(field, terms)
                if plan.needs_exact:
                    held = both([held, self._all(Terms.EXACT, plan.exact)])
                stages.append(either([held, self.at_any_stage(plan)]))
        return stages

    def at_any_stage(self, plan: Plan) -> Query:
        """Return the query for what answers in every stage: of a number, a date or a title asked for."""
        if plan.needs_exact:
            return Query.empty_query()
        found = [self._any(Terms.NUMBER, plan.numbers)]
        if plan.spans:
            days = either([self.days(span.first, span.last) for span in plan.spans])
            found.append(both([days, self._all(Terms.FOLDED, plan.undated)]))
        if plan.least_in_title:
            in_title = self._most(Terms.TITLE, plan.words, plan.least_in_title)
            found.append(both([in_title, self._most(Terms.FOLDED, plan.words, plan.least(found_any=True))]))
        return either(found)

    def loose(self, plan: Plan, found: Query, *, found_any: bool) -> Query:
        """Return the query of the loosest stage: also most words, or the rarest, one letter wrong or not."""
        held = []
        for word in plan.words:
            terms = [word]
            if len(plan.words) <= LONG_QUERY:
                terms += noise.variants(word, self.has)
            held.append(self._any(Terms.FOLDED, terms))
        most = Query.boolean_query(
            [(Occur.Should, silent(one)) for one in held],
            minimum_number_should_match=plan.least(found_any=found_any),
        )
        return either([found, most, self._rarest(held)])

    def demanded(self, expression: Expression, plan: Plan) -> Query:
        """Return the query for what an expression demands."""
        match expression:
            case Words(text):
                made = self._words(text, plan)
            case Phrase(text):
                made = self._phrase(text, plan)
            case Beginning(stem):
                made = self._beginning(Terms.FOLDED, stem)
            case Days(first, last):
                made = self.days(int(first or 1), int(last or LAST_DAY))
            case In(field, what):
                made = self._in(field, what)
            case Without(what):
                made = without(Query.all_query(), self.demanded(what, plan))
            case All(parts):
                made = both([self.demanded(part, plan) for part in parts])
            case Any(parts):
                made = either([self.demanded(part, plan) for part in parts])
        return made

    def _filters(self, refined: Refinement, visibility: Visibility) -> list[tuple[Occur, Query]]:
        """Return the filter of rights, then what the asker chose."""
        term = self._opened.term
        clauses = [(Occur.MustNot, term(Terms.UNDER, node_id)) for node_id in sorted(visibility.not_under)]
        if not visibility.withheld:
            clauses.append((Occur.MustNot, term(Terms.WITHHELD, YES)))
        if visibility.fonds is not None:
            clauses.append((Occur.Must, silent(term(Terms.UNDER, visibility.fonds))))
        for facet, value in refined.chosen:
            clauses.append((Occur.Must, silent(term(facet, value))))
        if refined.years is not None:
            first, last = (min(max(year, 0), 9_999) for year in refined.years)
            clauses.append((Occur.Must, silent(self.days(first * 10_000, last * 10_000 + 9_999))))
        return clauses

    def _rarest(self, held: Sequence[Query]) -> Query:
        """Return the query for what holds at least two of the words, and so much of the worth of all."""
        if len(held) < 2:
            return Query.empty_query()
        worth = [self.measure.rarity_of(one) for one in held]
        weighed = Query.boolean_query(
            [
                (Occur.Should, Query.const_score_query(one, value))
                for one, value in zip(held, worth, strict=True)
            ],
            minimum_number_should_match=2,
        )
        query = Query.boolean_query([(Occur.Must, weighed), *self._filter])
        hits = self._opened.searcher.search(query, limit=MOST_CHECKED, count=False).hits
        enough = RARE_SHARE * sum(worth) - ROUNDING
        if len(hits) == MOST_CHECKED:
            # Which of the last come first says where they stand, so none of them counts.
            enough = max(enough, hits[-1][0] + ROUNDING)
        return self._keys([self._opened.key(address) for score, address in hits if score >= enough])

    def _words(self, text: str, plan: Plan) -> Query:
        exact = analysis.exact_words(text)
        if plan.needs_exact:
            return self._all(Terms.EXACT, exact)
        folded = [analysis.fold_word(word) for word in exact]
        numbers = self._any(Terms.NUMBER, analysis.number_guesses(folded))
        return either([self._all(Terms.FOLDED, folded), numbers])

    def _phrase(self, text: str, plan: Plan) -> Query:
        """Return the query for the words in a row. Pairs alone would also find them in two places."""
        exact = analysis.exact_words(text)
        folded = [analysis.fold_word(word) for word in exact]
        if len(folded) == 1:
            return self._words(text, plan)
        held = self._all(Terms.PAIRS, analysis.pairs(folded))
        if plan.needs_exact:
            held = both([held, self._all(Terms.EXACT, exact)])
        if len(folded) == 2 and not plan.needs_exact:
            return held
        wanted = f" {' '.join(exact if plan.needs_exact else folded)} "
        apart = []
        for address in self._opened.addresses(self.within(held), MOST_CHECKED):
            if time.monotonic() > self._deadline:
                self.is_cut = True
                break
            words = self._opened.words(address)
            if not plan.needs_exact:
                words = [analysis.fold_word(word) for word in words]
            if wanted not in f" {' '.join(words)} ":
                apart.append(self._opened.key(address))
        return without(held, self._keys(apart))

    def _in(self, field: Field, what: Words | Phrase | Beginning) -> Query:
        if field in COLUMNS:
            return self._in_column(COLUMNS[field], what)
        if isinstance(what, Beginning):
            return self._beginning(Terms.NUMBER if field is Field.NUMBER else Terms.TITLE, what.stem)
        words = analysis.folded_words(what.text)
        if field is Field.NUMBER:
            return self._any(Terms.NUMBER, [analysis.number_key(words)])
        if isinstance(what, Phrase) and len(words) > 1:
            return self._all(Terms.TITLE_PAIRS, analysis.pairs(words))
        return self._all(Terms.TITLE, words)

    def _in_column(self, facet: Facet, what: Words | Phrase | Beginning) -> Query:
        """Return the query for a value of a facet that holds the words."""
        name = tantivy_schema.WORDS_OF[facet]
        if isinstance(what, Beginning):
            return self._beginning(name, what.stem)
        return self._all(name, analysis.folded_words(what.text))

    def days(self, first: int, last: int) -> Query:
        """Return the query for what was issued in a stretch of days; 0 stands for no date."""
        if first > last:
            return Query.empty_query()
        return Query.range_query(self._opened.schema, tantivy_schema.DAY, FieldType.Integer, first, last)

    def _beginning(self, field: str, stem: str) -> Query:
        """Return the query for the first words that begin so, of things that may be returned."""
        found = self._opened.searcher.terms_with_prefix(field, stem, self.within(Query.all_query()))
        return self._any(field, sorted(term for term, times in found if times)[:MOST_BEGINNINGS])

    def _keys(self, keys: Sequence[str]) -> Query:
        if not keys:
            return Query.empty_query()
        return Query.term_set_query(self._opened.schema, tantivy_schema.KEY, keys)

    def _most(self, field: str, terms: Sequence[str], least: int) -> Query:
        every = [(Occur.Should, silent(self._opened.term(field, term))) for term in terms]
        return Query.boolean_query(every, minimum_number_should_match=least)

    def _all(self, field: str, terms: Iterable[str]) -> Query:
        return both([self._opened.term(field, term) for term in dict.fromkeys(terms)])

    def _any(self, field: str, terms: Iterable[str]) -> Query:
        return either([self._opened.term(field, term) for term in dict.fromkeys(terms)])
