"""Cards of scans that wait for a person: pages to look at, and pages to scan again."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext, ngettext

from portal.accounts.actors import Actor
from portal.blueprints.desk.pieces import FIRST, Card, Line, age
from portal.ingest import check_lists, rescans
from portal.web import passages


def to_look_at(actor: Actor) -> Card:
    """Return the batches of others in which drawn pages wait for a look."""
    found = check_lists.to_look_at(actor, FIRST)
    return Card(
        key="check",
        heading=gettext("Batches to check"),
        count=found.total,
        age=age(found.rows[0].batch.created_at if found.rows else None),
        lines=[
            Line(
                passages.vietnamese(row.batch.name),
                url_for("checking.batch", batch_id=row.batch.id),
                ngettext("%(num)s page waits for a look", "%(num)s pages wait for a look", row.waiting),
            )
            for row in found.rows
        ],
        address=url_for("checking.overview"),
        empty=gettext("No page that was drawn waits for a second person."),
    )


def to_rescan(actor: Actor) -> Card:
    """Return the pages that wait for a rescan."""
    found = rescans.waiting(actor, FIRST)
    return Card(
        key="rescan",
        heading=gettext("Pages to scan again"),
        count=found.total,
        age=age(found.rows[0].check.checked_at if found.rows else None),
        lines=[
            Line(
                gettext("Page %(number)s of the batch", number=row.check.position),
                url_for("checking.rescan", check_id=row.check.id),
                passages.vietnamese(row.batch.name),
            )
            for row in found.rows
        ],
        address=url_for("checking.rescans"),
        empty=gettext("No page waits for a rescan."),
    )
