"""Find for a person: ask the indexes, check every hit again in SQL, cut snippets.

What the index says is a guess about yesterday. Whether the actor may see a hit, and
every word shown of it, comes from SQL now, so an index that lags hides and never leaks.
Results of the restricted index follow those of the public one; the two are never
merged, and the restricted one is not opened for people without rights to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from portal.accounts.actors import Actor
from portal.catalogue import aliases, entries, results, tree
from portal.catalogue.results import Result
from portal.core.errors import UnavailableError
from portal.core.paging import Listing, Paging
from portal.rights import policy
from portal.search import engine, reader
from portal.search.documents import Counts, Hits, Query, Refinement, Side
from portal.search.engine import Engine
from portal.search.errors import NeedsRebuildError
from portal.search.language import Repair
from portal.search.visibility import Visibility

EVERYTHING = Refinement()

COMMON = "số"
"""A word that stands at the head of nearly every paper."""

LITTLE = 3
"""Who finds fewer documents than that is told of a word that was perhaps meant."""


@dataclass(frozen=True, slots=True)
class Found(Listing[Result]):
    """One page of results; `rows` has public ones first, then restricted ones."""

    engine: str = ""
    """The engine that found it."""
    is_cut: bool = False
    """Whether the time limit ended the search, so that better results may be missing."""
    is_estimate: bool = False
    """Whether total and counts were inferred, of very many results."""
    is_loosened: bool = False
    """Whether nothing has the wording asked for, so that these hold most of the words."""
    counts: Counts = field(default_factory=Counts)
    """How many of the documents found have which values; of both indexes for who may ask both."""
    repairs: Sequence[Repair] = ()
    """What was mended in the query."""
    also: Sequence[str] = ()
    """The query under other names of places, bodies and abbreviations, which was searched for too."""
    meant: str = ""
    """What was perhaps meant, of words that everybody may know; empty where much was found."""

    def of(self, side: Side) -> list[Result]:
        """Return the results of one of the two groups."""
        return [row for row in self.rows if row.side is side]


def search(
    actor: Actor,
    text: str,
    paging: Paging,
    fonds: str | None = None,
    exact: bool = False,
    under: str | None = None,
    refined: Refinement = EVERYTHING,
    as_typed: bool = False,
) -> Found:
    """Return one page of what the actor may find.

    Args:
        fonds: code of the fonds to stay in.
        exact: whether marks must be right.
        under: id of the fonds, file or document to stay in.
        refined: values and years to stay with, and the order.
        as_typed: whether other names are left alone.

    Raises:
        NotFoundError: the actor may not know of the node `under`, or there is none.
        UnavailableError: an index is lost or cannot be read.
    """
    fonds_id = _fonds_id(actor, fonds)
    if fonds and fonds_id is None:
        return Found([], paging, 0, engine.name())
    if under:
        policy.require_description(actor, under)
    also = () if exact or as_typed else aliases.rewritten(text)
    query, visibility = Query(text, exact, refined, also), policy.visibility(actor, under or fonds_id)
    public = _ask(engine.public(), query, visibility, paging.offset, paging.per_page)
    rows = results.judged(actor, query, Side.PUBLIC, public.rows)
    hits, total = [public], public.total - (len(public.rows) - len(rows))
    if policy.reads_restricted(actor):
        start, room = max(0, paging.offset - public.total), paging.per_page - len(public.rows)
        closed = _ask(engine.restricted(), query, visibility, start, room)
        more = results.judged(actor, query, Side.RESTRICTED, closed.rows)
        rows, total = [*rows, *more], total + closed.total - (len(closed.rows) - len(more))
        hits.append(closed)
    return Found(
        rows,
        paging,
        total,
        engine.name(),
        is_estimate=any(one.is_estimate for one in hits),
        is_cut=any(one.is_cut for one in hits),
        is_loosened=any(one.is_loosened for one in hits),
        counts=sum((one.counts for one in hits), start=Counts()),
        repairs=reader.read(text).repairs,
        also=also,
        meant=public.meant if total < LITTLE else "",
    )


def warm() -> None:
    """Read what every search needs, so that the first reader of a process does not wait for it.

    Where the index cannot be read, the first search tells; here nothing is lost.
    """
    with suppress(UnavailableError):
        _ask(engine.public(), Query(COMMON), Visibility(not_under=frozenset()), 0, 1)


def _ask(index: Engine, query: Query, visibility: Visibility, offset: int, limit: int) -> Hits:
    """Ask one index. One that does not exist on a home where nothing was indexed yet is empty."""
    try:
        return index.search(query, visibility, offset, limit)
    except NeedsRebuildError:
        if entries.was_ever_filled():
            raise
        return Hits()


def _fonds_id(actor: Actor, code: str | None) -> str | None:
    """Return the id of a fonds that the actor may know of."""
    node = tree.fonds_by_code(code) if code else None
    return node.id if node and policy.sight(actor, node.id).sees_description else None
