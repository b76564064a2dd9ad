"""Queries of tantivy put together of others."""

from __future__ import annotations

from collections.abc import Sequence

from tantivy import Occur, Query  # noqa: TID251 - the adapter of tantivy

EVEN = 256
"""Parts of one in which scores are given: such numbers add up to the same in whatever order."""


def both(queries: Sequence[Query]) -> Query:
    """Return what answers all of the queries; everything where there are none, as in `matching`."""
    if not queries:
        return Query.all_query()
    return Query.boolean_query([(Occur.Must, one) for one in queries])


def either(queries: Sequence[Query]) -> Query:
    """Return what answers one of the queries; nothing where there are none."""
    if not queries:
        return Query.empty_query()
    return Query.boolean_query([(Occur.Should, one) for one in queries])


def without(query: Query, other: Query) -> Query:
    """Return what answers the first and not the other."""
    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, other)])


def even(score: float) -> float:
    """Return the score rounded so that it adds up without loss."""
    return round(score * EVEN) / EVEN


def silent(query: Query) -> Query:
    """Return the query scoring nothing."""
    return Query.const_score_query(query, 0.0)
