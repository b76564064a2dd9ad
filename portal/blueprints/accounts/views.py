"""Views of signing in and out and of notices."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import holding
from portal.accounts import notices as notes
from portal.accounts import signing
from portal.blueprints.accounts.forms import SignInForm
from portal.core.db import transaction
from portal.core.errors import NotAllowedError
from portal.core.paging import Paging
from portal.web import actors, guards

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@guards.public
def sign_in() -> Response | tuple[str, int]:
    """Sign in by password and go where the person wanted to go."""
    form = SignInForm()
    target = request.args.get("next")
    if form.is_sent():
        origin = request.remote_addr or ""
        try:
            with transaction():
                person = signing.by_password(form.email.data or "", form.password.data or "", origin)
            actors.sign_in(person)
            return redirect(guards.local_path(target) if target else url_for("desk.mine"))
        except NotAllowedError as error:
            form.refuse(error)
            if error.code == "wrong_sign_in":
                with transaction():
                    signing.remember_failure(form.email.data or "", origin)
    return render_template("accounts/sign_in.html", form=form), form.status


@blueprint.post("/dang-xuat")
@guards.public
def sign_out() -> Response:
    """End this session."""
    actors.sign_out()
    flash(gettext("You are signed out."))
    return redirect(url_for("reading.home"))


@blueprint.get("/vao/<token>")
@guards.public
def one_time_link(token: str) -> Response:
    """Sign in by a one-time link and use it up. It is printed on the server, so no mail scanner opens it."""
    if request.method == "HEAD":
        # A look at the headers uses nothing up.
        return redirect(url_for("reading.home"))
    with transaction():
        person = signing.by_link(token)
    actors.sign_in(person)
    return redirect(url_for("desk.mine"))


@blueprint.get("/thong-bao")
@guards.signed_in
def notices() -> str:
    """List the person's notices and mark them as seen."""
    actor = actors.current()
    listing = notes.of(actor, Paging.read(request.args.get("page")))
    page = render_template("accounts/notices.html", listing=listing, leave=holding.of(actor))
    if any(notice.read_at is None for notice in listing.rows):
        with transaction():
            notes.mark_read(actor)
    return page
