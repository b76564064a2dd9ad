"""Views of registration, of forgotten passwords and of invitations.

A link is used up by sending the form behind it, never by opening it: mail scanners open links.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts import invitations, passwords, registration, resetting
from portal.accounts.roles import Role
from portal.blueprints.joining.forms import ForgottenForm, NewPasswordForm, RegisterForm
from portal.core.db import transaction
from portal.core.errors import NotAllowedError
from portal.mail import post
from portal.web import actors, forms, guards, locale

blueprint = Blueprint("joining", __name__)


@blueprint.route("/dang-ky", methods=["GET", "POST"])
@guards.public
def register() -> Response | tuple[str, int]:
    """Ask for an account. The answer is the same whether the address has one or not."""
    form = RegisterForm()
    if form.is_sent():
        with forms.Refusal(form, NotAllowedError):
            with transaction():
                registration.ask(form.email.data or "", form.name.data or "", locale.current(), _origin())
            return redirect(url_for("joining.letter"))
    return render_template("joining/register.html", form=form), form.status


@blueprint.route("/quen-mat-khau", methods=["GET", "POST"])
@guards.public
def forgotten() -> Response | tuple[str, int]:
    """Ask for another password. The answer is the same whether the address is known or not."""
    form = ForgottenForm()
    if form.is_sent():
        with forms.Refusal(form, NotAllowedError):
            with transaction():
                resetting.ask(form.email.data or "", locale.current(), _origin())
            return redirect(url_for("joining.letter"))
    return render_template("joining/forgotten.html", form=form), form.status


@blueprint.get("/xem-thu")
@guards.public
def letter() -> str:
    """Say what happens next: a mail comes, or, where the portal sends none, where the letter waits."""
    return render_template("joining/letter.html", goes_out=post.goes_out())


@blueprint.route("/dang-ky/<token>", methods=["GET", "POST"])
@guards.public
def proved(token: str) -> Response | tuple[str, int]:
    """Choose a password, and with it have the account made."""
    row = registration.looked_at(token)
    email, name = row.email, row.name

    def done() -> Response:
        return _come_in(registration.complete, token, form)

    form = NewPasswordForm()
    return _choose(form, done, "joining/proved.html", email, Role.CITIZEN, name=name)


@blueprint.route("/dat-lai-mat-khau/<token>", methods=["GET", "POST"])
@guards.public
def reset(token: str) -> Response | tuple[str, int]:
    """Choose another password; it is tried at once by signing in with it."""
    person = resetting.looked_at(token)
    email, role = person.email, Role(person.role)

    def done() -> Response:
        with transaction():
            resetting.complete(token, form.password.data or "")
        actors.sign_out()
        flash(gettext("Your password has been changed. Sign in with it now."))
        return redirect(url_for("accounts.sign_in"))

    form = NewPasswordForm()
    return _choose(form, done, "joining/reset.html", email, role)


@blueprint.route("/loi-moi/<token>", methods=["GET", "POST"])
@guards.public
def invited(token: str) -> Response | tuple[str, int]:
    """Accept an invitation by choosing a password."""
    row = invitations.looked_at(token)
    email, role, name = row.email, Role(row.role or ""), row.name

    def done() -> Response:
        return _come_in(invitations.accept, token, form)

    form = NewPasswordForm()
    return _choose(form, done, "joining/invited.html", email, role, name=name)


def _choose(
    form: NewPasswordForm,
    done: Callable[[], Response],
    template: str,
    email: str,
    role: Role,
    name: str = "",
) -> Response | tuple[str, int]:
    if form.is_sent():
        with forms.Refusal(form):
            return done()
    least = passwords.least_length(role)
    page = render_template(template, form=form, email=email, role=role, name=name, least=least)
    return page, form.status


def _come_in(make: Callable[[str, str], Any], token: str, form: NewPasswordForm) -> Response:
    """Sign in whoever has just proved the address and chosen the password."""
    with transaction():
        person = make(token, form.password.data or "")
    actors.sign_in(person)
    flash(gettext("Welcome, %(name)s. Your account is ready.", name=person.name))
    return redirect(url_for("reading.home"))


def _origin() -> str:
    return request.remote_addr or ""
