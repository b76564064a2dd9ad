"""Views of those who ask and follow without an account.

What a guest may see is opened for half an hour in this session, and for one request alone. No actor is
signed in by it: pages, copies and everything else of the site know nobody here.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import (
    appeal_views,
    appeals,
    attachments,
    clockwork,
    correspondence,
    following,
    guests,
    requests,
    rulebook,
    timeline,
)
from portal.access.answers import Answers
from portal.access.guests import Arrived, Wish
from portal.access.terms import TermKind
from portal.accounts.actors import ANONYMOUS, Actor
from portal.blueprints.visiting.forms import AppealForm, DigitsForm, FollowForm, GuestForm, LetterForm
from portal.catalogue import records
from portal.core import clock
from portal.core.db import transaction
from portal.core.errors import ConflictError, NotAllowedError, NotFoundError
from portal.web import enclosing, forms, guards, locale

blueprint = Blueprint("visiting", __name__)

Page = Response | tuple[str, int]

VISIT, OPEN = "guest_visit", "guest_open"
"""What the session keeps: which visit waits for digits, and which request is open until when."""


@blueprint.route("/yeu-cau/khach", methods=["GET", "POST"])
@guards.public
def ask() -> Page:
    """Ask for records without an account. The answer is the same whether the address is known or not."""
    wanted = request.values.getlist("document")
    form = GuestForm()
    form.offer()
    if form.is_sent():
        with forms.Refusal(form, NotAllowedError):
            with transaction():
                guests.ask(
                    form.name.data or "",
                    form.email.data or "",
                    locale.current(),
                    Wish(wanted, form.purpose.data or "", _answers(form)),
                    request.remote_addr or "",
                )
            return redirect(url_for("joining.letter"))
    documents = records.titles(ANONYMOUS, wanted)
    if not documents:
        raise NotFoundError("not_found")
    offered = (*rulebook.terms(TermKind.PURPOSE), *rulebook.terms(TermKind.USE_FORM))
    page = render_template(
        "visiting/ask.html",
        form=form,
        documents=documents.values(),
        needs_papers=any(term.needs_evidence for term in offered),
        held=rulebook.undertaking(),
    )
    return page, form.status


@blueprint.route("/yeu-cau/khach/<token>", methods=["GET", "POST"])
@guards.public
def proved(token: str) -> Page:
    """Show what the link would send, and send it. Looking uses nothing up: mail scanners look."""
    held = guests.looked_at(token)
    form = forms.PortalForm()
    if form.is_sent():
        with forms.Refusal(form, ConflictError):
            with transaction():
                arrived = guests.send(token)
            if not arrived.code:
                number = arrived.request.number
                flash(gettext("Your request has arrived. Its number is %(number)s.", number=number))
                return redirect(url_for("requesting.show", request_id=arrived.request.id))
            # Not by way of another page: the code must stand nowhere but here.
            return _receipt(arrived), 200
    documents = records.titles(ANONYMOUS, held.document_ids)
    page = render_template("visiting/proved.html", form=form, held=held, documents=documents.values())
    return page, form.status


@blueprint.route("/theo-doi", methods=["GET", "POST"])
@guards.public
def follow() -> Page:
    """Ask for number and code. What comes next is the same whether they are right or not."""
    form = FollowForm(data={"number": request.args.get("so", "")[:20]})
    if form.is_sent():
        with forms.Refusal(form, NotAllowedError):
            with transaction():
                visit = following.ask(form.number.data or "", form.code.data or "", request.remote_addr or "")
            _close()
            session[VISIT] = visit
            return redirect(url_for("visiting.digits"))
    return render_template("visiting/follow.html", form=form), form.status


@blueprint.route("/theo-doi/ma", methods=["GET", "POST"])
@guards.public
def digits() -> Page:
    """Ask for the digits that came by mail, and open the request for half an hour."""
    if VISIT not in session:
        return redirect(url_for("visiting.follow"))
    form = DigitsForm()
    if form.is_sent():
        with forms.Refusal(form, NotAllowedError):
            with transaction():
                found = following.enter(session[VISIT], form.digits.data or "")
            if found is None:
                raise following.refused()
            _close()
            _open(found)
            return redirect(url_for("visiting.show"))
    return render_template("visiting/digits.html", form=form), form.status


@blueprint.get("/theo-doi/yeu-cau")
@guards.public
def show() -> Page:
    """Show how far the request is."""
    opened = _opened()
    return (_shown(*opened, LetterForm()), 200) if opened else _over()


@blueprint.post("/theo-doi/yeu-cau/thu")
@guards.public
def write() -> Page:
    """Write to the archive; where it asked something, this is the answer."""
    opened, form = _opened(), LetterForm()
    if opened is None:
        return _over()
    request_id, guest = opened
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                correspondence.write(guest, request_id, form.text.data or "")
            flash(gettext("Your message has arrived."))
            return redirect(url_for("visiting.show", _anchor="thu"))
    return _shown(request_id, guest, form), form.status


@blueprint.get("/theo-doi/yeu-cau/thu/<id:attachment_id>")
@guards.public
def attachment(attachment_id: str) -> Response:
    """Hand out a file that came with a message of the request that is open."""
    opened = _opened()
    if opened is None:
        raise NotFoundError("not_found")
    with transaction():
        found = attachments.hand_out(opened[1], opened[0], attachment_id)
    return Response(*enclosing.handed_out(*found))


@blueprint.route("/theo-doi/yeu-cau/khieu-nai", methods=["GET", "POST"])
@guards.public
def appeal() -> Page:
    """Appeal against what was decided on documents of the request that is open."""
    opened, form = _opened(), AppealForm()
    if opened is None:
        return _over()
    request_id, guest = opened
    chosen = request.form.getlist("items")
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                sent = appeals.submit(guest, request_id, chosen, form.text.data or "")
            flash(gettext("Your appeal has arrived. Its number is %(number)s.", number=sent.number))
            return redirect(url_for("visiting.show", _anchor="khieu-nai"))
    offered = appeals.offered(guest, request_id)
    if not offered and request.method == "GET":
        raise NotFoundError("not_found")
    page = render_template(
        "visiting/appeal.html",
        asked=requests.own(guest, request_id),
        form=form,
        offered=offered,
        chosen=chosen or list(offered),
    )
    return page, form.status


@blueprint.post("/theo-doi/yeu-cau/khieu-nai/<id:appeal_id>/rut")
@guards.public
def withdraw_appeal(appeal_id: str) -> Response:
    """Take an appeal of the request that is open back."""
    opened = _opened()
    if opened is None:
        return _over()
    if appeal_views.show(opened[1], appeal_id).request_id != opened[0]:
        # One visit opens one request, also where the guest has others.
        raise NotFoundError("not_found")
    with transaction():
        appeals.withdraw(opened[1], appeal_id)
    flash(gettext("Your appeal is taken back. What was decided stands."))
    return redirect(url_for("visiting.show", _anchor="khieu-nai"))


@blueprint.post("/theo-doi/yeu-cau/rut")
@guards.public
def withdraw() -> Response:
    """Take back what is not decided yet."""
    opened = _opened()
    if opened is None:
        return _over()
    with transaction():
        row = requests.withdraw(opened[1], opened[0])
    flash(gettext("Request %(number)s is withdrawn. You can ask again at any time.", number=row.number))
    return redirect(url_for("visiting.show"))


@blueprint.post("/theo-doi/thoat")
@guards.public
def leave() -> Response:
    """Close the request in this browser."""
    _close()
    flash(gettext("The request is closed in this browser."))
    return redirect(url_for("visiting.follow"))


def _open(request_id: str) -> None:
    session[OPEN] = [request_id, (clock.now() + following.STAYS).timestamp()]


def _close() -> None:
    for key in (VISIT, OPEN):
        session.pop(key, None)


def _opened() -> tuple[str, Actor] | None:
    """Return the request that is open in this session and its guest; None where its time is over, or its
    person has an account meanwhile."""
    request_id, until = session.get(OPEN, ("", 0.0))
    if not request_id or clock.now().timestamp() >= until:
        return None
    try:
        return request_id, following.actor_of(request_id)
    except NotFoundError:
        return None


def _over() -> Response:
    flash(gettext("No request is open in this browser. Give its number and code."))
    return redirect(url_for("visiting.follow"))


def _receipt(arrived: Arrived) -> str:
    return render_template(
        "visiting/receipt.html",
        asked=arrived.request,
        code=arrived.code,
        days=clockwork.explained(arrived.request.id),
    )


def _shown(request_id: str, guest: Actor, form: LetterForm) -> str:
    return render_template(
        "visiting/show.html",
        asked=requests.own(guest, request_id),
        writing=form,
        letters=correspondence.of(guest, request_id),
        days=clockwork.explained(request_id),
        happened=timeline.of(guest, request_id),
        appeals=appeal_views.of_request(guest, request_id),
        can_appeal=appeals.last_days(request_id),
    )


def _answers(form: GuestForm) -> Answers:
    """Return what was chosen; the undertaking is the one that stood on the page, if it was accepted."""
    read = request.form.get("term", "") if form.accepted.data else ""
    return Answers(form.purpose_kind.data or "", form.use_form.data or "", undertaking=read)
