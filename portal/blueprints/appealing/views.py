"""Views of appeals, for readers and for the staff."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import appeal_views, appeals, requests
from portal.accounts.roles import Permission
from portal.blueprints.appealing.forms import AnswerForm, AppealForm, ExtendForm
from portal.core.db import transaction
from portal.core.errors import NotFoundError
from portal.core.paging import Paging
from portal.web import actors, forms, guards

blueprint = Blueprint("appealing", __name__)

Page = Response | tuple[str, int]


@blueprint.route("/yeu-cau/<id:request_id>/khieu-nai", methods=["GET", "POST"])
@guards.permission(Permission.REQUEST)
def appeal(request_id: str) -> Page:
    """Appeal against what was decided on documents of one's own request."""
    actor, form = actors.current(), AppealForm()
    asked = requests.own(actor, request_id)
    chosen = request.form.getlist("items")
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                sent = appeals.submit(actor, request_id, chosen, form.text.data or "")
            flash(gettext("Your appeal has arrived. Its number is %(number)s.", number=sent.number))
            return redirect(url_for("appealing.one", appeal_id=sent.id))
    offered = appeals.offered(actor, request_id)
    if not offered and request.method == "GET":
        raise NotFoundError("not_found")
    page = render_template(
        "appealing/appeal.html", asked=asked, form=form, offered=offered, chosen=chosen or list(offered)
    )
    return page, form.status


@blueprint.get("/khieu-nai")
@guards.permission(Permission.HANDLE)
def queue() -> str:
    """List the appeals that are not decided, the one that is due first before others."""
    actor = actors.current()
    listing = appeal_views.waiting(actor, Paging.read(request.args.get("page")))
    return render_template("appealing/queue.html", listing=listing, counts=appeal_views.counts(actor))


@blueprint.get("/khieu-nai/<id:appeal_id>")
@guards.permission(Permission.REQUEST)
def one(appeal_id: str) -> str:
    """Show an appeal to its reader and to the staff."""
    return _shown(appeal_id)


@blueprint.post("/khieu-nai/<id:appeal_id>/rut")
@guards.permission(Permission.REQUEST)
def withdraw(appeal_id: str) -> Response:
    """Take one's own appeal back."""
    with transaction():
        appeals.withdraw(actors.current(), appeal_id)
    flash(gettext("Your appeal is taken back. What was decided stands."))
    return redirect(url_for("appealing.one", appeal_id=appeal_id))


@blueprint.post("/khieu-nai/<id:appeal_id>/nhan")
@guards.permission(Permission.DECIDE)
def take(appeal_id: str) -> Response:
    """Take an appeal up."""
    with transaction():
        appeals.take(actors.current(), appeal_id)
    flash(gettext("You look at this appeal now."))
    return redirect(url_for("appealing.one", appeal_id=appeal_id))


@blueprint.post("/khieu-nai/<id:appeal_id>/gia-han")
@guards.permission(Permission.DECIDE)
def extend(appeal_id: str) -> Page:
    """Put the answer off."""
    form = ExtendForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                appeals.extend(
                    actors.current(), appeal_id, forms.whole(form.days.data), form.reason.data or ""
                )
            flash(gettext("The answer is put off and the reader is told."))
            return redirect(url_for("appealing.one", appeal_id=appeal_id))
    return _shown(appeal_id, extending=form), form.status


@blueprint.post("/khieu-nai/<id:appeal_id>/quyet-dinh")
@guards.permission(Permission.DECIDE)
def decide(appeal_id: str) -> Page:
    """Decide an appeal, document by document."""
    actor, form = actors.current(), AnswerForm()
    shown = appeal_views.show(actor, appeal_id)
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                appeals.decide(actor, appeal_id, form.verdicts(shown), form.answer.data or "")
            flash(gettext("The appeal is decided and the reader is told."))
            return redirect(url_for("appealing.one", appeal_id=appeal_id))
    return _shown(appeal_id, answering=form), form.status


def _shown(appeal_id: str, answering: AnswerForm | None = None, extending: ExtendForm | None = None) -> str:
    actor = actors.current()
    return render_template(
        "appealing/one.html",
        appeal=appeal_views.show(actor, appeal_id),
        answering=answering or AnswerForm(),
        extending=extending or ExtendForm(),
        verdicts=request.form,
    )
