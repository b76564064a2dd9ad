"""An engine in memory: the same stages over plain sets, for tests that need no files.

It passes the suite that Whoosh passes, which keeps the port honest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from portal.core.errors import ConflictError
from portal.search import analysis, plan
from portal.search.documents import Hit, Hits, Query, SearchDocument
from portal.search.plan import Plan
from portal.search.visibility import Visibility

Matches = Callable[["_Terms"], bool]


class _Terms:
    """The terms of one document."""

    def __init__(self, document: SearchDocument) -> None:
        self.document = document
        self.exact = set(analysis.exact_words(document.body))
        folded = analysis.folded_words(document.body)
        self.folded = set(folded)
        self.pairs = set(analysis.pairs(folded))
        self.title = set(analysis.folded_words(document.title))
        self.numbers = analysis.number_forms(document.number)

    def is_visible(self, visibility: Visibility) -> bool:
        under = set(self.document.ancestors)
        return (
            not under & visibility.not_under
            and (visibility.fonds is None or visibility.fonds in under)
            and (visibility.withheld or not self.document.withheld)
        )

    def score(self, asked: Plan) -> tuple[int, int, int]:
        marks = len(self.exact.intersection(asked.exact)) if asked.has_marks else 0
        words = len(self.folded.intersection(asked.words)) + len(self.pairs.intersection(asked.pairs))
        number = len(self.numbers.intersection(asked.numbers))
        return number, words + marks + len(self.title.intersection(asked.words)), -len(self.folded)


class MemoryEngine:
    """One index in memory; see `engine.Engine` for what each method promises."""

    def __init__(self) -> None:
        self._current: dict[str, _Terms] = {}
        self._next: dict[str, _Terms] | None = None
        self._exists = False

    def exists(self) -> bool:
        return self._exists

    def prepare(self) -> None:
        self._exists = True

    def write(self, documents: Iterable[SearchDocument], removed: Iterable[str]) -> None:
        latest = {document.key: _Terms(document) for document in documents}
        gone = set(removed) - latest.keys()
        for terms in [self._current] if self._next is None else [self._current, self._next]:
            for key in gone:
                terms.pop(key, None)
            terms.update(latest)

    def search(self, query: Query, visibility: Visibility, offset: int, limit: int) -> Hits:
        asked = plan.understand(query)
        if asked.is_empty:
            return Hits()
        visible = [terms for terms in self._current.values() if terms.is_visible(visibility)]
        found: list[_Terms] = []
        for matches in _stages(asked):
            more = [terms for terms in visible if terms not in found and matches(terms)]
            found += sorted(more, key=lambda terms: terms.score(asked), reverse=True)
            if len(found) >= plan.ENOUGH:
                break
        else:
            found += _loosely(asked, [terms for terms in visible if terms not in found], bool(found))
        rows = [Hit(terms.document.key, terms.document.document_id) for terms in found]
        return Hits(rows[offset : offset + limit], len(rows))

    def count(self) -> int:
        return len(self._current)

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        if self._next is not None:
            raise ConflictError("rebuild_running")
        self._next = {}
        try:
            yield
        finally:
            self._next = None

    def is_rebuilding(self) -> bool:
        return self._next is not None

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        self._filling().update({document.key: _Terms(document) for document in documents})

    def swap(self) -> None:
        self._current, self._exists = dict(self._filling()), True

    def _filling(self) -> dict[str, _Terms]:
        if self._next is None:
            raise RuntimeError("fill and swap belong into rebuilding()")
        return self._next


def _stages(asked: Plan) -> Iterator[Matches]:
    def number(terms: _Terms) -> bool:
        return not asked.needs_exact and bool(terms.numbers.intersection(asked.numbers))

    def marks(terms: _Terms) -> bool:
        return not asked.needs_exact or terms.exact.issuperset(asked.exact)

    if asked.pairs:
        yield lambda terms: number(terms) or (terms.pairs.issuperset(asked.pairs) and marks(terms))
    yield lambda terms: number(terms) or (terms.folded.issuperset(asked.words) and marks(terms))


def _loosely(asked: Plan, among: list[_Terms], found_any: bool) -> list[_Terms]:
    if asked.needs_exact or len(asked.words) < 2:
        return []
    least = asked.least(found_any=found_any)
    kept = [terms for terms in among if len(terms.folded.intersection(asked.words)) >= least]
    return sorted(kept, key=lambda terms: terms.score(asked), reverse=True)
