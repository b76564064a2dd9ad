"""Views of accounts, for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts import people
from portal.accounts.roles import Permission, Role
from portal.blueprints.people.forms import PersonForm
from portal.core.db import transaction
from portal.web import actors, forms, guards

blueprint = Blueprint("people", __name__, url_prefix="/nguoi-dung")


@blueprint.route("", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_PEOPLE)
def listing() -> Response | tuple[str, int]:
    """List all accounts and make a new one."""
    actor = actors.current()
    form = PersonForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                people.create(actor, form.email.data or "", Role(form.role.data), name=form.name.data or "")
            flash(gettext("The account was made. Print a one-time address with: flask login-link"))
            return redirect(url_for("people.listing"))
    return render_template("people/listing.html", form=form, people=people.listing(actor)), form.status


@blueprint.post("/<id:person_id>/khoa")
@guards.permission(Permission.MANAGE_PEOPLE)
def disable(person_id: str) -> Response:
    """End a person's sessions and let them sign in no more."""
    with transaction():
        people.disable(actors.current(), person_id)
    flash(gettext("The account is disabled."))
    return redirect(url_for("people.listing"))
