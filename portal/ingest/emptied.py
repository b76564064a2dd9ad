"""Documents whose last page was set aside: out of everybody's sight until a page comes back."""

from __future__ import annotations

from sqlalchemy import exists, select

from portal.accounts.actors import Actor
from portal.audit import trail
from portal.catalogue import outbox
from portal.catalogue.models import Page
from portal.core import clock
from portal.core.db import db
from portal.rights import many, protections


def hide(actor: Actor, document_id: str) -> None:
    """Take a document out of sight where no page is left in it."""
    if db.session.scalar(select(exists().where(Page.document_id == document_id))):
        return
    many.remove_nodes([document_id], clock.now())
    protections.close_in_search(document_id, outbox.note_tree(document_id))
    trail.record(actor, "document.empty", "document", document_id)


def show(actor: Actor, document_id: str) -> None:
    """Bring a document back that was taken out of sight since it was empty."""
    if not protections.is_removed(document_id):
        return
    many.put_back_nodes([document_id])
    outbox.note_tree(document_id)
    trail.record(actor, "document.refill", "document", document_id)
