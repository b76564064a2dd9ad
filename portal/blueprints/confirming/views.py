"""Views of those who confirm who account holders are."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts import evidence, identity
from portal.accounts.roles import Permission
from portal.blueprints.confirming.forms import IdentityForm
from portal.core.db import end_reading, transaction
from portal.core.paging import Paging
from portal.web import actors, forms, guards, headers

blueprint = Blueprint("confirming", __name__, url_prefix="/xac-minh")

Page = AnyResponse | tuple[str, int]


@blueprint.get("")
@guards.permission(Permission.CONFIRM_IDENTITY)
def queue() -> str:
    """List whose identity waits to be confirmed, longest first; with `lai` who was asked for more."""
    is_back = bool(request.args.get("lai"))
    paging = Paging.read(request.args.get("page"))
    listing = identity.waiting(actors.current(), paging, is_back=is_back)
    return render_template("confirming/queue.html", listing=listing, is_back=is_back)


@blueprint.get("/<id:person_id>")
@guards.permission(Permission.CONFIRM_IDENTITY)
def person(person_id: str) -> Page:
    """Show what a person says beside the pictures of the card; a line in the trail says who looked."""
    return _person(person_id, IdentityForm())


@blueprint.post("/<id:person_id>/xac-nhan")
@guards.permission(Permission.CONFIRM_IDENTITY)
def confirm(person_id: str) -> Page:
    """Confirm that the person is who they say."""
    form = IdentityForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                identity.confirm(actors.current(), person_id, form.seen.data or "")
            flash(gettext("The identity is confirmed. The person is told."))
            return redirect(url_for("confirming.queue"))
    return _person(person_id, form)


@blueprint.post("/<id:person_id>/tra-lai")
@guards.permission(Permission.CONFIRM_IDENTITY)
def send_back(person_id: str) -> Page:
    """Ask the person for something else."""
    form = IdentityForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                identity.send_back(actors.current(), person_id, form.seen.data or "", form.reason.data or "")
            flash(gettext("Sent back. The person is told to look."))
            return redirect(url_for("confirming.queue"))
    return _person(person_id, form)


@blueprint.get("/giay-to/<id:evidence_id>/<int:number>.jpg")
@guards.permission(Permission.CONFIRM_IDENTITY)
def picture(evidence_id: str, number: int) -> Response:
    """Show one picture of a card; it is kept by nobody's browser."""
    jpeg = evidence.picture(actors.current(), evidence_id, number)
    end_reading()
    answer = Response(jpeg, mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = headers.SANDBOX
    return answer


def _person(person_id: str, form: IdentityForm) -> Page:
    with transaction():
        case = identity.look(actors.current(), person_id)
    form.seen.data = case.seen
    return render_template("confirming/person.html", case=case, form=form), form.status
