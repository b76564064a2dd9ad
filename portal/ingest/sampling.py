"""What of a batch a second person looks at: drawn by dice that are thrown once and written down.

The order of drawing is that of the digests of the batch's seed and the page ids, so it can be drawn
again by anybody, and nobody who brings or checks pages can choose which. What was drawn stays drawn:
when pages come later, or the share is raised, more are drawn. A page that cannot be read is always
drawn, for only a person can say what is to become of it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, exists, func, insert, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields
from portal.catalogue.models import Node, Page, PageState
from portal.core import clock, dated
from portal.core.db import db
from portal.core.errors import InvalidError
from portal.core.ids import new_id
from portal.ingest import ordering, second_person
from portal.ingest.check_rows import CheckSample, CheckState, PageCheck
from portal.ingest.models import Batch, Scan
from portal.ingest.set_aside_rows import SetAside

LONGEST_REASON = 500


def percent(batch_id: str) -> int:
    """Return which share of a batch is looked at, in percent."""
    row = db.session.get(CheckSample, batch_id)
    return row.percent if row else int(dated.value(dated.CHECK_PERCENT))


def wanted(pages: int, share: int) -> int:
    """Return how many of so many pages are looked at: the share, rounded up."""
    return -(-pages * share // 100)


def rank(seed: str, page_id: str) -> str:
    """Return by what pages are drawn: those with the least are first."""
    return hashlib.sha256(f"{seed}:{page_id}".encode("ascii")).hexdigest()


def inside(batch_id: str) -> ColumnElement[bool]:
    """Return the condition that a page came with the batch and is one of a document, wherever that is."""
    came = select(Scan.id).where(Scan.batch_id == batch_id)
    return Page.scan_id.in_(came) & ~exists().where(SetAside.page_id == Page.id)


def counts() -> ColumnElement[bool]:
    """Return the condition that a look is the last of its page, and the page is one of a document."""
    is_aside = exists().where(SetAside.page_id == PageCheck.page_id)
    return (PageCheck.state == CheckState.REJECTED.value) | (
        (PageCheck.state != CheckState.RESCANNED.value) & ~is_aside
    )


def drawn(batch_id: str) -> int:
    """Return how many pages of a batch were drawn; each counts once, however often it was scanned."""
    query = select(func.count()).select_from(PageCheck).where(PageCheck.batch_id == batch_id, counts())
    return db.session.scalar(query) or 0


def draw(actor: Actor, batch: Batch) -> int:
    """Draw what is still to be drawn of a batch that the caller holds; return how many pages."""
    sample = db.session.get(CheckSample, batch.id) or _thrown(batch.id)
    pages = db.session.scalars(select(Page).where(inside(batch.id))).all()
    known = set(db.session.scalars(select(PageCheck.page_id).where(PageCheck.batch_id == batch.id)))
    undrawn = sorted(
        (page for page in pages if page.id not in known), key=lambda page: rank(sample.seed, page.id)
    )
    before = drawn(batch.id)
    more = max(0, wanted(len(undrawn) + before, sample.percent) - before)
    chosen = undrawn[:more] + [page for page in undrawn[more:] if page.state == PageState.FAILED.value]
    if chosen:
        _write(batch, chosen, pages)
        details = {"percent": sample.percent, "pages": len(pages), "drawn": len(chosen), "seed": sample.seed}
        trail.record(actor, "check.draw", "batch", batch.id, **details)
    return len(chosen)


def raise_share(actor: Actor, batch_id: str, share: int | None, reason: str) -> None:
    """Have more of a batch looked at than before; never less.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        NotAllowedError: the actor brought something of the batch.
        ConflictError: the batch is closed or withdrawn.
        InvalidError: the share is no more than before, or the reason is missing.
    """
    batch = second_person.must(actor, batch_id)
    before = percent(batch.id)
    if share is None or not before < share <= 100:
        raise InvalidError("share_not_more", fields={"percent": "share_not_more"}, least=before + 1)
    reason = fields.required("reason", reason, LONGEST_REASON)
    row = db.session.get(CheckSample, batch.id) or _thrown(batch.id)
    row.percent, row.raised_by, row.raised_at, row.raise_reason = share, actor.id, clock.now(), reason
    db.session.flush()
    trail.record(actor, "check.raise", "batch", batch.id, before=before, after=share)
    draw(actor, batch)


def raised(actor: Actor, batch_id: str) -> CheckSample | None:
    """Return who raised the share of a batch and why; None where nobody did."""
    actor.must(Permission.TAKE_IN)
    row = db.session.get(CheckSample, batch_id)
    return row if row is not None and row.raised_at is not None else None


def _thrown(batch_id: str) -> CheckSample:
    row = CheckSample(
        batch_id=batch_id, seed=secrets.token_hex(16), percent=int(dated.value(dated.CHECK_PERCENT))
    )
    db.session.add(row)
    db.session.flush()
    return row


def _write(batch: Batch, chosen: Iterable[Page], pages: Sequence[Page]) -> None:
    brought = dict(
        db.session.execute(select(Scan.id, Scan.brought_by).where(Scan.batch_id == batch.id)).all()
    )
    documents = select(Page.document_id).where(inside(batch.id))
    names = dict(db.session.execute(select(Node.id, Node.working_title).where(Node.id.in_(documents))).all())
    # A document goes by the name of its file, and what was scanned again stands where it belongs.
    ordered = sorted(
        pages,
        key=lambda page: (ordering.natural(names[page.document_id]), page.document_id, page.number),
    )
    places = {page.id: place for place, page in enumerate(ordered, start=1)}
    rows = [
        {
            "id": new_id(),
            "batch_id": batch.id,
            "page_id": page.id,
            "round": 1,
            "position": places[page.id],
            "state": CheckState.WAITING.value,
            "operator_id": brought.get(page.scan_id or ""),
            "note": "",
            "drawn_at": clock.now(),
        }
        for page in chosen
    ]
    db.session.execute(insert(PageCheck), rows)
