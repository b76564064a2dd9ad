"""Views of quiet hours: when reading rests, or goes on with fewer readers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.queueing.forms import QuietForm
from portal.blueprints.queueing.views import Page, blueprint
from portal.core.db import transaction
from portal.ingest import forecast, resting
from portal.ingest.resting import Wanted
from portal.web import actors, forms, guards


@blueprint.route("/gio-nghi", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_SITE)
def quiet() -> Page:
    """Show the quiet hours, and take new ones."""
    actor, form = actors.current(), QuietForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                resting.add(actor, _wanted(form))
            flash(gettext("Saved."))
            return redirect(url_for("queueing.quiet"))
    with_ended = "da-het" in request.args
    page = render_template(
        "queueing/quiet.html",
        form=form,
        rows=resting.listing(actor, with_ended=with_ended),
        with_ended=with_ended,
        now=forecast.circumstances(),
    )
    return page, form.status


@blueprint.post("/gio-nghi/<id:quiet_id>/ket-thuc")
@guards.permission(Permission.MANAGE_SITE)
def end_quiet(quiet_id: str) -> Response:
    """Let quiet hours hold no more."""
    with transaction():
        resting.end(actors.current(), quiet_id)
    flash(gettext("These quiet hours are over."))
    return redirect(url_for("queueing.quiet"))


def _wanted(form: QuietForm) -> Wanted:
    sent = form.data
    return Wanted(
        valid_from=sent["valid_from"],
        valid_to=sent["valid_to"],
        weekdays=sent["weekdays"] or [],
        begins_at=sent["begins_at"] or "",
        ends_at=sent["ends_at"] or "",
        readers=sent["readers"],
        reason=sent["reason"] or "",
    )
