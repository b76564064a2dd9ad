"""Views of the other names by which things are searched."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.naming.forms import KINDS, AliasForm
from portal.catalogue import aliases
from portal.catalogue.aliases import Names
from portal.core.db import transaction
from portal.web import actors, forms, guards

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
