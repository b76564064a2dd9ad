"""Views of the order of the archive: agencies, fonds, files."""

from __future__ import annotations

from datetime import date
from typing import TypedDict, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.arranging.forms import AgencyForm, FileForm, FondsForm, MoveForm
from portal.catalogue import agencies, moving, tree
from portal.core.db import transaction
from portal.web import actors, forms, guards

blueprint = Blueprint("arranging", __name__, url_prefix="/sap-xep")

Page = Response | tuple[str, int]
Placed = TypeVar("Placed", FileForm, MoveForm)


class AgencyValues(TypedDict):
    """What the form of an agency holds, as its verbs take it."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None


class NodeValues(TypedDict):
    """What the form of a fonds or a file holds, as its verbs take it."""

    code: str
    name: str
    date_from: date | None
    date_to: date | None


@blueprint.get("")
@guards.permission(Permission.ARRANGE)
def overview() -> str:
    """Show agencies, fonds and files."""
    places = tree.places(actors.current())
    return render_template("arranging/overview.html", agencies=agencies.listing(), places=places)


@blueprint.route("/co-quan/moi", methods=["GET", "POST"])
@guards.permission(Permission.ARRANGE)
def new_agency() -> Page:
    """Make an agency."""
    form = AgencyForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                agencies.create(actors.current(), **_agency_values(form))
            return _done()
    return render_template("arranging/form.html", form=form, heading=gettext("New agency")), form.status


@blueprint.route("/co-quan/<id:agency_id>", methods=["GET", "POST"])
@guards.permission(Permission.ARRANGE)
def agency(agency_id: str) -> Page:
    """Change what an agency is called and how long it existed."""
    form = _agency_form(agency_id)
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                agencies.change(actors.current(), agency_id, version=_version(form), **_agency_values(form))
            return _done()
    return render_template(
        "arranging/form.html", form=form, heading=gettext("Change the agency")
    ), form.status


@blueprint.route("/phong/moi", methods=["GET", "POST"])
@guards.permission(Permission.ARRANGE)
def new_fonds() -> Page:
    """Make a fonds."""
    form = _with_agencies(FondsForm())
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                made = tree.create_fonds(
                    actors.current(), agency_id=form.agency.data or None, **_node_values(form)
                )
                tree.measure(actors.current(), made.id, form.extent_mm.data)
            return _done()
    return render_template("arranging/form.html", form=form, heading=gettext("New fonds")), form.status


@blueprint.route("/ho-so/moi", methods=["GET", "POST"])
@guards.permission(Permission.ARRANGE)
def new_file() -> Page:
    """Make a file below a fonds or another file."""
    actor = actors.current()
    form = _with_places(FileForm(data={"parent": request.args.get("parent", "")}))
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                tree.create_file(actor, form.parent.data or "", **_node_values(form))
            return _done()
    return render_template("arranging/form.html", form=form, heading=gettext("New file")), form.status


@blueprint.route("/<id:node_id>", methods=["GET", "POST"])
@guards.permission(Permission.ARRANGE)
def node(node_id: str) -> Page:
    """Rename or date a fonds or a file, or measure a fonds."""
    row = tree.by_id(node_id)
    form = _node_form(node_id)
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                tree.change(
                    actors.current(),
                    node_id,
                    agency_id=form.agency.data or None if isinstance(form, FondsForm) else None,
                    version=_version(form),
                    **_node_values(form),
                )
                if isinstance(form, FondsForm):
                    tree.measure(actors.current(), node_id, form.extent_mm.data)
            return _done()
    moving = _with_places(MoveForm(data={"parent": row.parent_id}))
    return render_template("arranging/node.html", form=form, moving=moving, node=row), form.status


@blueprint.post("/<id:node_id>/chuyen")
@guards.permission(Permission.ARRANGE)
def move(node_id: str) -> Page:
    """Place a file or a document elsewhere."""
    form = _with_places(MoveForm())
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                moving.move(actors.current(), node_id, form.parent.data or "")
            flash(gettext("Moved."))
            return redirect(url_for("reading.record", record_id=node_id))
    return render_template("arranging/form.html", form=form, heading=gettext("Move")), form.status


def _done() -> Response:
    flash(gettext("Saved."))
    return redirect(url_for("arranging.overview"))


def _version(form: AgencyForm | FondsForm | FileForm) -> int:
    return forms.whole(form.version.data)


def _agency_form(agency_id: str) -> AgencyForm:
    """Return the form filled with what stands there now."""
    row = agencies.by_id(agency_id)
    return AgencyForm(
        data={
            "code": row.code,
            "name": row.name,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "version": row.version,
        }
    )


def _agency_values(form: AgencyForm) -> AgencyValues:
    return AgencyValues(
        code=form.code.data or "",
        name=form.name.data or "",
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
    )


def _node_values(form: FondsForm | FileForm) -> NodeValues:
    return NodeValues(
        code=form.code.data or "",
        name=form.name.data or "",
        date_from=form.date_from.data,
        date_to=form.date_to.data,
    )


def _node_form(node_id: str) -> FondsForm | FileForm:
    """Return the form that fits the node, filled with what stands there now."""
    row = tree.by_id(node_id)
    now = {
        "code": row.code,
        "name": row.title,
        "date_from": row.date_from,
        "date_to": row.date_to,
        "version": row.version,
    }
    if row.parent_id is None:
        return _with_agencies(
            FondsForm(data={**now, "agency": row.agency_id or "", "extent_mm": row.extent_mm})
        )
    form = FileForm(data=now)
    del form.parent
    return form


def _with_agencies(form: FondsForm) -> FondsForm:
    form.agency.choices = forms.choices(((row.id, row.name) for row in agencies.listing()), none="–")
    return form


def _with_places(form: Placed) -> Placed:
    """Offer all fonds and files, indented by their depth."""
    form.parent.choices = forms.choices(
        (row.id, f"{'— ' * row.level}{row.code} {row.title}") for row in tree.places(actors.current())
    )
    return form
