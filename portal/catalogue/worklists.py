"""What waits for an archivist: undescribed, badly read, described but unpublished.

Each list is bounded by its own backlog, not by the archive: an index holds just what waits.
Comes after pages were read; before `documents.describe` and `documents.publish`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue.models import Kind, Node, Page, PageText
from portal.core.db import db
from portal.core.paging import Listing, Paging
from portal.rights import policy, protections
from portal.rights.levels import Level
from portal.rights.models import Protection

POOR = "poor"


@dataclass(frozen=True, slots=True)
class BadPage:
    """A page whose text is not to be trusted."""

    page_id: str
    number: int
    document_id: str
    title: str
    """The public title, else the working title."""
    confidence: float | None
    """0–100; None where nothing was recognised."""
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Previous:
    """What the document before may share with the next one."""

    issuer: str
    type_code: str
    level: str
    """Empty where it was open: opening is not carried on."""
    reason: str


def undescribed(actor: Actor, paging: Paging) -> Listing[Node]:
    """Return one page of the documents that wait for a description, oldest first."""
    actor.must(Permission.DESCRIBE)
    return _nodes(
        (*_undescribed(actor),), select(Node).order_by(Node.created_at, Node.id), paging, select(Node.id)
    )


def after(actor: Actor, document_id: str) -> str | None:
    """Return the undescribed document that follows this one, else the oldest; None where none waits."""
    actor.must(Permission.DESCRIBE)
    here = db.session.get(Node, document_id)
    waiting = select(Node.id).where(*_undescribed(actor), Node.id != document_id)
    order = (Node.created_at, Node.id)
    if here is not None:
        later = (Node.created_at > here.created_at) | (
            (Node.created_at == here.created_at) & (Node.id > here.id)
        )
        found = db.session.scalar(waiting.where(later).order_by(*order).limit(1))
        if found is not None:
            return found
    return db.session.scalar(waiting.order_by(*order).limit(1))


def previous(actor: Actor) -> Previous | None:
    """Return what of the document that the actor described last is likely to hold for the next."""
    actor.must(Permission.DESCRIBE)
    last = db.session.scalar(
        select(Node)
        .where(Node.described_by == actor.id, Node.kind == Kind.DOCUMENT.value)
        .order_by(Node.described_at.desc())
        .limit(1)
    )
    if last is None or not policy.sight(actor, last.id).sees_description:
        return None
    row = protections.of(last.id)
    # Opening is always a decision of its own.
    is_closed = row.own_level is not None and row.own_level is not Level.OPEN
    return Previous(
        issuer=last.issuer,
        type_code=last.type_code or "",
        level=row.level or "" if is_closed else "",
        reason=row.reason if is_closed else "",
    )


def unpublished(actor: Actor, paging: Paging) -> Listing[Node]:
    """Return one page of the documents that are described and not published, oldest description first."""
    actor.must(Permission.DESCRIBE)
    where = (
        Node.kind == Kind.DOCUMENT.value,
        Node.described_at.is_not(None),
        Protection.published_at.is_(None),
        policy.describable(actor, Node.id.expression),
    )
    of_node = Protection.node_id == Node.id
    rows = select(Node).join(Protection, of_node).order_by(Node.described_at, Node.id)
    return _nodes(where, rows, paging, select(Node.id).join(Protection, of_node))


def worst_read(actor: Actor, paging: Paging) -> Listing[BadPage]:
    """Return one page of the pages whose reading is poor, the least sure first.

    A text that a person wrote is trusted, so it is none of them.
    """
    actor.must(Permission.DESCRIBE)
    where = (
        PageText.is_current,
        PageText.quality == POOR,
        Node.kind == Kind.DOCUMENT.value,
        policy.describable(actor, Page.document_id.expression),
    )
    total = db.session.scalar(
        select(func.count())
        .select_from(PageText)
        .join(Page, Page.id == PageText.page_id)
        .join(Node, Node.id == Page.document_id)
        .where(*where)
    )
    rows = db.session.execute(
        select(Page.id, Page.number, Page.document_id, Node.title, Node.working_title)
        .add_columns(PageText.confidence, PageText.created_at)
        .select_from(PageText)
        .join(Page, Page.id == PageText.page_id)
        .join(Node, Node.id == Page.document_id)
        .where(*where)
        .order_by(PageText.confidence, PageText.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    )
    found = [
        BadPage(
            row.id,
            row.number,
            row.document_id,
            row.title or row.working_title,
            row.confidence,
            row.created_at,
        )
        for row in rows
    ]
    return Listing(found, paging, total or 0)


def _undescribed(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        Node.described_at.is_(None),
        Node.kind == Kind.DOCUMENT.value,
        exists().where(Page.document_id == Node.id),
        policy.describable(actor, Node.id.expression),
    )


def _nodes(
    where: tuple[ColumnElement[bool], ...],
    rows: Select[Node],
    paging: Paging,
    ids: Select[str],
) -> Listing[Node]:
    total = db.session.scalar(select(func.count()).select_from(ids.where(*where).subquery())) or 0
    found = db.session.scalars(rows.where(*where).limit(paging.per_page).offset(paging.offset)).all()
    return Listing(found, paging, total)
