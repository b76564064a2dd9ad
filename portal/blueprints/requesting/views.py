"""Views of a person's own requests and copies."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from portal.access import (
    appeal_views,
    appeals,
    asking,
    attachments,
    clockwork,
    copies,
    correspondence,
    requests,
    timeline,
)
from portal.access.letters import issuing
from portal.accounts.roles import Permission
from portal.blueprints.requesting.forms import ChangeForm, WriteForm
from portal.core.db import transaction
from portal.core.paging import Paging
from portal.web import actors, enclosing, forms, guards, headers

blueprint = Blueprint("requesting", __name__)


@blueprint.get("/yeu-cau")
@guards.permission(Permission.REQUEST)
def mine() -> str:
    """List the person's own requests."""
    listing = requests.mine(actors.current(), Paging.read(request.args.get("page")))
    return render_template("requesting/mine.html", listing=listing)


@blueprint.get("/yeu-cau/<id:request_id>")
@guards.permission(Permission.REQUEST)
def show(request_id: str) -> str:
    """Show how far a request is, and what became of it, item by item."""
    return _shown(request_id, WriteForm())


@blueprint.post("/yeu-cau/<id:request_id>/thu")
@guards.permission(Permission.REQUEST)
@guards.up_to(enclosing.MOST_FORM_BYTES)
def write(request_id: str) -> BaseResponse | tuple[str, int]:
    """Write to the archive; where it asked something, this is the answer."""
    form = WriteForm()
    if form.is_sent():
        with forms.Refusal(form):
            files = enclosing.read()
            with transaction():
                correspondence.write(actors.current(), request_id, form.text.data or "", files)
            flash(gettext("Your message has arrived."))
            return redirect(url_for("requesting.show", request_id=request_id, _anchor="thu"))
    return _shown(request_id, form), form.status


@blueprint.get("/yeu-cau/<id:request_id>/thu/<id:attachment_id>")
@guards.permission(Permission.REQUEST)
def attachment(request_id: str, attachment_id: str) -> BaseResponse:
    """Hand out a file that came with a message, to its reader and to those who handle the request."""
    with transaction():
        found = attachments.hand_out(actors.current(), request_id, attachment_id)
    return Response(*enclosing.handed_out(*found))


@blueprint.route("/yeu-cau/<id:request_id>/sua", methods=["GET", "POST"])
@guards.permission(Permission.REQUEST)
def change(request_id: str) -> BaseResponse | tuple[str, int]:
    """Write the purpose anew, while nobody works on it."""
    asked = requests.own(actors.current(), request_id)
    form = ChangeForm(data={"purpose": asked.purpose})
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                requests.change(actors.current(), request_id, form.purpose.data or "")
            flash(gettext("Saved."))
            return redirect(url_for("requesting.show", request_id=request_id))
    return render_template("requesting/change.html", asked=asked, form=form), form.status


@blueprint.post("/yeu-cau/<id:request_id>/rut")
@guards.permission(Permission.REQUEST)
def withdraw(request_id: str) -> BaseResponse:
    """Take back what is not decided yet."""
    with transaction():
        asked = requests.withdraw(actors.current(), request_id)
    flash(gettext("Request %(number)s is withdrawn. You can ask again at any time.", number=asked.number))
    return redirect(url_for("requesting.show", request_id=request_id))


@blueprint.post("/yeu-cau/lai/<id:item_id>")
@guards.permission(Permission.REQUEST)
def ask_again(item_id: str) -> BaseResponse:
    """Ask once more for a document as before; an undertaking that was worded anew is read first."""
    with transaction():
        asked = asking.again(actors.current(), item_id)
    if asked is None:
        return redirect(url_for("requesting.undertake"))
    flash(gettext("Your request has arrived. Its number is %(number)s.", number=asked.number))
    return redirect(url_for("requesting.show", request_id=asked.id))


@blueprint.get("/ban-sao/<id:grant_id>.pdf")
@guards.signed_in
def copy(grant_id: str) -> Response:
    """Hand out the copy of a grant, to be saved, not shown."""
    with transaction():
        path, name = copies.hand_out(actors.current(), grant_id)
    response = send_file(path, mimetype="application/pdf", as_attachment=True, download_name=name, etag=False)
    response.headers["Content-Security-Policy"] = headers.SANDBOX
    return response


def _shown(request_id: str, form: WriteForm) -> str:
    actor = actors.current()
    asked = requests.show(actor, request_id)
    return render_template(
        "requesting/show.html",
        asked=asked,
        writing=form,
        papers=issuing.of_request(actor, request_id),
        letters=correspondence.of(actor, request_id),
        days=clockwork.explained(request_id),
        happened=timeline.of(actor, request_id),
        appeals=appeal_views.of_request(actor, request_id),
        can_appeal=appeals.last_days(request_id) if asked.person_id == actor.id else {},
    )
