"""Find, rank, group and count by tantivy, with the sums and the code of `evaluation`.

tantivy finds what answers; which terms it has and how long it is puts it in order. The
words of the best are read, their sums made exactly, and what stands close together is
added; then grouping and counting are those of every engine.

Up to `MOST_EXACT` things every document is counted. Of more, one in some is looked at, with
all its pages, and the rest is inferred; the result says that it is an estimate.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from tantivy import DocAddress, Document, Occur, Order, Query  # noqa: TID251 - the adapter of tantivy

from portal.search import documents, evaluation, meaning, summing, tantivy_schema
from portal.search.documents import Counts, Facet, Hits, Refinement
from portal.search.plan import ENOUGH, Plan
from portal.search.scoring import Worth
from portal.search.source import Column, Numbers, Terms, Weights
from portal.search.tantivy_clauses import EVEN
from portal.search.tantivy_holding import Holding
from portal.search.tantivy_query import BASE, Asking
from portal.search.tantivy_reading import Opened
from portal.search.visibility import Visibility

MOST_EXACT = 10_000
"""Things found up to which documents are counted and not estimated; and to which one can leaf."""

SUMMED_UP = 200
"""Things whose sums are made exactly, out of which come the best that are looked at."""


def search(
    opened: Opened, plan: Plan, refined: Refinement, visibility: Visibility, offset: int, limit: int
) -> Hits:
    """Return a stretch of the documents found, best first, with what there is to count."""
    deadline = time.monotonic() + evaluation.SECONDS
    asking = Asking(opened, refined, visibility, deadline)
    match, count = _match(opened, asking, plan)
    is_loosened = plan.is_quoting and not count
    if is_loosened:
        plan = plan.loosened()
        match, count = _match(opened, asking, plan)
    asked = [(plan, match, 1.0)]
    for other in plan.alternatives:
        asked.append((other, _match(opened, asking, other)[0], evaluation.OTHER_NAME))
    if plan.alternatives:
        match = Query.boolean_query([(Occur.Should, one) for _, one, _ in asked])
        count = opened.count(asking.within(match))
    meant = ""
    if count < evaluation.LITTLE and not plan.needs_exact:
        meant = meaning.nearest(Asking(opened, Refinement(), visibility, deadline), plan)
    if not count:
        return Hits(meant=meant)
    is_late = False
    if count > MOST_EXACT and refined.order is not documents.Order.BEST:
        things = _by_day(opened, asking, match, refined)
        ranked: Numbers = np.arange(len(things))
    else:
        things, scores, is_late = _best(opened, asking, asked, deadline)
        ranked = evaluation.ordered(things, refined.order, np.arange(len(things)), scores)
    hits = evaluation.grouped(things, ranked, offset, limit)
    if count > MOST_EXACT:
        hits = _estimated(opened, asking.within(match), count, hits)
    return replace(hits, is_cut=is_late or asking.is_cut, is_loosened=is_loosened, meant=meant)


class Found:
    """Things found, as arrays in the order in which tantivy gave them; see `source.Things`."""

    def __init__(self, opened: Opened, addresses: Sequence[DocAddress]) -> None:
        self._opened = opened
        self.addresses = list(addresses)
        self._read: dict[int, Document] = {}
        self._words: dict[int, list[str]] = {}
        self._columns: dict[str, Numbers] = {}

    def __len__(self) -> int:
        return len(self.addresses)

    def taken(self, order: Numbers) -> Found:
        """Return the things at these places, in their order."""
        taken = Found(self._opened, [self.addresses[place] for place in order])
        taken._columns = {name: values[order] for name, values in self._columns.items()}
        return taken

    def lengths(self) -> Weights:
        """Return how many words each thing has."""
        return self._numbers(tantivy_schema.LENGTH).astype(np.float64)

    def days(self) -> Numbers:
        return self._numbers(tantivy_schema.DAY)

    def documents(self) -> Numbers:
        return np.unique(self._numbers(tantivy_schema.OWNER), return_inverse=True)[1]

    def ties(self) -> Numbers:
        return self._numbers(tantivy_schema.TIE)

    def column(self, facet: Facet) -> Column:
        marks, firsts, places = np.unique(
            self._numbers(tantivy_schema.mark_of(facet)), return_index=True, return_inverse=True
        )
        return Column(places, [self._value(first, facet) for first in firsts] if len(marks) else [""])

    def words(self, number: int) -> list[str]:
        if number not in self._words:
            self._words[number] = self._bytes(number, tantivy_schema.WORDS).split()
        return self._words[number]

    def title(self, number: int) -> list[str]:
        """Return the folded words of the title of one thing."""
        return self._bytes(number, tantivy_schema.TITLE_WORDS).split()

    def numbers(self, number: int) -> set[str]:
        """Return the spellings of the document number of one thing."""
        return set(str(self._document(number).get_first(Terms.NUMBER) or "").split())

    def key(self, number: int) -> str:
        return str(self._document(number).get_first(tantivy_schema.KEY))

    def document_id(self, number: int) -> str:
        return self._bytes(number, tantivy_schema.DOCUMENT)

    def _numbers(self, column: str) -> Numbers:
        if column not in self._columns:
            values = self._opened.searcher.fast_field_values(column, self.addresses)
            self._columns[column] = np.array([value or 0 for value in values], np.int64)
        return self._columns[column]

    def _value(self, number: int, facet: Facet) -> str:
        return str(self._document(number).get_first(facet) or "")

    def _bytes(self, number: int, field: str) -> str:
        return bytes(self._document(number).get_first(field) or b"").decode()

    def _document(self, number: int) -> Document:
        if number not in self._read:
            self._read[number] = self._opened.searcher.doc(self.addresses[number])
        return self._read[number]


def _match(opened: Opened, asking: Asking, plan: Plan) -> tuple[Query, int]:
    """Return the query for what answers a plan, and how many things do that may be returned."""
    if plan.expression is not None:
        match = asking.demanded(plan.expression, plan)
        return match, opened.count(asking.within(match))
    match, count = asking.at_any_stage(plan), 0
    for match in asking.strict(plan):
        count = opened.count(asking.within(match))
        if count >= ENOUGH:
            return match, count
    if plan.needs_exact or not plan.words:
        return match, count
    match = asking.loose(plan, match, found_any=count > 0)
    return match, opened.count(asking.within(match))


def _best(
    opened: Opened, asking: Asking, asked: Sequence[tuple[Plan, Query, float]], deadline: float
) -> tuple[Found, Weights, bool]:
    """Return the best things, each with the best score it has by any plan; whether time was over."""
    known: dict[tuple[int, int], tuple[float, DocAddress]] = {}
    first, is_late = asked[0][0], False
    for plan, match, share in asked:
        things, scores = _ordered(opened, asking, asking.ranked(match, plan, first.spans))
        is_late |= _score(asking, things, (plan, share, first), scores, deadline)
        if len(asked) == 1:
            return things, scores, is_late
        for score, address in zip(scores, things.addresses, strict=True):
            place = (address.segment_ord, address.doc)
            if place not in known or known[place][0] < score:
                known[place] = (float(score), address)
    best = [known[place] for place in sorted(known)]
    return Found(opened, [one for _, one in best]), np.array([score for score, _ in best]), is_late


def _ordered(opened: Opened, asking: Asking, query: Query) -> tuple[Found, Weights]:
    """Return what answers a scored query, best first, with scores by which terms it has and its length.

    Of more than `MOST_EXACT` the ties have a part in the score, so that it does not go by where things
    stand which of the equally good are among them.
    """
    hits = opened.searcher.search(query, limit=MOST_EXACT + 1, count=False).hits
    is_cut = len(hits) > MOST_EXACT
    if is_cut:
        weighed = opened.searcher.search(
            query, limit=MOST_EXACT, count=False, weight_by_field=tantivy_schema.TIE
        ).hits
        hits = [hit for hit in weighed if hit[0] > weighed[-1][0]] or weighed
    things = Found(opened, [address for _, address in hits])
    scores = np.array([score for score, _ in hits], np.float64)
    ties = things.ties()
    if is_cut:
        scores = (scores / np.log2(2.0 + ties) * EVEN).round() / EVEN
    scores -= BASE
    norms = summing.norm(things.lengths(), asking.measure.mean_length())
    scores *= summing.saturated(np.ones(1), norms)
    order = np.lexsort((ties, -scores.round(evaluation.DIGITS)))
    return things.taken(order), scores[order]


def _by_day(opened: Opened, asking: Asking, match: Query, refined: Refinement) -> Found:
    """Return the newest or the oldest of very many; those of one day by ties."""
    is_newest = refined.order is documents.Order.NEWEST
    query = asking.within(match)
    hits = opened.searcher.search(
        query,
        limit=MOST_EXACT,
        count=False,
        order_by_field=tantivy_schema.DAY if is_newest else tantivy_schema.RISING,
        order=Order.Desc if is_newest else Order.Asc,
    ).hits
    last = hits[-1][0]
    before = [address for day, address in hits if day != last]
    day = 0 if last == tantivy_schema.UNDATED else last
    of_last = Query.boolean_query([(Occur.Must, query), (Occur.Must, asking.days(day, day))])
    things = Found(opened, [*before, *opened.addresses(of_last, MOST_EXACT - len(before))])
    days = things.days()
    return things.taken(np.lexsort((things.ties(), -days if is_newest else _rising(days))))


def _rising(days: Numbers) -> Numbers:
    return np.where(days == 0, tantivy_schema.UNDATED, days)


def _score(
    asking: Asking, things: Found, asked: tuple[Plan, float, Plan], scores: Weights, deadline: float
) -> bool:
    """Make the sums of the best exact, add what their words in order say; tell whether time was over.

    The rest stays behind them, in its order.

    Args:
        asked: the plan, the share of its score that counts, and the plan as typed, which has the dates.
    """
    plan, share, typed = asked
    summands = summing.summands(plan)
    known = {
        one.field: {term: asking.measure.rarity(one.rare_as, term) for term in one.terms} for one in summands
    }
    looked_at = range(min(len(things), SUMMED_UP))
    if not looked_at:
        return False
    words = [things.words(number) for number in looked_at]
    holding = Holding(plan)
    titles = [things.title(number) for number in looked_at]
    held = [holding.of(*both) for both in zip(words, titles, strict=True)]
    lengths = np.array([len(one) for one in words], np.float64)
    norms = summing.norm(lengths, asking.measure.mean_length())[:, np.newaxis]
    in_title = summing.title_norm(np.array([[len(one)] for one in titles], np.float64))
    totals = np.zeros(len(looked_at))
    for one in summands:
        times = np.array([[has[one.field][term] for term in one.terms] for has in held], np.float64)
        rarities = np.array(list(known[one.field].values()), np.float64)
        totals += one.weight * (one.told(times, norms, in_title) @ rarities)
    if plan.numbers and not plan.needs_exact:
        for number in looked_at:
            own = things.numbers(number)
            totals[number] += sum(summing.IS_NUMBER * len(one) for one in plan.numbers if one in own)
    worth = Worth(known[Terms.FOLDED], known[Terms.PAIRS], known[Terms.EXACT])
    numbers = np.array(looked_at, np.int64)
    is_late = evaluation.look(things, plan, worth, numbers, totals, deadline)
    totals *= share
    evaluation.date(things, typed, numbers, totals)
    scores[len(looked_at) :] += totals.min() - scores[len(looked_at) - 1]
    scores[: len(looked_at)] = totals
    return is_late


def _estimated(opened: Opened, query: Query, count: int, hits: Hits) -> Hits:
    """Return the hits with totals and counts inferred from some of the documents."""
    parts = max(1, tantivy_schema.SAMPLES * MOST_EXACT // count)
    chosen = [opened.term(tantivy_schema.SAMPLE, str(part)) for part in range(parts)]
    some = Query.boolean_query([(Occur.Should, one) for one in chosen])
    sampled = Query.boolean_query([(Occur.Must, query), (Occur.Must, some)])
    things = Found(opened, opened.addresses(sampled, 2 * MOST_EXACT))
    every: Numbers = np.arange(len(things))
    owners = things.documents()
    counts = evaluation.counted(things, every, owners)
    scale = tantivy_schema.SAMPLES / parts
    total = max(hits.total, round(len(np.unique(owners)) * scale))
    return replace(hits, total=total, counts=_scaled(counts, scale), is_estimate=True)


def _scaled(counts: Counts, scale: float) -> Counts:
    facets = {
        facet: {value: round(count * scale) for value, count in values.items()}
        for facet, values in counts.facets.items()
    }
    return Counts(facets, {year: round(count * scale) for year, count in counts.years.items()})
