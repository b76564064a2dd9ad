"""Views of the log of reading, for those who may read the audit trail."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from portal.access import traced
from portal.accounts import people
from portal.accounts.roles import Permission
from portal.blueprints.readlog.forms import TraceForm
from portal.catalogue import readlog, records
from portal.catalogue.readlog import Row
from portal.core.db import transaction
from portal.core.errors import NotFoundError
from portal.core.paging import Paging
from portal.web import actors, filters, forms, guards, tables, texts

blueprint = Blueprint("readlog", __name__, url_prefix="/nhat-ky-doc")


@blueprint.route("", methods=["GET", "POST"])
@guards.permission(Permission.READ_AUDIT)
def overview() -> tuple[str, int]:
    """Show unusual reading and the figures of years; find whose a page is by the code on it."""
    actor, form, found = actors.current(), TraceForm(), None
    if form.is_sent():
        with forms.Refusal(form, NotFoundError), transaction():
            found = traced.find(actor, form.code.data or "")
    return (
        render_template(
            "readlog/overview.html",
            form=form,
            found=found,
            alerts=readlog.alerts(actor),
            years=readlog.years(actor),
        ),
        200 if found else form.status,
    )


@blueprint.get("/nam.csv")
@guards.permission(Permission.READ_AUDIT)
def years_table() -> Response:
    """Hand out the figures of years, without names."""
    names = columns()
    rows = ((one.year, *(getattr(one, name) for name, _ in names)) for one in readlog.years(actors.current()))
    return tables.file("nhat-ky-doc-theo-nam.csv", [gettext("Year"), *(words for _, words in names)], rows)


@blueprint.get("/tai-lieu/<id:record_id>")
@guards.permission(Permission.READ_AUDIT)
def of_record(record_id: str) -> str:
    """Show who saw what of a record, day by day."""
    actor = actors.current()
    listing = readlog.of_record(actor, record_id, Paging.read(request.args.get("page")))
    return render_template("readlog/record.html", record=records.show(actor, record_id), listing=listing)


@blueprint.get("/tai-lieu/<id:record_id>.csv")
@guards.permission(Permission.READ_AUDIT)
def record_table(record_id: str) -> Response:
    """Hand out the rows about a record."""
    return _table(f"nhat-ky-doc-{record_id}.csv", readlog.rows_of_record(actors.current(), record_id))


@blueprint.get("/nguoi/<id:person_id>")
@guards.permission(Permission.READ_AUDIT)
def of_person(person_id: str) -> str:
    """Show what a person saw of which record, day by day."""
    listing = readlog.of_person(actors.current(), person_id, Paging.read(request.args.get("page")))
    name = people.names([person_id]).get(person_id, "")
    return render_template("readlog/person.html", person_id=person_id, name=name, listing=listing)


@blueprint.get("/nguoi/<id:person_id>.csv")
@guards.permission(Permission.READ_AUDIT)
def person_table(person_id: str) -> Response:
    """Hand out the rows about a person."""
    return _table(f"nhat-ky-doc-{person_id}.csv", readlog.rows_of_person(actors.current(), person_id))


@blueprint.app_template_global("figures_of_reading")
def columns() -> list[tuple[str, str]]:
    """Return what is counted of a year: the name of each figure, and its words."""
    return [
        ("readers", gettext("Readers")),
        ("records", gettext("Records they read")),
        ("pages", gettext("Pages they looked at")),
        ("copies", gettext("Copies fetched")),
        ("staff", gettext("Staff who looked")),
        ("staff_pages", gettext("Pages that staff looked at")),
    ]


def _table(name: str, rows: Iterable[Row]) -> Response:
    heading = [
        *(gettext("Time"), gettext("Person"), gettext("Role"), gettext("Record"), gettext("Page")),
        *(gettext("What"), gettext("Id of the person"), gettext("Id of the access")),
    ]
    cells = (
        (
            filters.moment(row.at),
            row.person_name,
            texts.label(row.role, "role"),
            row.document_id,
            row.page_number or "",
            texts.label(row.use.value, "use"),
            row.person_id,
            row.grant_id or "",
        )
        for row in rows
    )
    return tables.file(name, heading, cells)
