"""Views of accounts, for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from portal import staffing
from portal.accounts import directory, invitations, people
from portal.accounts.roles import Permission, Role
from portal.blueprints.people.forms import HeirForm, InviteForm, RoleForm
from portal.core.db import transaction
from portal.core.errors import ConflictError
from portal.core.ids import is_id
from portal.mail import post
from portal.web import actors, forms, guards, locale, texts

blueprint = Blueprint("people", __name__, url_prefix="/nguoi-dung")
LONGEST_SEARCH = 200


@blueprint.get("")
@guards.permission(Permission.MANAGE_PEOPLE)
def listing() -> str:
    """List people by given name; search, choose a role, go on by key."""
    actor = actors.current()
    text = request.args.get("q", "")[:LONGEST_SEARCH]
    wanted = request.args.get("role", "")
    role = Role(wanted) if wanted in set(Role) else None
    after = request.args.get("after", "")
    found = directory.listing(actor, text, role, after if is_id(after) else "")
    return render_template(
        "people/listing.html",
        found=found,
        text=text,
        role=role,
        roles=list(Role),
        is_first=not is_id(after),
        pending=invitations.pending(actor),
        goes_out=post.goes_out(),
    )


@blueprint.route("/moi", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_PEOPLE)
def invite() -> Response | tuple[str, int]:
    """Invite somebody of the staff by mail."""
    form = InviteForm()
    if form.is_sent():
        with forms.Refusal(form):
            role = Role(form.role.data)
            with transaction():
                invitations.invite(
                    actors.current(), form.email.data or "", form.name.data or "", role, locale.current()
                )
            _say_invited()
            return redirect(url_for("people.listing"))
    return render_template("people/invite.html", form=form, goes_out=post.goes_out()), form.status


@blueprint.post("/loi-moi/<id:invitation_id>/gui-lai")
@guards.permission(Permission.MANAGE_PEOPLE)
def renew(invitation_id: str) -> Response:
    """Send a new link to somebody invited; the old one ends."""
    with transaction():
        invitations.renew(actors.current(), invitation_id)
    _say_invited()
    return redirect(url_for("people.listing"))


@blueprint.post("/loi-moi/<id:invitation_id>/rut")
@guards.permission(Permission.MANAGE_PEOPLE)
def withdraw(invitation_id: str) -> Response:
    """Take an invitation back."""
    with transaction():
        invitations.withdraw(actors.current(), invitation_id)
    flash(gettext("The invitation is withdrawn. Its link leads nowhere any more."))
    return redirect(url_for("people.listing"))


@blueprint.get("/<id:person_id>")
@guards.permission(Permission.MANAGE_PEOPLE)
def person(person_id: str) -> tuple[str, int]:
    """Show an account and what can be done about it."""
    return _person(person_id)


@blueprint.post("/<id:person_id>/vai-tro")
@guards.permission(Permission.MANAGE_PEOPLE)
def change_role(person_id: str) -> Response | tuple[str, int]:
    """Give a person another role."""
    form = RoleForm()
    if form.is_sent():
        with forms.Refusal(form):
            role = Role(form.role.data)
            with transaction():
                people.change_role(actors.current(), person_id, role)
            flash(gettext("The role is now: %(role)s.", role=texts.label(role.value, "role")))
            return redirect(url_for("people.person", person_id=person_id))
    return _person(person_id, role_form=form)


@blueprint.post("/<id:person_id>/ban-giao")
@guards.permission(Permission.MANAGE_PEOPLE)
def hand_over(person_id: str) -> Response | tuple[str, int]:
    """Give a person's open work to somebody else; the account stays as it is."""
    form = _heir_form(person_id)
    if form.is_sent():
        with forms.Refusal(form):
            if not form.heir.data:
                raise ConflictError("heir_cannot", fields={"heir": "heir_cannot"})
            with transaction():
                number = staffing.hand_over(actors.current(), person_id, form.heir.data)
            flash(ngettext("%(num)s thing was handed over.", "%(num)s things were handed over.", number))
            return redirect(url_for("people.person", person_id=person_id))
    return _person(person_id, heir_form=form)


@blueprint.post("/<id:person_id>/khoa")
@guards.permission(Permission.MANAGE_PEOPLE)
def disable(person_id: str) -> Response | tuple[str, int]:
    """End a person's sessions and let them sign in no more; open work goes to another first, if named."""
    form = _heir_form(person_id)
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                staffing.leave(actors.current(), person_id, form.heir.data or "")
            flash(gettext("The account is disabled."))
            return redirect(url_for("people.person", person_id=person_id))
    return _person(person_id, heir_form=form)


@blueprint.post("/<id:person_id>/mo-lai")
@guards.permission(Permission.MANAGE_PEOPLE)
def enable(person_id: str) -> Response:
    """Let a disabled person sign in again."""
    with transaction():
        people.enable(actors.current(), person_id)
    flash(gettext("The account is open again."))
    return redirect(url_for("people.person", person_id=person_id))


def _person(
    person_id: str, role_form: RoleForm | None = None, heir_form: HeirForm | None = None
) -> tuple[str, int]:
    row = people.by_id(person_id)
    page = render_template(
        "people/person.html",
        person=row,
        role_form=role_form or RoleForm(data={"role": row.role}),
        heir_form=heir_form or _heir_form(person_id),
        work=[_words(name, number) for name, number in staffing.open_work(person_id).items()],
    )
    return page, 400 if request.method == "POST" else 200


def _heir_form(person_id: str) -> HeirForm:
    form = HeirForm()
    needed = staffing.needed_of_heir(person_id)
    able = directory.colleagues(actors.current(), needed, person_id) if needed else []
    form.offer((one.id, one.name, one.role) for one in able)
    return form


def _words(kind: str, number: int) -> str:
    """Return open work in words."""
    words: str
    if kind == "batches":
        words = ngettext("%(num)s unfinished batch", "%(num)s unfinished batches", number)
    else:
        words = ngettext("%(num)s pending invitation", "%(num)s pending invitations", number)
    return words


def _say_invited() -> None:
    """Say what became of the letter: that one went out only where one can."""
    if post.goes_out():
        flash(gettext("The invitation is on its way by e-mail."))
    else:
        flash(gettext("The invitation is written, but no e-mail goes out: no mail server is set."))
