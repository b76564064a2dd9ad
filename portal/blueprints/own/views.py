"""Views of one's own data and password."""

from __future__ import annotations

import json

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import owndata
from portal.accounts import choices, details, evidence, identity, own, passwords, signing
from portal.accounts.actors import Actor
from portal.accounts.choices import Choice
from portal.accounts.details import Details
from portal.accounts.roles import Role
from portal.blueprints.own.forms import (
    DetailsForm,
    EraseForm,
    EvidenceForm,
    NoticesForm,
    OwnForm,
    PasswordForm,
)
from portal.core.db import transaction
from portal.core.errors import NotAllowedError
from portal.mail import sms
from portal.web import actors, forms, guards, headers, papers

blueprint = Blueprint("own", __name__, url_prefix="/tai-khoan")

Page = Response | tuple[str, int]


@blueprint.route("", methods=["GET", "POST"])
@guards.signed_in
def data() -> Page:
    """Show what the archive keeps of the person, and correct name and language."""
    actor = actors.current()
    row = own.data(actor)
    form = OwnForm(data={"name": row.name, "locale": row.locale})
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                own.correct(actor, form.name.data or "", form.locale.data or "")
            flash(gettext("Your data has been corrected."))
            return redirect(url_for("own.data"))
    person = own.data(actor)
    page = render_template("own/data.html", form=form, person=person, identity=identity.of(person.id))
    return page, form.status


@blueprint.route("/mat-khau", methods=["GET", "POST"])
@guards.signed_in
def password() -> Page:
    """Change the password; this session goes on, all others end."""
    actor = actors.current()
    row = own.data(actor)
    email, role, has_one = row.email, Role(row.role), row.password_hash is not None
    form = PasswordForm()
    if form.is_sent():
        origin = request.remote_addr or ""
        with forms.Refusal(form, NotAllowedError) as refusal:
            with transaction():
                person = own.change_password(actor, form.present.data or "", form.password.data or "", origin)
            actors.sign_in(person)
            flash(gettext("Your password has been changed. All your other sessions have ended."))
            return redirect(url_for("own.data"))
        if refusal.code == "wrong_password":
            with transaction():
                signing.remember_failure(email, origin)
    least = passwords.least_length(role)
    page = render_template("own/password.html", form=form, email=email, has_one=has_one, least=least)
    return page, form.status


@blueprint.route("/ho-so", methods=["GET", "POST"])
@guards.signed_in
def profile() -> Page:
    """Show and correct what the circular asks of account holders."""
    actor = actors.current()
    form = DetailsForm(obj=details.show(actor))
    if form.is_sent():
        with forms.Refusal(form, NotAllowedError) as refusal:
            given = Details(
                id_number=form.id_number.data or "",
                phone=form.phone.data or "",
                workplace=form.workplace.data or "",
                priority=form.priority.data or "",
            )
            with transaction():
                details.write(actor, given)
            flash(gettext("Your data has been corrected."))
            return redirect(url_for("own.profile"))
        _count_taken(actor, refusal.code)
    return _profile(form, EvidenceForm()), form.status


@blueprint.route("/thu", methods=["GET", "POST"])
@guards.signed_in
def notices() -> Page:
    """Choose which messages come by mail, and in which language."""
    actor = actors.current()
    row = own.data(actor)
    held = {choice.value: is_on for choice, is_on in choices.of(row.id).items()}
    form = NoticesForm(data={**held, "locale": row.locale})
    if form.is_sent():
        with forms.Refusal(form):
            wanted = {choice: bool(form[choice.value].data) for choice in Choice}
            if not sms.goes_out():
                del wanted[Choice.SMS]
            with transaction():
                choices.choose(actor, wanted)
                own.correct(actor, own.data(actor).name, form.locale.data or "")
            flash(gettext("Saved."))
            return redirect(url_for("own.notices"))
    return render_template("own/notices.html", form=form, sms=sms.goes_out()), form.status


@blueprint.post("/ho-so/giay-to")
@guards.signed_in
@guards.up_to(papers.MOST_BYTES)
def send_evidence() -> Page:
    """Take in a picture of a card by which an officer confirms who the person is."""
    form = EvidenceForm()
    if form.is_sent():
        with forms.Refusal(form):
            papers.take(actors.current(), request.files.get("evidence"))
            flash(gettext("Taken in. An officer will look at it."))
            return redirect(url_for("own.profile"))
    beside = DetailsForm()
    # The other form of the page was not sent.
    beside.process(obj=details.show(actors.current()))
    return _profile(beside, form), form.status


@blueprint.post("/ho-so/giay-to/<id:evidence_id>/rut")
@guards.signed_in
def withdraw_evidence(evidence_id: str) -> Response:
    """Take back what was sent; its pictures go at once."""
    with transaction():
        evidence.withdraw(actors.current(), evidence_id)
    flash(gettext("Taken back. The pictures are removed."))
    return redirect(url_for("own.profile"))


@blueprint.get("/ho-so/giay-to/<id:evidence_id>/<int:number>.jpg")
@guards.signed_in
def picture(evidence_id: str, number: int) -> Response:
    """Show a person one picture of what they sent."""
    jpeg = evidence.picture(actors.current(), evidence_id, number)
    answer = Response(jpeg, mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = headers.SANDBOX
    return answer


@blueprint.get("/xuat.json")
@guards.signed_in
def export() -> Response:
    """Hand out all that the portal holds about the person, as a file."""
    with transaction():
        held = owndata.gather(actors.current())
    answer = Response(json.dumps(held, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
    return answer


@blueprint.route("/xoa", methods=["GET", "POST"])
@guards.signed_in
def erase() -> Page:
    """Say what is erased and what stays, and erase."""
    actor, form = actors.current(), EraseForm()
    row = own.data(actor)
    email, has_one = row.email, row.password_hash is not None
    if form.is_sent():
        origin = request.remote_addr or ""
        with forms.Refusal(form, NotAllowedError) as refusal:
            with transaction():
                owndata.erase(actor, form.present.data or "", origin, is_sure=form.sure.data)
            actors.sign_out()
            flash(gettext("Your data is erased and the account is closed."))
            return redirect(url_for("reading.home"))
        if refusal.code == "wrong_password":
            with transaction():
                signing.remember_failure(email, origin)
    objection = owndata.objection(actor)
    page = render_template("own/erase.html", form=form, email=email, has_one=has_one, objection=objection)
    return page, form.status


def _profile(form: DetailsForm, sending: EvidenceForm) -> str:
    person_id = own.data(actors.current()).id
    return render_template(
        "own/profile.html",
        form=form,
        sending=sending,
        is_lost=details.of(person_id).is_lost,
        identity=identity.of(person_id),
        sent=evidence.of(person_id),
    )


def _count_taken(actor: Actor, code: str) -> None:
    """Remember who hit upon a stranger's number, so that nobody can ask who has an account."""
    if code == "id_number_taken":
        with transaction():
            details.remember_taken(actor)
