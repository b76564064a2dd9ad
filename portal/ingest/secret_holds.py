"""Documents that bear the mark of a state secret: held back from everybody, released or purged.

After `looking`, which finds the mark and lets nothing else out. From the transaction on in which the
mark is noted the document is out of sight and search, and nothing is left of it but the original, which
no address of the portal gives out. Who answers for state secrets sees that it is there and by which mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.accounts import notices, people
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import PERMISSIONS, Permission, Role
from portal.audit import trail
from portal.catalogue import fields, outbox, pages
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.core.paging import Listing, Paging
from portal.ingest import flagging, scans, signed
from portal.ingest.models import Batch, Scan
from portal.ingest.secret_rows import SecretHold
from portal.ingest.secret_states import HoldAct, HoldState, next_state
from portal.rights import protections

HELD_BACK = "page_held_back"
"""The code of each page of such a document."""

LINK = "/bi-mat-nha-nuoc"
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class HoldView:
    """What whoever answers for it is told: where the paper is to be found, and nothing of what is on it."""

    id: str
    document_id: str
    batch_name: str
    file_name: str
    page_number: int
    mark: str
    state: HoldState
    held_at: datetime
    ended_at: datetime | None
    ended_by: str
    reason: str


def hold(page_id: str, mark: str) -> None:
    """Hold back the document of a page that bears a mark; what is known of its other pages goes, too.

    Whoever answers for state secrets is told, without the name of anything. A document that is held
    back already stays so, and nobody is told twice.
    """
    page = pages.by_id(page_id)
    document_id = page.document_id
    if not protections.hold_back(document_id):
        return
    pages.take_out(document_id, HELD_BACK)
    signed.forget(document_id)
    flagging.forget([one.id for one in pages.of_document(document_id)])
    protections.close_in_search(document_id, outbox.note_tree(document_id))
    row = SecretHold(document_id=document_id, page_number=page.number, mark=mark)
    db.session.add(row)
    db.session.flush()
    trail.record(PORTAL, "secret.hold", "secret_hold", row.id, document=document_id, mark=mark)
    for role in (role for role in Role if Permission.MANAGE_SECRETS in PERMISSIONS[role]):
        for person_id in people.ids_of(role):
            notices.tell(person_id, "secret_held", LINK)


def is_released(document_id: str) -> bool:
    """Tell whether somebody found that the document is no state secret, whatever mark it bears."""
    found = select(SecretHold.id).where(
        SecretHold.document_id == document_id, SecretHold.state == HoldState.RELEASED.value
    )
    return db.session.scalar(found.limit(1)) is not None


def release(actor: Actor, hold_id: str, reason: str) -> None:
    """Let a document be read and seen again; its mark holds it back no more.

    Raises:
        NotFoundError: there is no such row.
        InvalidError: the reason is missing or too long.
        ConflictError: it is not held back any more.
    """
    row = _held(actor, hold_id)
    state = next_state(row.state, HoldAct.RELEASE)
    row.reason = fields.required("reason", reason, LONGEST_REASON)
    _end(actor, row, state)
    protections.let_out(row.document_id)
    for page in pages.of_document(row.document_id):
        pages.wait_again(page.id)
        scans.read_again(page.id)
    outbox.note_tree(row.document_id)
    trail.record(actor, "secret.release", "secret_hold", row.id, document=row.document_id)


def purged(actor: Actor, hold_id: str) -> None:
    """Note that a document was purged; whoever purges calls this in the same transaction.

    Raises:
        NotFoundError: there is no such row.
        ConflictError: it is not held back any more.
    """
    row = _held(actor, hold_id)
    _end(actor, row, next_state(row.state, HoldAct.PURGE))
    trail.record(actor, "secret.purge", "secret_hold", row.id, document=row.document_id)


def waiting(actor: Actor) -> int:
    """Return how many documents are held back."""
    actor.must(Permission.MANAGE_SECRETS)
    held = SecretHold.state == HoldState.HELD.value
    return db.session.scalar(select(func.count()).select_from(SecretHold).where(held)) or 0


def listing(actor: Actor, paging: Paging, *, is_over: bool = False) -> Listing[HoldView]:
    """Return the documents that are held back, the longest held first; or those that are not any more."""
    actor.must(Permission.MANAGE_SECRETS)
    is_held = SecretHold.state == HoldState.HELD.value
    where = ~is_held if is_over else is_held
    order = SecretHold.held_at.desc() if is_over else SecretHold.held_at
    total = db.session.scalar(select(func.count()).select_from(SecretHold).where(where)) or 0
    rows = db.session.scalars(
        select(SecretHold)
        .where(where)
        .order_by(order, SecretHold.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing(_views(rows), paging, total)


def show(actor: Actor, hold_id: str) -> HoldView:
    """Return one of them.

    Raises:
        NotFoundError: there is no such row.
    """
    actor.must(Permission.MANAGE_SECRETS)
    row = db.session.get(SecretHold, hold_id)
    if row is None:
        raise NotFoundError("not_found")
    return _views([row])[0]


def _held(actor: Actor, hold_id: str) -> SecretHold:
    actor.must(Permission.MANAGE_SECRETS)
    row = db.session.get(SecretHold, hold_id, with_for_update=True)
    if row is None:
        raise NotFoundError("not_found")
    return row


def _end(actor: Actor, row: SecretHold, state: str) -> None:
    row.state, row.ended_by, row.ended_at = state, actor.id, clock.now()
    db.session.flush()


def _views(rows: Sequence[SecretHold]) -> list[HoldView]:
    names = people.names([row.ended_by for row in rows if row.ended_by])
    came: dict[str, tuple[str, str]] = {}
    found = db.session.execute(
        select(Scan.document_id, Scan.file_name, Batch.name)
        .join(Batch, Batch.id == Scan.batch_id)
        .where(Scan.document_id.in_([row.document_id for row in rows]))
        .order_by(Scan.created_at, Scan.id)
    )
    for document_id, file_name, batch_name in found:
        came.setdefault(document_id or "", (file_name, batch_name))

    def view(row: SecretHold) -> HoldView:
        file_name, batch_name = came.get(row.document_id, ("", ""))
        return HoldView(
            row.id,
            row.document_id,
            batch_name,
            file_name,
            row.page_number,
            row.mark,
            HoldState(row.state),
            row.held_at,
            row.ended_at,
            names.get(row.ended_by or "", ""),
            row.reason,
        )

    return [view(row) for row in rows]
