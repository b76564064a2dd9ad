"""Views of those who decide on requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from portal.access import decisions, drafts, requests, verdicts
from portal.access.drafts import DraftView
from portal.access.results import ItemView, RequestView
from portal.access.verdicts import VerdictsRefusedError
from portal.accounts.roles import Permission
from portal.blueprints.deciding import board as boards
from portal.blueprints.deciding.forms import DecisionForm, ReturnForm, RevokeForm
from portal.catalogue import records
from portal.catalogue.records import RecordView
from portal.core.db import transaction
from portal.core.errors import NotFoundError
from portal.core.paging import Paging
from portal.web import actors, forms, guards

blueprint = Blueprint("deciding", __name__, url_prefix="/duyet")

Page = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Case:
    """What the decider needs to see at once: the request, the item, the record with its pages."""

    asked: RequestView
    item: ItemView
    record: RecordView
    drafts: Sequence[DraftView] = ()
    """Newest first."""


@blueprint.get("")
@guards.permission(Permission.DECIDE)
def queue() -> str:
    """List the requests with something left to decide, oldest first."""
    listing = requests.waiting(actors.current(), Paging.read(request.args.get("page")))
    return render_template("deciding/queue.html", listing=listing)


@blueprint.get("/da-chap-thuan")
@guards.permission(Permission.DECIDE)
def granted() -> str:
    """List the requests with something granted, so that access can be ended."""
    listing = requests.granted(actors.current(), Paging.read(request.args.get("page")))
    return render_template("deciding/granted.html", listing=listing)


@blueprint.route("/<id:request_id>", methods=["GET", "POST"])
@guards.permission(Permission.DECIDE)
def whole(request_id: str) -> Page:
    """Show all documents of a request with what to know beside them, and decide on them at once."""
    actor = actors.current()
    board = boards.of(actor, request_id)
    if request.method == "POST" and board.is_readable():
        try:
            with forms.Refusal(board.common):
                with transaction():
                    done = verdicts.carry_out(actor, request_id, board.verdicts())
                flash(_summary(done))
                return redirect(url_for("deciding.whole", request_id=request_id))
        except VerdictsRefusedError as error:
            board.refuse(error)
    return render_template("deciding/whole.html", board=board), board.common.status


@blueprint.route("/<id:request_id>/<id:item_id>", methods=["GET", "POST"])
@guards.permission(Permission.DECIDE)
def item(request_id: str, item_id: str) -> Page:
    """Show the pages beside the purpose, and grant or refuse."""
    case = _case(request_id, item_id)
    form = DecisionForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                decisions.decide(actors.current(), item_id, form.proposal(request.form.get("act", "")))
            flash(gettext("The decision is written down and the requester is told."))
            return redirect(url_for("deciding.item", request_id=request_id, item_id=item_id))
    return _shown(case, form=form), form.status


@blueprint.post("/<id:request_id>/<id:item_id>/ky")
@guards.permission(Permission.DECIDE)
def sign(request_id: str, item_id: str) -> Response:
    """Sign the draft that was seen."""
    _case(request_id, item_id)
    with transaction():
        decisions.sign(actors.current(), item_id, forms.clean(request.form.get("draft")))
    flash(gettext("The decision is written down and the requester is told."))
    return redirect(url_for("deciding.item", request_id=request_id, item_id=item_id))


@blueprint.post("/<id:request_id>/<id:item_id>/tra-lai")
@guards.permission(Permission.DECIDE)
def send_back(request_id: str, item_id: str) -> Page:
    """Send the draft back to whoever wrote it."""
    case = _case(request_id, item_id)
    form = ReturnForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                drafts.send_back(
                    actors.current(),
                    item_id,
                    forms.clean(request.form.get("draft")),
                    form.reason.data or "",
                )
            flash(gettext("The draft went back to whoever wrote it."))
            return redirect(url_for("deciding.item", request_id=request_id, item_id=item_id))
    return _shown(case, returning=form), form.status


@blueprint.post("/<id:request_id>/<id:item_id>/thu-hoi")
@guards.permission(Permission.DECIDE)
def revoke(request_id: str, item_id: str) -> Page:
    """Take access back at once."""
    case = _case(request_id, item_id)
    if case.item.grant is None:
        raise NotFoundError("not_found")
    form = RevokeForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                decisions.revoke(actors.current(), case.item.grant.id, form.reason.data or "")
            flash(gettext("Access has ended and the requester is told."))
            return redirect(url_for("deciding.item", request_id=request_id, item_id=item_id))
    return _shown(case, revoking=form), form.status


def _shown(
    case: Case,
    form: DecisionForm | None = None,
    revoking: RevokeForm | None = None,
    returning: ReturnForm | None = None,
) -> str:
    form = form or DecisionForm()
    form.offer(case.item.document_id)
    return render_template(
        "deciding/item.html",
        case=case,
        form=form,
        revoking=revoking or RevokeForm(),
        returning=returning or ReturnForm(),
    )


def _case(request_id: str, item_id: str) -> Case:
    actor = actors.current()
    asked = requests.show(actor, request_id)
    for one in asked.items:
        if one.id == item_id:
            past = drafts.of_items(actor, [one.id])[one.id]
            return Case(asked, one, records.show(actor, one.document_id), past)
    raise NotFoundError("not_found")


def _summary(done: Sequence[ItemView]) -> str:
    """Say what was decided; each row says the same of its document."""
    granted = sum(item.state == "granted" for item in done)
    refused = sum(item.state == "refused" for item in done)
    others = len(done) - granted - refused
    parts = [
        ngettext("%(num)s document granted.", "%(num)s documents granted.", granted) if granted else "",
        ngettext("%(num)s document refused.", "%(num)s documents refused.", refused) if refused else "",
        ngettext("%(num)s document answered otherwise.", "%(num)s documents answered otherwise.", others)
        if others
        else "",
        gettext("The requester is told."),
    ]
    return " ".join(part for part in parts if part)
