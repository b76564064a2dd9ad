"""The cards of the desk: how much waits, since when, the first few things, and the way to all of them.

Which cards a person has follows from the permissions of the role, so a new role needs no line here.
"""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import escape

from portal.accounts import identity
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.blueprints.desk import scans, service
from portal.blueprints.desk.pieces import FIRST, Card, Line, age
from portal.catalogue import worklists as descriptions
from portal.core.paging import Listing
from portal.ingest import secret_holds
from portal.ingest import worklists as intake
from portal.ingest.worklists import BatchProgress
from portal.site import calendars
from portal.web import filters, passages, texts


def of(actor: Actor) -> list[Card]:
    """Return the cards of the actor, the most pressing first."""
    found: list[Card] = []
    if actor.may(Permission.DECIDE):
        found += [service.to_decide(actor), service.rules(actor), service.appeals(actor)]
    if actor.may(Permission.HANDLE):
        found.append(service.reports(actor))
    if actor.may(Permission.CONFIRM_IDENTITY):
        found.append(_to_confirm(actor))
    if actor.may(Permission.TAKE_IN):
        found += [_failed(actor), scans.to_rescan(actor), scans.to_look_at(actor), _at_work(actor)]
        found.append(scans.out_of_the_store(actor))
    if actor.may(Permission.MANAGE_SECRETS):
        found.append(_held_back(actor))
    if actor.may(Permission.CONFIRM_PURGE):
        found.append(service.purges(actor))
    if actor.may(Permission.DESCRIBE):
        found += [_to_describe(actor), _to_publish(actor), _badly_read(actor)]
    if actor.may(Permission.MANAGE_SITE):
        found.append(_calendar(actor))
    # What waits stands above what is done; otherwise the order stays, so that each card has its place.
    return sorted(found, key=lambda card: card.count == 0)


def _to_confirm(actor: Actor) -> Card:
    waiting = identity.waiting(actor, FIRST)
    return Card(
        key="confirm",
        heading=gettext("Identities to confirm"),
        count=waiting.total,
        age=age(waiting.rows[0].since if waiting.rows else None),
        lines=[
            Line(
                row.name,
                url_for("confirming.person", person_id=row.person_id),
                gettext("with a picture of the card") if row.has_evidence else "",
            )
            for row in waiting.rows
        ],
        address=url_for("confirming.queue"),
        empty=gettext("Nobody waits to be confirmed. Who gives the number of a card appears here."),
    )


def _failed(actor: Actor) -> Card:
    found = intake.in_trouble(actor, FIRST)
    return Card(
        key="failed",
        heading=gettext("Batches with failures to try again"),
        count=found.total,
        age=age(_since(found)),
        lines=[
            Line(
                passages.vietnamese(row.name),
                url_for("intake.batch", batch_id=row.id),
                ngettext("%(num)s page failed", "%(num)s pages failed", row.failed) if row.failed else "",
            )
            for row in found.rows
        ],
        address=url_for("intake.batches"),
        empty=gettext("Nothing failed that could be tried again."),
    )


def _at_work(actor: Actor) -> Card:
    found = intake.at_work(actor, FIRST)
    return Card(
        key="reading",
        heading=gettext("Batches being read"),
        count=found.total,
        age=age(_since(found)),
        lines=[
            Line(passages.vietnamese(row.name), url_for("intake.batch", batch_id=row.id), batch=row)
            for row in found.rows
        ],
        address=url_for("queueing.overview"),
        empty=gettext("All scans are read. Take in the next batch."),
    )


def _held_back(actor: Actor) -> Card:
    found = secret_holds.listing(actor, FIRST)
    return Card(
        key="secrets",
        heading=gettext("Marked as state secrets"),
        count=found.total,
        age=age(found.rows[0].held_at if found.rows else None),
        lines=[
            Line(
                escape(gettext("%(title)s, page %(number)s"))
                % {
                    "title": passages.vietnamese(row.file_name),
                    "number": filters.number(row.page_number),
                },
                url_for("secrecy.one", hold_id=row.id),
                texts.label(row.mark, "secret_mark"),
            )
            for row in found.rows
        ],
        address=url_for("secrecy.queue"),
        empty=gettext("No document is held back."),
    )


def _to_describe(actor: Actor) -> Card:
    found = descriptions.undescribed(actor, FIRST)
    return Card(
        key="describe",
        heading=gettext("Documents to describe"),
        count=found.total,
        age=age(found.rows[0].created_at if found.rows else None),
        lines=[
            Line(
                passages.title_of(row.working_title, row.id),
                url_for("describing.document", document_id=row.id),
                filters.moment(row.created_at),
            )
            for row in found.rows
        ],
        address=url_for("describing.queue"),
        empty=gettext("Every document is described. New scans appear here when they are read."),
    )


def _to_publish(actor: Actor) -> Card:
    found = descriptions.unpublished(actor, FIRST)
    return Card(
        key="publish",
        heading=gettext("Described, not published"),
        count=found.total,
        age=age(found.rows[0].described_at if found.rows else None),
        lines=[
            Line(
                passages.vietnamese(row.title),
                url_for("describing.document", document_id=row.id),
                filters.moment(row.described_at),
            )
            for row in found.rows
        ],
        address=url_for("describing.unpublished"),
        empty=gettext("Everything that is described is published."),
    )


def _badly_read(actor: Actor) -> Card:
    found = descriptions.worst_read(actor, FIRST)
    return Card(
        key="read",
        heading=gettext("Worst read pages"),
        count=found.total,
        age="",
        lines=[
            Line(
                escape(gettext("%(title)s, page %(number)s"))
                % {
                    "title": passages.title_of(row.title, row.document_id),
                    "number": filters.number(row.number),
                },
                url_for("reading.page", page_id=row.page_id),
                gettext("Sure to %(percent)s", percent=filters.percent(row.confidence))
                if row.confidence is not None
                else gettext("Nothing was recognised."),
            )
            for row in found.rows
        ],
        address=url_for("describing.worst_read"),
        empty=gettext("The machine read every page well enough."),
    )


def _calendar(actor: Actor) -> Card:
    due = calendars.due(actor)
    return Card(
        key="calendar",
        heading=gettext("Years of the working calendar to confirm"),
        count=len(due),
        age="",
        lines=[
            Line(
                str(year),
                url_for("calendars.year", year=year),
                gettext("Days are still expected") if held else gettext("Not published yet"),
            )
            for year, held in due.items()
        ],
        address=url_for("calendars.overview"),
        empty=gettext("The calendar is published. From October on the next year appears here."),
    )


def _since(found: Listing[BatchProgress]) -> datetime | None:
    return found.rows[0].created_at if found.rows else None
