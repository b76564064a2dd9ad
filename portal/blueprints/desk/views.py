"""The view of the desk."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.desk import cards, strip
from portal.web import actors, guards

blueprint = Blueprint("desk", __name__)


@blueprint.get("/ban-lam-viec")
@guards.signed_in
def mine() -> Response | str:
    """Show staff what waits for them, oldest first; a citizen's desk is the list of their requests."""
    actor = actors.current()
    if not actor.is_staff:
        return redirect(url_for("requesting.mine"))
    signs = strip.of_portal() if actor.may(Permission.MANAGE_SITE) else []
    return render_template("desk/mine.html", cards=cards.of(actor), signs=signs)
