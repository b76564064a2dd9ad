"""Views of the queue of reading: all of it, and one batch in it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.queueing.forms import PauseForm, PlaceForm
from portal.core.db import transaction
from portal.core.paging import Paging
from portal.ingest import forecast, given_up, places, steering, worklists
from portal.ingest.steering_rows import Place
from portal.web import actors, forms, guards

blueprint = Blueprint("queueing", __name__, url_prefix="/hang-doi")

Page = Response | tuple[str, int]

PER_PAGE = 10


@blueprint.get("")
@guards.permission(Permission.TAKE_IN)
def overview() -> Page:
    """Show what waits to be read and in which order, and pause reading."""
    return shown_whole()


@blueprint.post("/tam-dung")
@guards.permission(Permission.MANAGE_SITE)
def pause_all() -> Page:
    """Pause all reading."""
    form = PauseForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                steering.pause_all(actors.current(), form.reason.data or "")
            flash(gettext("Reading is paused. Pages in work are read to their end."))
            return redirect(url_for("queueing.overview"))
    return shown_whole(form)


@blueprint.post("/tiep-tuc")
@guards.permission(Permission.MANAGE_SITE)
def go_on_with_all() -> Response:
    """Let reading go on."""
    with transaction():
        steering.go_on_with_all(actors.current())
    flash(gettext("Reading goes on."))
    return redirect(url_for("queueing.overview"))


@blueprint.get("/lo/<id:batch_id>")
@guards.permission(Permission.TAKE_IN)
def batch(batch_id: str) -> Page:
    """Show how a batch stands in the queue."""
    return shown(batch_id)


@blueprint.post("/lo/<id:batch_id>/tam-dung")
@guards.permission(Permission.TAKE_IN)
def pause(batch_id: str) -> Page:
    """Pause the reading of a batch."""
    form = PauseForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                steering.pause(actors.current(), batch_id, form.reason.data or "")
            flash(gettext("Reading of this batch is paused. Pages in work are read to their end."))
            return redirect(url_for("queueing.batch", batch_id=batch_id))
    return shown(batch_id, pausing=form)


@blueprint.post("/lo/<id:batch_id>/tiep-tuc")
@guards.permission(Permission.TAKE_IN)
def go_on(batch_id: str) -> Response:
    """Let the reading of a batch go on."""
    with transaction():
        steering.go_on(actors.current(), batch_id)
    flash(gettext("Reading of this batch goes on."))
    return redirect(url_for("queueing.batch", batch_id=batch_id))


@blueprint.post("/lo/<id:batch_id>/thu-tu")
@guards.permission(Permission.TAKE_IN)
def place(batch_id: str) -> Page:
    """Put a batch before the others, behind them, or back among them."""
    form = PlaceForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                steering.put(actors.current(), batch_id, Place(form.turn.data))
            flash(gettext("The batch has another turn now."))
            return redirect(url_for("queueing.batch", batch_id=batch_id))
    return shown(batch_id, placing=form)


def shown_whole(pausing: PauseForm | None = None) -> Page:
    """Answer with the page of the whole queue; a form that was refused keeps what was typed."""
    actor = actors.current()
    listing = worklists.at_work(actor, Paging.read(request.args.get("page"), str(PER_PAGE)))
    ids = [row.id for row in listing.rows]
    now = forecast.circumstances()
    page = render_template(
        "queueing/overview.html",
        now=now,
        ready_at=forecast.of_all(now),
        listing=listing,
        pause=steering.pause_of_all(),
        pauses=steering.paused(ids),
        places=places.of_all(ids),
        queue=steering.queue(),
        given_up=given_up.count(actor),
        pausing=pausing or PauseForm(),
    )
    return page, pausing.status if pausing else 200


def shown(batch_id: str, pausing: PauseForm | None = None, placing: PlaceForm | None = None) -> Page:
    """Answer with the page of one batch in the queue."""
    actor = actors.current()
    steered = steering.show(actor, batch_id)
    (far,) = worklists.progress(actor, [batch_id])
    sent = pausing or placing
    page = render_template(
        "queueing/batch.html",
        steered=steered,
        far=far,
        pause_of_all=steering.pause_of_all(),
        now=forecast.circumstances(),
        pausing=pausing or PauseForm(),
        placing=placing or PlaceForm(data={"turn": steered.place.value}),
    )
    return page, sent.status if sent else 200
