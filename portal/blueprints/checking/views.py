"""Views of the second look: what waits, one batch, one page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts import people
from portal.accounts.roles import Permission
from portal.blueprints.checking.forms import CloseForm, LookForm, ReopenForm, ShareForm, named
from portal.core.db import transaction
from portal.core.errors import NotAllowedError
from portal.core.paging import Paging
from portal.ingest import check_lists, checking, completing, counting, rescans, sampling, second_person
from portal.web import actors, forms, guards

blueprint = Blueprint("checking", __name__, url_prefix="/kiem-tra")

Page = Response | tuple[str, int]

WIDTH = 960


@blueprint.get("")
@guards.permission(Permission.TAKE_IN)
def overview() -> str:
    """List the batches at work, and what of them waits for a look or a rescan."""
    listing = check_lists.at_work(actors.current(), Paging.read(request.args.get("page")))
    return render_template("checking/overview.html", listing=listing)


@blueprint.get("/lo/<id:batch_id>")
@guards.permission(Permission.TAKE_IN)
def batch(batch_id: str) -> Page:
    """Show how the sides of a batch stand, and what can be done."""
    return shown(batch_id)


@blueprint.post("/lo/<id:batch_id>/tiep")
@guards.permission(Permission.TAKE_IN)
def take_next(batch_id: str) -> Response:
    """Take the next page; where none waits, go back to the batch."""
    return onwards(batch_id)


@blueprint.post("/lo/<id:batch_id>/ty-le")
@guards.permission(Permission.TAKE_IN)
def raise_share(batch_id: str) -> Page:
    """Have more of the batch looked at."""
    form = ShareForm()
    if form.is_sent():
        with forms.Refusal(form, NotAllowedError):
            with transaction():
                sampling.raise_share(actors.current(), batch_id, form.percent.data, form.reason.data or "")
            flash(gettext("More pages are drawn."))
            return redirect(url_for("checking.batch", batch_id=batch_id))
    return shown(batch_id, sharing=form)


@blueprint.route("/trang/<id:check_id>", methods=["GET", "POST"])
@guards.permission(Permission.TAKE_IN)
def page(check_id: str) -> Page:
    """Show a page to be judged; accept it, ask for a rescan, or reject it for good."""
    actor, form = actors.current(), LookForm()
    form.offer()
    look = checking.look(actor, check_id)
    if form.is_sent():
        act = request.form.get("act", "")
        with forms.Refusal(form, NotAllowedError):
            with transaction():
                if act == "accept":
                    checking.accept(actor, check_id)
                else:
                    checking.reject(
                        actor,
                        check_id,
                        form.reason.data or "",
                        form.note.data or "",
                        rescan=act != "reject",
                    )
            return onwards(look.batch.id)
    look = checking.look(actor, check_id)
    return render_template("checking/page.html", form=form, look=look, width=WIDTH, named=named), form.status


@blueprint.post("/trang/<id:check_id>/xem-lai")
@guards.permission(Permission.TAKE_IN)
def revise(check_id: str) -> Response:
    """Go back on a decision of one's own."""
    with transaction():
        checking.revise(actors.current(), check_id)
    return redirect(url_for("checking.page", check_id=check_id))


def onwards(batch_id: str) -> Response:
    """Lead to the next page that waits, kept for whoever asks; where none waits, back to the batch."""
    with transaction():
        check_id = checking.take_next(actors.current(), batch_id)
    if check_id is None:
        flash(gettext("No page of this batch waits for you."))
        return redirect(url_for("checking.batch", batch_id=batch_id))
    return redirect(url_for("checking.page", check_id=check_id))


def shown(
    batch_id: str,
    sharing: ShareForm | None = None,
    closing: CloseForm | None = None,
    reopening: ReopenForm | None = None,
) -> Page:
    """Answer with the page of a batch and its forms; one that was refused keeps what was typed."""
    actor = actors.current()
    batch = second_person.known(actor, batch_id)
    closings = completing.closings(actor, batch_id)
    raised = sampling.raised(actor, batch_id)
    sent = [one for one in (sharing, closing, reopening) if one]
    ids = [one for row in closings for one in (row.closed_by, row.reopened_by) if one]
    ids += [raised.raised_by] if raised and raised.raised_by else []
    page = render_template(
        "checking/batch.html",
        batch=batch,
        count=counting.of(actor, batch_id),
        is_second=second_person.is_one(actor, batch),
        wanted=rescans.waiting(actor, Paging.read(request.args.get("page")), batch_id),
        closings=closings,
        raised=raised,
        names=people.names(ids),
        sharing=sharing or ShareForm(),
        closing=closing or CloseForm(),
        reopening=reopening or ReopenForm(),
        named=named,
    )
    return page, sent[0].status if sent else 200
