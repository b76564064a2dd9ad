"""Views of the other names by which things are searched."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.naming.forms import KINDS, AliasForm, TableForm
from portal.catalogue import alias_tables, aliases
from portal.catalogue.aliases import Names
from portal.core.db import transaction
from portal.web import actors, forms, guards, tables

blueprint = Blueprint("naming", __name__, url_prefix="/ten-goi")

Page = Response | tuple[str, int]

LONGEST_QUERY = 100


@blueprint.get("")
@guards.permission(Permission.ARRANGE)
def overview() -> str:
    """Show the names in use, all or those that hold a word."""
    query = forms.clean(request.args.get("q"))[:LONGEST_QUERY]
    return render_template("naming/overview.html", rows=aliases.listing(query), query=query, kinds=KINDS)


@blueprint.route("/moi", methods=["GET", "POST"])
@guards.permission(Permission.ARRANGE)
def new() -> Page:
    """Add another name; the address may say which one people asked for."""
    form = AliasForm(data={"name": forms.clean(request.args.get("ten"))[: aliases.LONGEST_NAME]})
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                aliases.create(actors.current(), _names(form))
            return _done(gettext("Saved."))
    return render_template("naming/form.html", form=form, heading=gettext("New name")), form.status


@blueprint.route("/<id:alias_id>", methods=["GET", "POST"])
@guards.permission(Permission.ARRANGE)
def alias(alias_id: str) -> Page:
    """Change another name."""
    row = aliases.by_id(alias_id)
    fields = (
        "kind",
        "name",
        "other",
        "is_both_ways",
        "valid_from",
        "legal_basis",
        "note",
        "version",
    )
    form = AliasForm(data={field: getattr(row, field) for field in fields})
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                aliases.change(actors.current(), alias_id, _names(form), forms.whole(form.version.data))
            return _done(gettext("Saved."))
    return render_template(
        "naming/form.html", form=form, heading=gettext("Change the name"), row_id=alias_id
    ), form.status


@blueprint.post("/<id:alias_id>/bo")
@guards.permission(Permission.ARRANGE)
def retire(alias_id: str) -> Page:
    """Search under a name no longer."""
    with transaction():
        aliases.retire(actors.current(), alias_id)
    return _done(gettext("The name is no longer searched under."))


@blueprint.get("/bang.csv")
@guards.permission(Permission.ARRANGE)
def table() -> Response:
    """Hand out all names in use as a table, with the columns that can be loaded."""
    return tables.file("ten-goi.csv", alias_tables.HEADING, alias_tables.rows(actors.current()))


@blueprint.route("/nhap", methods=["GET", "POST"])
@guards.permission(Permission.ARRANGE)
def load() -> Page:
    """Look through a table that is sent, then, asked again, load it."""
    form, seen = TableForm(), None
    if form.is_sent():
        with forms.Refusal(form):
            if form.text.data:
                with transaction():
                    loaded = alias_tables.load(actors.current(), form.text.data)
                return _done(ngettext("%(num)s name was added.", "%(num)s names were added.", loaded.count))
            text = _sent()
            seen = alias_tables.read(actors.current(), text)
            form.text.data = text
    loads = alias_tables.loads()
    status = 200 if seen and not seen.mistakes else form.status
    return render_template("naming/load.html", form=form, seen=seen, loads=loads, tables=alias_tables), status


@blueprint.post("/nhap/<id:load_id>/bo")
@guards.permission(Permission.ARRANGE)
def take_back(load_id: str) -> Page:
    """Search no longer under the names of one table."""
    with transaction():
        count = alias_tables.take_back(actors.current(), load_id)
    return _done(
        ngettext(
            "%(num)s name is no longer searched under.",
            "%(num)s names are no longer searched under.",
            count,
        )
    )


def _sent() -> str:
    """Return the text of the file that was sent."""
    file = request.files.get("table")
    return alias_tables.decoded(file.stream.read(alias_tables.MOST_BYTES + 1) if file else b"")


def _done(words: str) -> Response:
    flash(words)
    return redirect(url_for("naming.overview"))


def _names(form: AliasForm) -> Names:
    return Names(
        kind=form.kind.data or "",
        name=form.name.data or "",
        other=form.other.data or "",
        is_both_ways=bool(form.is_both_ways.data),
        valid_from=form.valid_from.data,
        legal_basis=form.legal_basis.data or "",
        note=form.note.data or "",
    )
