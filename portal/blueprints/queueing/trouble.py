"""Views of what was not read: pages of a batch, and jobs that were given up."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.queueing.forms import SkipForm
from portal.blueprints.queueing.views import Page, blueprint
from portal.core.db import transaction
from portal.core.paging import Paging
from portal.ingest import given_up, second_person, skipping
from portal.web import actors, forms, guards


@blueprint.get("/lo/<id:batch_id>/khong-doc-duoc")
@guards.permission(Permission.TAKE_IN)
def unread(batch_id: str) -> str:
    """List the pages of a batch that could not be read, and what can be done about each."""
    actor = actors.current()
    batch = second_person.known(actor, batch_id)
    listing = skipping.unread(actor, batch_id, Paging.read(request.args.get("page")))
    return render_template("queueing/unread.html", batch=batch, listing=listing)


@blueprint.post("/trang/<id:failed_id>/thu-lai")
@guards.permission(Permission.TAKE_IN)
def retry_page(failed_id: str) -> Response:
    """Have one page tried once more."""
    return _done(failed_id, "retry")


@blueprint.post("/trang/<id:failed_id>/nhan-lai")
@guards.permission(Permission.TAKE_IN)
def take_up(failed_id: str) -> Response:
    """Go back on passing a page over."""
    return _done(failed_id, "take_up")


@blueprint.route("/trang/<id:failed_id>/bo-qua", methods=["GET", "POST"])
@guards.permission(Permission.TAKE_IN)
def skip(failed_id: str) -> Page:
    """Ask why a page is passed over, and do it."""
    actor, form = actors.current(), SkipForm()
    found = skipping.show(actor, failed_id)
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                skipping.skip(actor, failed_id, form.reason.data or "")
            flash(gettext("The page goes on without its text."))
            return redirect(url_for("queueing.unread", batch_id=found.batch.id))
    return render_template(
        "queueing/skip.html", found=skipping.show(actor, failed_id), form=form
    ), form.status


@blueprint.get("/bo-do")
@guards.permission(Permission.TAKE_IN)
def dead() -> str:
    """List the jobs that were given up, each with the reason."""
    listing = given_up.listing(actors.current(), Paging.read(request.args.get("page")))
    return render_template("queueing/dead.html", listing=listing)


@blueprint.post("/bo-do/<id:job_id>/thu-lai")
@guards.permission(Permission.TAKE_IN)
def retry_job(job_id: str) -> Response:
    """Have a job tried again."""
    with transaction():
        given_up.retry(actors.current(), job_id)
    flash(gettext("It is tried again."))
    return redirect(url_for("queueing.dead"))


@blueprint.post("/bo-do/<id:job_id>/cat-di")
@guards.permission(Permission.TAKE_IN)
def put_away(job_id: str) -> Response:
    """Take a job off the list."""
    with transaction():
        given_up.put_away(actors.current(), job_id)
    flash(gettext("It is off the list and stays undone."))
    return redirect(url_for("queueing.dead"))


def _done(page_id: str, act: str) -> Response:
    actor = actors.current()
    batch_id = skipping.show(actor, page_id).batch.id
    with transaction():
        if act == "retry":
            skipping.retry(actor, page_id)
        else:
            skipping.take_up(actor, page_id)
    flash(gettext("It is tried again.") if act == "retry" else gettext("The page is taken up again."))
    return redirect(url_for("queueing.unread", batch_id=batch_id))
