"""Which purges somebody may know of: those of state secrets only who answers for these."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, true

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue.models import Page
from portal.ingest import purged as intake
from portal.purging.rows import Purge


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on purges that the actor may know of.

    What was held back after it was proposed is asked for by its hold; what a restore did again, of which a
    hold may be missing, by the note on the purge itself.
    """
    if actor.may(Permission.MANAGE_SECRETS):
        return true()
    their_pages = select(Page.id).where(Page.document_id.in_(intake.secrets()))
    return ~Purge.is_secret & Purge.object_id.not_in(intake.secrets()) & Purge.object_id.not_in(their_pages)
