"""Views of those who handle requests: the work on one of them. What is due lists `lines`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import (
    appeal_views,
    assigning,
    clockwork,
    correspondence,
    drafts,
    duplicates,
    handling,
    receipts,
    requests,
    timeline,
)
from portal.access.attachments import Enclosed
from portal.access.results import ItemView, RequestView
from portal.accounts import people
from portal.accounts.roles import Permission
from portal.blueprints.handling import lines, reviews
from portal.blueprints.handling.forms import (
    NAMES,
    WITH_FILES,
    AssignForm,
    DraftForm,
    Work,
    WorkForm,
    offer_reasons,
)
from portal.core.db import transaction
from portal.core.errors import InvalidError, NotFoundError
from portal.web import actors, enclosing, forms, guards

blueprint = Blueprint("handling", __name__, url_prefix="/xu-ly")
lines.register(blueprint)
reviews.register(blueprint)

Page = Response | tuple[str, int]


@blueprint.route("/<id:request_id>", methods=["GET", "POST"])
@guards.permission(Permission.HANDLE)
@guards.up_to(enclosing.MOST_FORM_BYTES)
def one(request_id: str) -> Page:
    """Show how far a request is, and do what the form says with it."""
    actor = actors.current()
    asked = requests.show(actor, request_id)
    form = WorkForm()
    form.work.choices = [(work.value, NAMES[work]) for work in _offered(asked)]
    offer_reasons(form.term)
    if form.is_sent():
        with forms.Refusal(form):
            files = enclosing.read()
            with transaction():
                _verb(request_id, form, files)()
            flash(gettext("It is written down."))
            return redirect(url_for("handling.one", request_id=request_id))
    assigning_form = AssignForm()
    assigning_form.offer(assigning.colleagues(actor, asked.assigned_to), asked.assigned_to)
    return render_template(
        "handling/one.html",
        asked=asked,
        form=form,
        assigning=assigning_form,
        letters=correspondence.of(actor, request_id),
        days=clockwork.explained(request_id),
        papers=receipts.papers(actor, asked),
        twins=duplicates.of(actor, asked) if asked.person_id != actor.id else [],
        happened=timeline.of(actor, request_id),
        appeals=appeal_views.of_request(actor, request_id),
        is_guest=people.by_id(asked.person_id).guest_since is not None,
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


@blueprint.route("/<id:request_id>/<id:item_id>", methods=["GET", "POST"])
@guards.permission(Permission.HANDLE)
def draft(request_id: str, item_id: str) -> Page:
    """Draft the decision on one document, with what was drafted before beside it."""
    actor = actors.current()
    asked = requests.show(actor, request_id)
    item = _item(asked, item_id)
    form = DraftForm()
    form.offer(item.document_id)
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                drafts.offer(actor, item_id, form.drafted())
            flash(gettext("The draft waits for a signature."))
            return redirect(url_for("handling.draft", request_id=request_id, item_id=item_id))
    return render_template(
        "handling/draft.html",
        asked=asked,
        item=item,
        form=form,
        drafts=drafts.of_items(actor, [item_id])[item_id],
    ), form.status


@blueprint.post("/<id:request_id>/<id:item_id>/thu-hoi")
@guards.permission(Permission.HANDLE)
def recall(request_id: str, item_id: str) -> Response:
    """Take one's own draft back."""
    actor = actors.current()
    _item(requests.show(actor, request_id), item_id)
    with transaction():
        drafts.recall(actor, item_id, forms.clean(request.form.get("draft")))
    flash(gettext("The draft is taken back."))
    return redirect(url_for("handling.draft", request_id=request_id, item_id=item_id))


def _item(asked: RequestView, item_id: str) -> ItemView:
    for one in asked.items:
        if one.id == item_id:
            return one
    raise NotFoundError("not_found")


def _offered(asked: RequestView) -> list[Work]:
    """Return what the reader of the page can do with the request as it stands."""
    possible = {act.value for act in asked.acts}
    own = asked.person_id == actors.current().id
    return [] if own else [work for work in Work if work in (Work.WRITE, Work.NOTE) or work.value in possible]


def _verb(request_id: str, form: WorkForm, files: Sequence[Enclosed]) -> Callable[[], object]:
    actor, text = actors.current(), form.text.data or ""
    verbs: dict[str, Callable[[], object]] = {
        Work.WRITE: lambda: correspondence.write(actor, request_id, text, files),
        Work.NOTE: lambda: correspondence.note(actor, request_id, text, files),
        Work.ASK_READER: lambda: handling.ask_reader(actor, request_id, text, files),
        Work.CONSULT: lambda: handling.consult(actor, request_id, text),
        Work.GO_ON: lambda: handling.go_on(actor, request_id, text),
        Work.EXTEND: lambda: handling.extend(
            actor, request_id, forms.whole(form.days.data), text, form.term.data or ""
        ),
        Work.TRANSFER: lambda: handling.transfer(actor, request_id, text),
        Work.REOPEN: lambda: handling.reopen(actor, request_id, text),
    }
    if files and form.work.data not in WITH_FILES:
        raise InvalidError("files_without_message", fields={"files": "files_without_message"})
    if form.work.data not in verbs:
        raise InvalidError("missing", fields={"work": "missing"})
    return verbs[form.work.data]
