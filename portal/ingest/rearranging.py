"""Carry out what a person has confirmed for the pages of a batch as a whole, and undo it.

After `splitting` and `collating`, which only say where pages would go. Pages keep their ids; a document
that loses all its pages is out of everybody's sight, and its file points to where its pages went.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import documents, shifting
from portal.catalogue.models import Page
from portal.catalogue.shifting import Place
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, NotAllowedError, NotFoundError
from portal.ingest import batch_states, collating, splitting
from portal.ingest.batch_states import BatchState
from portal.ingest.collating import Passes
from portal.ingest.models import Batch, Scan
from portal.ingest.ordering import Leaf
from portal.ingest.rearranging_rows import PageMove, Rearrangement, SplitMark, Work
from portal.ingest.set_aside_rows import SetAside, Why
from portal.rights import many, policy, protections

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Done:
    """What a rearrangement has done."""

    documents: int
    set_aside: int
    emptied: int


def split(actor: Actor, batch_id: str, seen: str) -> Done:
    """Split a batch as it was proposed.

    Args:
        seen: `Proposal.seen` of what the person saw.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: the batch is closed or not read yet, nothing would change, or the proposal is
            another one by now.
    """
    batch = held(actor, batch_id)
    proposal = splitting.of(batch)
    if proposal.waiting:
        raise ConflictError("batch_not_read")
    if proposal.seen != seen:
        raise ConflictError("changed_meanwhile")
    if not proposal.changes:
        raise ConflictError("nothing_to_split")
    groups: dict[int, list[Leaf]] = {}
    aside: dict[str, Why] = {}
    for one in proposal.pages:
        if one.why is None:
            groups.setdefault(one.group, []).append(one.leaf)
        else:
            aside[one.leaf.id] = one.why
    targets = _targets(actor, batch, list(groups.values()))
    places = [
        Place(leaf.id, target, number)
        for target, group in zip(targets, groups.values(), strict=True)
        for number, leaf in enumerate(group, start=1)
    ]
    leaves = [one.leaf for one in proposal.pages]
    done = carry_out(actor, batch, Work.SPLIT, leaves, places, aside)
    db.session.execute(delete(SplitMark).where(SplitMark.batch_id == batch.id))
    return done


def collate(actor: Actor, batch_id: str, passes: Passes, seen: str) -> Done:
    """Bring two passes together as it was proposed: every back goes behind its front.

    Args:
        seen: `Collation.seen` of what the person saw.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        InvalidError: as `collating.proposal`.
        ConflictError: the batch is closed or not read yet, or the proposal is another one by now.
    """
    batch = held(actor, batch_id)
    collation = collating.of(batch, passes)
    if collation.waiting:
        raise ConflictError("batch_not_read")
    if collation.seen != seen:
        raise ConflictError("changed_meanwhile")
    return carry_out(actor, batch, Work.COLLATE, collation.leaves, collation.places, {})


def carry_out(
    actor: Actor,
    batch: Batch,
    work: Work,
    leaves: Sequence[Leaf],
    places: Sequence[Place],
    aside: Mapping[str, Why],
) -> Done:
    """Put pages of a batch where they shall stand, and remember where they stood.

    Args:
        leaves: all pages of the documents that change, as they stand; none of them is worked with.
        places: where each of them goes that is not set aside.
    """
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    stood = {leaf.id: leaf for leaf in leaves}
    wanted = [*places]
    if aside:
        reserve = shifting.reserve_of(actor, batch.holding_id)
        wanted += shifting.after_the_last(reserve.id, list(aside))
    moved = [one for one in wanted if (one.document_id, one.number) != _stand(stood[one.page_id])]
    row = Rearrangement(batch_id=batch.id, work=work.value, made_by=actor.id)
    db.session.add(row)
    db.session.flush()
    # Of all pages, for those that stay have their place by it, too, and no later split takes it from them.
    _remember(row, wanted, stood)
    _set_aside(actor, batch, aside, stood)
    shifting.put(moved)
    emptied = _let_go(actor, {leaf.document_id for leaf in leaves}, moved, stood)
    trail.record(
        actor,
        f"batch.{work.value}",
        "batch",
        batch.id,
        rearrangement=row.id,
        documents=len({one.document_id for one in places}),
        set_aside=len(aside),
        emptied=len(emptied),
    )
    return Done(len({one.document_id for one in places}), len(aside), len(emptied))


def latest(batch_id: str) -> Rearrangement | None:
    """Return the last rearrangement of a batch that still stands; the one that can be undone."""
    return db.session.scalar(
        select(Rearrangement)
        .where(Rearrangement.batch_id == batch_id, Rearrangement.undone_at.is_(None))
        .order_by(Rearrangement.made_at.desc(), Rearrangement.id.desc())
        .limit(1)
    )


def held(actor: Actor, batch_id: str) -> Batch:
    """Return an open batch with everything in it held, so that nobody works with what is being moved.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: the batch is closed or withdrawn.
    """
    actor.must(Permission.TAKE_IN)
    batch = db.session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None:
        raise NotFoundError("not_found")
    policy.require_description(actor, batch.holding_id)
    if batch_states.of(batch) is not BatchState.OPEN:
        raise ConflictError("batch_closed")
    protections.hold_below(protections.of(batch.holding_id).path)
    return batch


def _stand(leaf: Leaf) -> tuple[str, int]:
    return leaf.document_id, leaf.number


def _targets(actor: Actor, batch: Batch, groups: Sequence[Sequence[Leaf]]) -> list[str]:
    """Return for each future document the one of its first page, or a new one where that is taken."""
    found: list[str] = []
    taken: dict[str, int] = {}
    for group in groups:
        first = group[0]
        taken[first.document_id] = taken.get(first.document_id, 0) + 1
        times = taken[first.document_id]
        if times == 1:
            found.append(first.document_id)
            continue
        title = f"{first.file_name[:190]} · {times}"
        found.append(documents.add_scanned(actor, batch.holding_id, title).id)
    return found


def _remember(row: Rearrangement, moved: Sequence[Place], stood: Mapping[str, Leaf]) -> None:
    if not moved:
        return
    db.session.execute(
        insert(PageMove),
        [
            {
                "rearrangement_id": row.id,
                "page_id": one.page_id,
                "from_document": stood[one.page_id].document_id,
                "from_number": stood[one.page_id].number,
                "to_document": one.document_id,
                "to_number": one.number,
            }
            for one in moved
        ],
    )


def _set_aside(actor: Actor, batch: Batch, aside: Mapping[str, Why], stood: Mapping[str, Leaf]) -> None:
    now = clock.now()
    if aside:
        db.session.execute(
            insert(SetAside),
            [
                {
                    "page_id": page_id,
                    "batch_id": batch.id,
                    "reason": why.value,
                    "document_id": stood[page_id].document_id,
                    "number": stood[page_id].number,
                    "set_by": actor.id,
                    "at": now,
                }
                for page_id, why in aside.items()
            ],
        )


def _let_go(
    actor: Actor, before: set[str], moved: Sequence[Place], stood: Mapping[str, Leaf]
) -> dict[str, str]:
    """Take documents out of sight that have no pages any more; return where the pages of each went."""
    left = sorted(before)
    still = set(_with_pages(left))
    went: dict[str, str] = {}
    for one in moved:
        went.setdefault(stood[one.page_id].document_id, one.document_id)
    emptied = {document_id: went[document_id] for document_id in left if document_id not in still}
    hide(emptied)
    if emptied:
        # Of the connection, for the session would look through all that it knows for each of them.
        of_it = update(Scan).where(Scan.document_id == bindparam("before"))
        db.session.connection().execute(
            of_it.values(document_id=bindparam("after")),
            [{"before": one, "after": to} for one, to in emptied.items()],
        )
        db.session.expire_all()
    trail.record_each(
        actor, "document.emptied", "document", {one: {"pages_in": to} for one, to in emptied.items()}
    )
    return emptied


def hide(document_ids: Iterable[str]) -> None:
    """Take those of the documents out of sight that have no pages."""
    wanted = sorted(document_ids)
    still = set(_with_pages(wanted))
    many.remove_nodes([one for one in wanted if one not in still], clock.now())


def _with_pages(document_ids: Sequence[str]) -> list[str]:
    found: list[str] = []
    for start in range(0, len(document_ids), AT_ONCE):
        part = document_ids[start : start + AT_ONCE]
        found += db.session.scalars(select(Page.document_id).where(Page.document_id.in_(part)).distinct())
    return found
