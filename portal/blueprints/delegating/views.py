"""Views of delegation and absence: everybody of the staff their own, administrators all."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts import absences, delegations
from portal.accounts.roles import Permission
from portal.blueprints.delegating.forms import AwayForm, GiveForm
from portal.core.db import transaction
from portal.core.errors import NotFoundError
from portal.web import actors, forms, guards

blueprint = Blueprint("delegating", __name__, url_prefix="/uy-quyen")

Page = Response | tuple[str, int]


@blueprint.route("", methods=["GET", "POST"])
@guards.signed_in
def overview() -> Page:
    """List who signs for whom, and lend one's own work."""
    form = _give_form()
    if form.is_sent():
        with forms.Refusal(form, NotFoundError):
            with transaction():
                delegations.give(actors.current(), form.giving())
            flash(gettext("It is written down, and both are told."))
            return redirect(url_for("delegating.overview"))
    return _shown(form, AwayForm()), form.status


@blueprint.post("/<id:delegation_id>/rut")
@guards.signed_in
def revoke(delegation_id: str) -> Response:
    """End a delegation at once."""
    with transaction():
        delegations.revoke(actors.current(), delegation_id)
    flash(gettext("The delegation has ended."))
    return redirect(url_for("delegating.overview"))


@blueprint.post("/vang-mat")
@guards.signed_in
def note_absence() -> Page:
    """Write down that somebody is away."""
    actor, form = actors.current(), AwayForm()
    if form.is_sent():
        with forms.Refusal(form, NotFoundError):
            with transaction():
                absences.note(actor, form.away.data or actor.id or "", form.from_day.data, form.to_day.data)
            flash(gettext("Saved."))
            return redirect(url_for("delegating.overview"))
    return _shown(_give_form(), form), form.status


@blueprint.post("/vang-mat/<id:absence_id>/rut")
@guards.signed_in
def strike_absence(absence_id: str) -> Response:
    """Strike an absence out."""
    with transaction():
        absences.strike(actors.current(), absence_id)
    flash(gettext("Saved."))
    return redirect(url_for("delegating.overview"))


def _give_form() -> GiveForm:
    actor, form = actors.current(), GiveForm()
    form.offer(delegations.givers(actor), delegations.delegates(actor))
    return form


def _shown(form: GiveForm, away: AwayForm) -> str:
    actor = actors.current()
    manages = actor.may(Permission.MANAGE_PEOPLE)
    own = {actor.id or "": actor.name}
    away.offer(own | delegations.delegates(actor) if manages else own)
    return render_template(
        "delegating/overview.html",
        form=form,
        away=away,
        delegations=delegations.of(actor),
        absences=absences.of(actor),
        manages=manages,
    )
