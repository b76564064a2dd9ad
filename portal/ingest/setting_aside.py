"""Set pages of a batch aside, and bring them back: what is no page of any document stays in the house.

Separators, batch sheets, rejected pages and pages that were scanned again stand in the reserve of
their batch (`catalogue.shifting.reserve_of`). They keep their ids, bytes and texts; those who take in or
describe see them, and nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import pages, shifting
from portal.catalogue.models import Page
from portal.catalogue.shifting import Place
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.ingest.models import Batch, Scan
from portal.ingest.set_aside_rows import SetAside, Why
from portal.rights import policy, protections


def set_aside(actor: Actor, page_id: str, why: Why) -> SetAside:
    """Move one page into the reserve of its batch; the others of its document count 1..n without it.

    Raises:
        NotFoundError: there is no such page of a batch, or its document is not for the actor.
        ConflictError: it is set aside already, or its document is in use (`shifting.require_loose`).
    """
    page, batch = _page_of_batch(actor, page_id)
    shifting.require_loose(page.document_id)
    staying = shifting.without(page.document_id, [page.id])
    (row,) = keep(actor, batch, {page.id: why})
    shifting.put([*staying, *_in_reserve(actor, batch, [page.id])])
    return row


def replace(actor: Actor, page_id: str, by_page_id: str) -> SetAside:
    """Let another page of the batch stand where this one stood, and set this one aside.

    Numbers stay, so this can be done to a document whatever is built upon it, unless it is withheld.
    The other page leaves the document that it came in; what becomes of one that is empty then is for
    the caller.

    Raises:
        NotFoundError: one of the pages is none of a batch, or its document is not for the actor.
        ConflictError: one is set aside already, they are of different batches, or the document of the
            other one is in use.
    """
    page, batch = _page_of_batch(actor, page_id)
    other, batch_of_other = _page_of_batch(actor, by_page_id)
    if batch.id != batch_of_other.id or page.id == other.id:
        raise ConflictError("page_of_other_batch")
    shifting.require_known(page.document_id)
    shifting.require_loose(other.document_id)
    document_id, number = page.document_id, page.number
    if other.document_id == document_id:
        rest = [
            Place(one.id, document_id, one.number)
            for one in pages.of_document(document_id)
            if one.id not in (page.id, other.id)
        ]
        order = sorted([*rest, Place(other.id, document_id, number)], key=lambda one: one.number)
        staying = [Place(one.page_id, document_id, at) for at, one in enumerate(order, start=1)]
    else:
        staying = [
            Place(other.id, document_id, number),
            *shifting.without(other.document_id, [other.id]),
        ]
    (row,) = keep(actor, batch, {page.id: Why.REPLACED})
    row.replaced_by = other.id
    # The old page goes first, for the new one takes its number.
    shifting.put([*_in_reserve(actor, batch, [page.id]), *staying])
    return row


def bring_back(actor: Actor, page_id: str) -> Page:
    """Put a page that was set aside back where it stood; where that is full by now, behind the last page.

    Raises:
        NotFoundError: the page was not set aside, or its document is gone or not for the actor.
        ConflictError: the document that it stood in is in use.
    """
    actor.must(Permission.TAKE_IN)
    row = db.session.get(SetAside, page_id)
    if row is None:
        raise NotFoundError("not_found")
    if row.reason == Why.REPLACED:
        raise ConflictError("page_was_replaced")
    policy.require_description(actor, row.document_id)
    protections.held(row.document_id)
    shifting.require_loose(row.document_id)
    order = [page.id for page in pages.of_document(row.document_id)]
    order.insert(min(row.number - 1, len(order)), page_id)
    shifting.put([Place(one, row.document_id, number) for number, one in enumerate(order, start=1)])
    trail.record(actor, "page.bring_back", "page", page_id, document=row.document_id, reason=row.reason)
    db.session.delete(row)
    db.session.flush()
    return pages.by_id(page_id)


def of_batch(batch_id: str) -> Sequence[SetAside]:
    """Return what was set aside of a batch in the order it was, whoever asks; rights are the caller's."""
    return db.session.scalars(
        select(SetAside).where(SetAside.batch_id == batch_id).order_by(SetAside.at, SetAside.page_id)
    ).all()


def keep(actor: Actor, batch: Batch, why: Mapping[str, Why]) -> list[SetAside]:
    """Write down of pages why they are set aside and where they stand now; they are moved by the caller."""
    rows = []
    for page_id, reason in why.items():
        page = pages.by_id(page_id)
        rows.append(
            SetAside(
                page_id=page_id,
                batch_id=batch.id,
                reason=reason.value,
                document_id=page.document_id,
                number=page.number,
                set_by=actor.id,
            )
        )
        trail.record(actor, "page.set_aside", "page", page_id, document=page.document_id, reason=reason.value)
    db.session.add_all(rows)
    db.session.flush()
    return rows


def forget(page_ids: Sequence[str]) -> None:
    """Delete what was written down of pages that stand in documents again."""
    db.session.execute(delete(SetAside).where(SetAside.page_id.in_(page_ids)))


def _in_reserve(actor: Actor, batch: Batch, page_ids: Sequence[str]) -> list[Place]:
    reserve = shifting.reserve_of(actor, batch.holding_id)
    return shifting.after_the_last(reserve.id, page_ids)


def _page_of_batch(actor: Actor, page_id: str) -> tuple[Page, Batch]:
    """Return a page that stands in a document, held, with the batch that it came in."""
    actor.must(Permission.TAKE_IN)
    page = pages.by_id(page_id)
    policy.require_content(actor, page.document_id)
    protections.held(page.document_id)
    db.session.refresh(page)
    batch = db.session.scalar(
        select(Batch).join(Scan, Scan.batch_id == Batch.id).where(Scan.id == page.scan_id)
    )
    if batch is None:
        raise NotFoundError("not_found")
    if protections.of(page.document_id).reserved:
        raise ConflictError("page_set_aside")
    return page, batch
