"""Where the words of a query stand in texts: the places one steps through, and the pages that hold some.

A place is a run of neighbouring words that all answer the query, so that a phrase is one
stop and not three. Words match by their folded form, with or without marks. Rights are
asked by the caller, who also says which pages of a document may be looked through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, UnaryExpression, select

from portal.catalogue import redacted
from portal.catalogue.models import Page, PageText
from portal.catalogue.redaction_rows import RedactedPage
from portal.core.db import db
from portal.rights.policy import Sight
from portal.search import analysis, plan
from portal.search.documents import Query

REACH = 60
"""Pages before and after that are looked through for the next place; whoever wants more searches again."""

Run = tuple[int, int]
"""First word of a place, and the word behind its last."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The pages of the document that hold a place, next to the one looked at; ids."""

    previous_id: str | None = None
    next_id: str | None = None


def runs(words: Sequence[str], query: str, *, loosely: bool = False) -> list[Run]:
    """Return the places among words as they stand in a text, in order.

    Where some place answers two different words of the query, those that answer one only
    are left out: single syllables of a Vietnamese phrase stand on nearly every page. For the
    same reason a text that holds no more than half the words of the query has no place,
    unless they are looked for loosely.
    """
    wanted = _wanted(query)
    if not wanted:
        return []
    found: list[tuple[Run, set[str]]] = []
    start, answered = 0, set[str]()
    for place, word in enumerate(words):
        matched = wanted & _folded(word)
        if matched and not answered:
            start = place
        if matched:
            answered |= matched
        elif answered:
            found.append(((start, place), answered))
            answered = set()
    if answered:
        found.append(((start, len(words)), answered))
    all_answered = frozenset[str]().union(*(answered for _, answered in found))
    if 2 * len(all_answered) <= len(wanted) and not loosely:
        return []
    least = min(2, max((len(answered) for _, answered in found), default=0))
    return [run for run, answered in found if len(answered) >= least]


def counts(sight: Sight, pages: Sequence[Page], query: str) -> dict[str, int]:
    """Return how many places each page has, for those that have any.

    Args:
        sight: of the document; what it does not show has no place.
    """
    if not _wanted(query):
        return {}
    standing = redacted.standing(sight, ((page.id, page.number) for page in pages))
    texts = db.session.execute(
        select(PageText.page_id, PageText.text).where(PageText.page_id.in_(standing), PageText.is_current)
    )
    found = {page_id: len(runs(_text(text, standing[page_id]).split(), query)) for page_id, text in texts}
    return {page_id: count for page_id, count in found.items() if count}


def nearest(page: Page, query: str, sight: Sight) -> Nearest:
    """Return the pages around this one that hold a place, at most `REACH` away.

    Args:
        sight: of the document; the text of a page that it does not show is never looked at.
    """
    if not _wanted(query):
        return Nearest()
    is_before, is_after = Page.number < page.number, Page.number > page.number
    return Nearest(
        _first(page.document_id, is_before, Page.number.desc(), query, sight),
        _first(page.document_id, is_after, Page.number.asc(), query, sight),
    )


def _first(
    document_id: str, side: ColumnElement[bool], order: UnaryExpression[int], query: str, sight: Sight
) -> str | None:
    """Return the first page with a place."""
    texts = (
        select(Page.id, Page.number, PageText.text)
        .join(PageText, PageText.page_id == Page.id)
        .where(Page.document_id == document_id, side, PageText.is_current)
        .order_by(order)
        .limit(REACH)
    )
    rows = db.session.execute(texts).all()
    standing = redacted.standing(sight, ((page_id, number) for page_id, number, _ in rows))
    shown = ((one, _text(text, standing[one])) for one, _, text in rows if one in standing)
    return next((page_id for page_id, text in shown if runs(text.split(), query)), None)


def _text(text: str, instead: RedactedPage | None) -> str:
    """Return what the page says to this reader: in a redacted version not what the original says."""
    return text if instead is None else instead.text


def _wanted(query: str) -> frozenset[str]:
    return frozenset(plan.understand(Query(query)).words)


@lru_cache(maxsize=50_000)
def _folded(word: str) -> frozenset[str]:
    """Return the folded words in one written word: 93/QĐ-UBND holds three."""
    return frozenset(analysis.folded_words(word))
