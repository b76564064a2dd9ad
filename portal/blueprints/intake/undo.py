"""Views of taking a batch back, and of bringing it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.intake.forms import WithdrawForm
from portal.blueprints.intake.views import blueprint
from portal.core.db import transaction
from portal.core.paging import Paging
from portal.ingest import withdrawing
from portal.web import actors, forms, guards

Page = Response | tuple[str, int]


@blueprint.route("/<id:batch_id>/rut-lai", methods=["GET", "POST"])
@guards.permission(Permission.TAKE_IN)
def withdraw(batch_id: str) -> Page:
    """Say what withdrawing a batch does and to how many pages, and do it."""
    actor = actors.current()
    extent = withdrawing.extent(actor, batch_id)
    objection = withdrawing.objection(actor, batch_id)
    form = WithdrawForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                withdrawing.withdraw(actor, batch_id, form.reason.data or "")
            flash(gettext("The batch is withdrawn. Nobody sees its documents any more."))
            return redirect(url_for("intake.withdrawn", batch_id=batch_id))
    page = render_template(
        "intake/withdraw.html", form=form, batch_id=batch_id, extent=extent, objection=objection
    )
    return page, form.status


@blueprint.get("/da-rut")
@guards.permission(Permission.TAKE_IN)
def all_withdrawn() -> str:
    """List the batches that were withdrawn."""
    listing = withdrawing.listing(actors.current(), Paging.read(request.args.get("page")))
    return render_template("intake/all_withdrawn.html", listing=listing)


@blueprint.get("/da-rut/<id:batch_id>")
@guards.permission(Permission.TAKE_IN)
def withdrawn(batch_id: str) -> str:
    """Show a withdrawn batch, without anything of what was in it."""
    return render_template("intake/withdrawn.html", batch=withdrawing.show(actors.current(), batch_id))


@blueprint.post("/da-rut/<id:batch_id>/khoi-phuc")
@guards.permission(Permission.TAKE_IN)
def restore(batch_id: str) -> Response:
    """Bring a withdrawn batch back as it was."""
    with transaction():
        withdrawing.restore(actors.current(), batch_id)
    flash(gettext("The batch is back as it was."))
    return redirect(url_for("intake.batch", batch_id=batch_id))
