"""Views of documents that are held back: where the paper is, by which mark, and how it ended."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.secrecy.forms import ReleaseForm
from portal.core.db import transaction
from portal.core.paging import Paging
from portal.ingest import secret_holds
from portal.web import actors, forms, guards

blueprint = Blueprint("secrecy", __name__, url_prefix="/bi-mat-nha-nuoc")


@blueprint.get("")
@guards.permission(Permission.MANAGE_SECRETS)
def queue() -> str:
    """List the documents that are held back, or those that are not any more."""
    is_over = bool(request.args.get("xong"))
    listing = secret_holds.listing(actors.current(), Paging.read(request.args.get("page")), is_over=is_over)
    return render_template("secrecy/queue.html", listing=listing, is_over=is_over)


@blueprint.route("/<id:hold_id>", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_SECRETS)
def one(hold_id: str) -> Response | tuple[str, int]:
    """Show where the paper of a document is to be found, and release it with a reason."""
    actor, form = actors.current(), ReleaseForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                secret_holds.release(actor, hold_id, form.reason.data or "")
            flash(gettext("The document is released. Its pages are read anew."))
            return redirect(url_for("secrecy.queue"))
    return render_template("secrecy/one.html", form=form, one=secret_holds.show(actor, hold_id)), form.status
