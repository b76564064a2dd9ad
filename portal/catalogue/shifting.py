"""Put pages elsewhere: into another document, another order, or out of sight into a reserve.

A page keeps its id, its bytes and its text wherever it stands; numbers count 1..n within each
document. Rights, and whether a page may go at all, are asked by the caller (`ingest`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select, update

from portal.accounts.actors import Actor
from portal.catalogue import outbox, pages, tree
from portal.catalogue.models import Kind, Node, Page
from portal.catalogue.redaction_rows import Redaction
from portal.core.db import db
from portal.core.errors import ConflictError
from portal.rights import grants, many, policy, protections
from portal.rights.levels import Level


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page shall stand."""

    page_id: str
    document_id: str
    number: int


def reserve_of(actor: Actor, holding_id: str) -> Node:
    """Return the reserve of a batch, by its holding file; it is made when it is asked for first."""
    found = db.session.scalar(
        select(Node).where(Node.parent_id == holding_id, Node.kind == Kind.RESERVE.value)
    )
    return found or tree.open_reserve(actor, tree.by_id(holding_id))


def put(places: Sequence[Place]) -> None:
    """Put pages where they shall stand; whoever calls says so of all pages whose numbers change.

    Every document that loses or gains a page is looked at anew by the index, and one that was public
    stays out of every search until the index holds the change.
    """
    if not places:
        return
    ids = [one.page_id for one in places]
    touched = _documents_of(ids) | {one.document_id for one in places}
    # No two pages of a document may share a number, not even in between: first all get numbers that none has.
    db.session.execute(
        update(Page), [{"id": one, "number": -place} for place, one in enumerate(ids, start=1)]
    )
    db.session.execute(
        update(Page),
        [{"id": one.page_id, "document_id": one.document_id, "number": one.number} for one in places],
    )
    db.session.expire_all()
    seq = outbox.note_trees(sorted(touched))
    for document_id in many.published_among(touched):
        protections.close_in_search(document_id, seq)


def without(document_id: str, gone: Iterable[str]) -> list[Place]:
    """Return the places of the pages that stay in a document, counted 1..n without those that go."""
    leaving = set(gone)
    staying = [page for page in pages.of_document(document_id) if page.id not in leaving]
    return [Place(page.id, document_id, number) for number, page in enumerate(staying, start=1)]


def after_the_last(document_id: str, page_ids: Sequence[str]) -> list[Place]:
    """Return places for pages behind those that the document has."""
    last = max((page.number for page in pages.of_document(document_id)), default=0)
    return [Place(one, document_id, number) for number, one in enumerate(page_ids, start=last + 1)]


def require_loose(document_id: str) -> None:
    """See that pages can be taken out of a document and the others counted anew.

    Raises:
        ConflictError: it is published, leave was given for pages by number, a redacted version shows them,
            or it is withheld, so that its pages may not go where more people see them.
    """
    row = protections.of(document_id)
    if row.published_at is not None:
        raise ConflictError("pages_published")
    if grants.was_given(document_id) or _is_redacted(document_id):
        raise ConflictError("pages_relied_on")
    require_known(document_id)


def require_known(document_id: str) -> None:
    """See that a page of a document may go where all who take in see it.

    Raises:
        ConflictError: the document is withheld.
    """
    if policy.effective_level(document_id) is Level.WITHHELD:
        raise ConflictError("pages_withheld")


def _is_redacted(document_id: str) -> bool:
    return bool(db.session.scalar(select(exists().where(Redaction.document_id == document_id))))


def _documents_of(page_ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(page_ids), 500):
        part = page_ids[start : start + 500]
        found |= set(db.session.scalars(select(Page.document_id).where(Page.id.in_(part)).distinct()))
    return found
