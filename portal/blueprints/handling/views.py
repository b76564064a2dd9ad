"""Views of those who handle requests: what is due, and the work on one of them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import assigning, clockwork, correspondence, handling, queues, requests
from portal.access.queues import Queue
from portal.access.results import RequestView
from portal.accounts.roles import Permission
from portal.blueprints.handling.forms import NAMES, AssignForm, Work, WorkForm
from portal.core.db import transaction
from portal.core.errors import InvalidError
from portal.core.paging import Paging
from portal.web import actors, forms, guards

blueprint = Blueprint("handling", __name__, url_prefix="/xu-ly")

Page = Response | tuple[str, int]


@blueprint.get("")
@guards.permission(Permission.HANDLE)
def queue() -> str:
    """List what is open, the one that is due first before others."""
    actor = actors.current()
    asked = request.args.get("hang", "")
    chosen = Queue(asked) if asked in set(Queue) else Queue.ALL
    listing = queues.of(actor, chosen, Paging.read(request.args.get("page")))
    return render_template("handling/queue.html", listing=listing, chosen=chosen, counts=queues.counts(actor))


@blueprint.route("/<id:request_id>", methods=["GET", "POST"])
@guards.permission(Permission.HANDLE)
def one(request_id: str) -> Page:
    """Show how far a request is, and do what the form says with it."""
    actor = actors.current()
    asked = requests.show(actor, request_id)
    form = WorkForm()
    form.work.choices = [(work.value, NAMES[work]) for work in _offered(asked)]
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                _verb(request_id, form)()
            flash(gettext("It is written down."))
            return redirect(url_for("handling.one", request_id=request_id))
    assigning_form = AssignForm()
    assigning_form.offer(assigning.colleagues(actor), asked.assigned_to)
    return render_template(
        "handling/one.html",
        asked=asked,
        form=form,
        assigning=assigning_form,
        letters=correspondence.of(actor, request_id),
        days=clockwork.explained(request_id),
    ), form.status


@blueprint.post("/<id:request_id>/nhan")
@guards.permission(Permission.HANDLE)
def take(request_id: str) -> Response:
    """Take a request up."""
    with transaction():
        handling.take(actors.current(), request_id)
    flash(gettext("You work on this request now."))
    return redirect(url_for("handling.one", request_id=request_id))


@blueprint.post("/<id:request_id>/giao")
@guards.permission(Permission.HANDLE)
def assign(request_id: str) -> Response:
    """Give a request to a colleague, or back to all."""
    with transaction():
        assigning.assign(actors.current(), request_id, forms.clean(request.form.get("person")) or None)
    flash(gettext("Saved."))
    return redirect(url_for("handling.one", request_id=request_id))


def _offered(asked: RequestView) -> list[Work]:
    """Return what the reader of the page can do with the request as it stands."""
    possible = {act.value for act in asked.acts}
    own = asked.person_id == actors.current().id
    return [] if own else [work for work in Work if work in (Work.WRITE, Work.NOTE) or work.value in possible]


def _verb(request_id: str, form: WorkForm) -> Callable[[], object]:
    actor, text = actors.current(), form.text.data or ""
    verbs: dict[str, Callable[[], object]] = {
        Work.WRITE: lambda: correspondence.write(actor, request_id, text),
        Work.NOTE: lambda: correspondence.note(actor, request_id, text),
        Work.ASK_READER: lambda: handling.ask_reader(actor, request_id, text),
        Work.CONSULT: lambda: handling.consult(actor, request_id, text),
        Work.GO_ON: lambda: handling.go_on(actor, request_id, text),
        Work.EXTEND: lambda: handling.extend(actor, request_id, forms.whole(form.days.data), text),
        Work.TRANSFER: lambda: handling.transfer(actor, request_id, text),
        Work.REOPEN: lambda: handling.reopen(actor, request_id, text),
    }
    if form.work.data not in verbs:
        raise InvalidError("missing", fields={"work": "missing"})
    return verbs[form.work.data]
