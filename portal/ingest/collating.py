"""Bring two passes of a scanner together: all fronts first, then all backs, as one-sided scanners take them.

Before `splitting`, for separators part documents sheet by sheet. Whoever scanned says where each pass lies
among the pages of the batch (`ordering`). What would come of it is computed whenever it is asked for, for
one batch; `rearranging` carries it out. Every back goes behind its front, into the document of the front.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue.shifting import Place
from portal.core.errors import InvalidError
from portal.ingest import batches, ordering
from portal.ingest.models import Batch
from portal.ingest.ordering import Leaf


@dataclass(frozen=True, slots=True)
class Passes:
    """Where two passes lie among the pages of a batch, counted from 1 in their order."""

    first: int
    """The first page of the first pass."""
    second: int
    """The first page of the second pass; the first one ends before it."""
    last: int
    """The last page of the second pass."""
    backs_first: bool = False
    """Whether the first pass is that of the backs."""
    is_reversed: bool = True
    """Whether the last back comes first, since the pile was turned over as a whole."""


@dataclass(frozen=True, slots=True)
class Side:
    """One page, and which of the batch it is in the order of today."""

    position: int
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper: two pages that belong together."""

    number: int
    front: Side
    back: Side


@dataclass(frozen=True, slots=True)
class Collation:
    """What would come of two passes."""

    batch: Batch
    sheets: Sequence[Sheet]
    leaves: Sequence[Leaf]
    """All pages of the documents that change, as they stand."""
    places: Sequence[Place]
    """Where each of them goes."""
    waiting: int
    """Files and pages that are not read yet; nothing is collated before they are."""

    @property
    def seen(self) -> str:
        """What a person saw who confirms it: of other passes or other pages it is another one."""
        stood = {leaf.id: f"{leaf.document_id} {leaf.number}" for leaf in self.leaves}
        lines = (f"{one.page_id} {stood[one.page_id]} {one.document_id} {one.number}" for one in self.places)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:20]


def standing(actor: Actor, batch_id: str) -> tuple[Batch, Sequence[Side]]:
    """Return a batch with the pages that can still be put elsewhere, in order.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    actor.must(Permission.TAKE_IN)
    batch = batches.known(actor, batch_id)
    return batch, _sides(ordering.leaves(batch))


def usual(pages: int) -> Passes:
    """Return the passes of a pile that was scanned, turned over as a whole and scanned again."""
    return Passes(1, pages // 2 + 1, pages)


def proposal(actor: Actor, batch_id: str, passes: Passes) -> Collation:
    """Return what would come of the passes.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        InvalidError: the passes are none, have not as many pages each, or a document lies between that
            somebody has worked with; `fields` names the inputs.
    """
    actor.must(Permission.TAKE_IN)
    return of(batches.known(actor, batch_id), passes)


def of(batch: Batch, passes: Passes) -> Collation:
    """Return the same whoever asks; raises `InvalidError` as `proposal`."""
    leaves = ordering.leaves(batch)
    _check(leaves, passes)
    sheets = _sheets(_sides(leaves), passes)
    changed = {side.leaf.document_id for sheet in sheets for side in (sheet.front, sheet.back)}
    those = [leaf for leaf in leaves if leaf.document_id in changed]
    return Collation(batch, sheets, those, _places(those, sheets), ordering.waiting(batch))


def _check(leaves: Sequence[Leaf], passes: Passes) -> None:
    if not 1 <= passes.first < passes.second <= passes.last <= len(leaves):
        raise InvalidError(
            "bad_passes",
            fields=dict.fromkeys(("first", "second", "last"), "bad_passes"),
            most=len(leaves),
        )
    before, after = passes.second - passes.first, passes.last - passes.second + 1
    if before != after:
        raise InvalidError("passes_differ", fields={"second": "passes_differ"}, before=before, after=after)
    # What somebody has worked with stays where it is, so pages behind it may be counted wrongly.
    if leaves[passes.first - 1].stretch != leaves[passes.last - 1].stretch:
        raise InvalidError("passes_parted", fields={"last": "passes_parted"})


def _sides(leaves: Sequence[Leaf]) -> list[Side]:
    return [Side(position, leaf) for position, leaf in enumerate(leaves, start=1)]


def _sheets(sides: Sequence[Side], passes: Passes) -> list[Sheet]:
    """Pair fronts and backs; fronts go through a scanner in the order of the paper."""
    one = list(sides[passes.first - 1 : passes.second - 1])
    two = list(sides[passes.second - 1 : passes.last])
    fronts, backs = (two, one) if passes.backs_first else (one, two)
    if passes.is_reversed:
        backs.reverse()
    return [
        Sheet(number, front, back)
        for number, (front, back) in enumerate(zip(fronts, backs, strict=True), start=1)
    ]


def _places(leaves: Sequence[Leaf], sheets: Sequence[Sheet]) -> list[Place]:
    """Say where each page of the documents goes that a pass touches."""
    behind = {sheet.front.leaf.id: sheet.back.leaf.id for sheet in sheets}
    leaving = set(behind.values())
    documents: dict[str, list[str]] = {}
    for leaf in leaves:
        order = documents.setdefault(leaf.document_id, [])
        if leaf.id in leaving:
            continue
        order.append(leaf.id)
        if leaf.id in behind:
            order.append(behind[leaf.id])
    return [
        Place(page_id, document_id, number)
        for document_id, order in documents.items()
        for number, page_id in enumerate(order, start=1)
    ]
