"""Cards of scans that wait for a person: pages to look at, and pages to scan again."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext, ngettext

from portal.accounts.actors import Actor
from portal.blueprints.desk.pieces import FIRST, Card, Line, age
from portal.ingest import check_lists, rescans, takeout_lists
from portal.web import filters, passages


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


def out_of_the_store(actor: Actor) -> Card:
    """Return the originals that are out of the store and should be back by now."""
    late = takeout_lists.listing(actor, takeout_lists.Shown.OVERDUE, FIRST)
    return Card(
        key="takeouts",
        heading=gettext("Originals that are late"),
        count=late.total,
        age="",
        lines=[
            Line(
                gettext("No. %(number)s", number=filters.number(row.number)),
                url_for("takeouts.one", takeout_id=row.id),
                gettext("expected back on %(day)s", day=filters.day(row.due_on)),
            )
            for row in late.rows
        ],
        address=url_for("takeouts.register", xem="overdue" if late.total else "out"),
        empty=gettext("Nothing is late. What is out of the store stands in the register."),
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
