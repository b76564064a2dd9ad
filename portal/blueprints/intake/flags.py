"""Views of what a person should look at in a batch: one kind at a time, each to be dismissed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.intake.views import blueprint
from portal.core.db import transaction
from portal.core.errors import NotFoundError
from portal.core.paging import Paging
from portal.ingest import batches, flagging, signed
from portal.ingest.flags import Flag
from portal.web import actors, flags, guards


@blueprint.get("/<id:batch_id>/can-xem-lai")
@guards.permission(Permission.TAKE_IN)
def flagged(batch_id: str) -> str:
    """List the pages or files of a batch that have a flag, of one kind or the first there is."""
    actor = actors.current()
    counts = flagging.counts(actor, batch_id)
    wanted = request.args.get("loai") or next(iter(counts), Flag.COARSE.value)
    try:
        flag = Flag(wanted)
    except ValueError as error:
        raise NotFoundError("not_found") from error
    listing = flagging.listing(actor, batch_id, flag, Paging.read(request.args.get("page")))
    return render_template(
        "intake/flagged.html",
        batch=batches.known(actor, batch_id),
        counts=counts,
        flag=flag,
        listing=listing,
        label=flags.label,
        words=flags.words,
    )


@blueprint.get("/<id:batch_id>/chu-ky")
@guards.permission(Permission.TAKE_IN)
def signatures(batch_id: str) -> str:
    """List the signed files of a batch with what their signatures are worth."""
    actor = actors.current()
    listing = signed.listing(actor, batch_id, Paging.read(request.args.get("page")))
    return render_template("intake/signed.html", batch=batches.known(actor, batch_id), listing=listing)


@blueprint.post("/can-xem-lai/<id:flag_id>")
@guards.permission(Permission.TAKE_IN)
def dismiss_flag(flag_id: str) -> Response:
    """Note that somebody looked and there is nothing to be done."""
    with transaction():
        row = flagging.dismiss(actors.current(), flag_id)
        batch_id, code = row.batch_id, row.code
    flash(gettext("Noted: looked at."))
    return redirect(url_for("intake.flagged", batch_id=batch_id, loai=code))
