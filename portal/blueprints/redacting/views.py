"""Views of those who redact: the versions of a document, one version, and one of its pages."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from portal.access import boxes, redaction_views, redactions
from portal.access.redaction_views import Sheet
from portal.accounts.roles import Permission
from portal.blueprints.redacting.forms import BeginForm, BoxForm, EndForm, OfferForm
from portal.catalogue import records
from portal.core.db import transaction
from portal.core.errors import InvalidError
from portal.core.paging import Paging
from portal.web import actors, forms, guards

blueprint = Blueprint("redacting", __name__, url_prefix="/che")

Page = AnyResponse | tuple[str, int]

WIDTH = 960


@blueprint.get("")
@guards.permission(Permission.HANDLE)
def queue() -> str:
    """List what waits for a second person, and what is being drawn."""
    listing = redaction_views.waiting(actors.current(), Paging.read(request.args.get("page")))
    return render_template("redacting/queue.html", listing=listing)


@blueprint.route("/tai-lieu/<id:record_id>", methods=["GET", "POST"])
@guards.permission(Permission.HANDLE)
def of_document(record_id: str) -> Page:
    """List the versions of a document, and begin another one."""
    actor = actors.current()
    versions = redaction_views.of_document(actor, record_id)
    form = BeginForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                redaction_id = redactions.begin(actor, record_id, form.reason.data or "").id
            return redirect(url_for("redacting.one", redaction_id=redaction_id))
    record = records.show(actor, record_id)
    return render_template(
        "redacting/document.html", record=record, versions=versions, form=form
    ), form.status


@blueprint.get("/<id:redaction_id>")
@guards.permission(Permission.HANDLE)
def one(redaction_id: str) -> Page:
    """Show a version: its pages, its proof, and what can be done with it."""
    return _shown(redaction_id)


@blueprint.post("/<id:redaction_id>/lam")
@guards.permission(Permission.HANDLE)
def make(redaction_id: str) -> Page:
    """Have the pages made."""
    form = EndForm()
    return _done(
        redaction_id,
        form,
        lambda: redactions.make(actors.current(), redaction_id),
        gettext("The pages are being made. Load this page again in a moment."),
    ) or _shown(redaction_id, ending=form)


@blueprint.post("/<id:redaction_id>/gui")
@guards.permission(Permission.HANDLE)
def offer(redaction_id: str) -> Page:
    """Offer the version to a second person."""
    form = OfferForm()
    return _done(
        redaction_id,
        form,
        lambda: redactions.offer(actors.current(), redaction_id, form.left_standing.data or ""),
        gettext("A colleague can compare it with the original now."),
    ) or _shown(redaction_id, offering=form)


@blueprint.post("/<id:redaction_id>/lay-lai")
@guards.permission(Permission.HANDLE)
def recall(redaction_id: str) -> Page:
    """Take the version back to go on drawing."""
    form = EndForm()
    return _done(
        redaction_id,
        form,
        lambda: redactions.recall(actors.current(), redaction_id),
        gettext("You can draw on it again."),
    ) or _shown(redaction_id, ending=form)


@blueprint.post("/<id:redaction_id>/xac-nhan")
@guards.permission(Permission.HANDLE)
def confirm(redaction_id: str) -> Page:
    """Confirm the version as the second person."""
    form = EndForm()
    return _done(
        redaction_id,
        form,
        lambda: redactions.confirm(actors.current(), redaction_id, form.seen.data or ""),
        gettext("The version is confirmed. Access can be granted to it now."),
    ) or _shown(redaction_id, ending=form)


@blueprint.post("/<id:redaction_id>/tra-lai")
@guards.permission(Permission.HANDLE)
def send_back(redaction_id: str) -> Page:
    """Send the version back to whoever made it."""
    form = EndForm()
    return _done(
        redaction_id,
        form,
        lambda: redactions.send_back(actors.current(), redaction_id, form.reason.data or ""),
        gettext("Sent back. Whoever made it is told."),
    ) or _shown(redaction_id, ending=form)


@blueprint.post("/<id:redaction_id>/rut")
@guards.permission(Permission.HANDLE)
def withdraw(redaction_id: str) -> Page:
    """Withdraw the version: nobody sees it from now on."""
    form = EndForm()
    return _done(
        redaction_id,
        form,
        lambda: redactions.withdraw(actors.current(), redaction_id, form.reason.data or ""),
        gettext("Withdrawn. Nobody sees this version any more."),
    ) or _shown(redaction_id, ending=form)


@blueprint.route("/<id:redaction_id>/trang/<int:number>", methods=["GET", "POST"])
@guards.permission(Permission.HANDLE)
def sheet(redaction_id: str, number: int) -> Page:
    """Draw on one page, or compare it with the original."""
    actor = actors.current()
    shown = redaction_views.sheet(actor, redaction_id, number)
    form, moved = BoxForm(), _moved(shown)
    act = request.form.get("act", "")
    used = moved.get(forms.clean(request.form.get("box")), form) if act == "save" else form
    is_typed = act in ("draw", "save")
    if request.method == "POST" and (used.is_sent() if is_typed else True):
        with forms.Refusal(used):
            with transaction():
                said = _change(redaction_id, shown, act, used)
            flash(said)
            return redirect(url_for("redacting.sheet", redaction_id=redaction_id, number=number))
    return render_template(
        "redacting/sheet.html",
        shown=shown,
        version=redaction_views.show(actor, redaction_id),
        form=form,
        moved=moved,
    ), used.status


@blueprint.get("/<id:redaction_id>/trang/<int:number>/anh.jpg")
@guards.permission(Permission.HANDLE)
def picture(redaction_id: str, number: int) -> Response:
    """Show a page as it was made."""
    jpeg = redaction_views.picture(actors.current(), redaction_id, number, WIDTH)
    return Response(jpeg, mimetype="image/jpeg")


def _shown(redaction_id: str, offering: OfferForm | None = None, ending: EndForm | None = None) -> Page:
    version = redaction_views.show(actors.current(), redaction_id)
    record = records.show(actors.current(), version.brief.document_id)
    used = offering or ending
    ends = ending or EndForm()
    ends.seen.data = version.fingerprint
    return render_template(
        "redacting/one.html",
        version=version,
        record=record,
        offering=offering or OfferForm(),
        ending=ends,
    ), used.status if used else 200


def _done(redaction_id: str, form: forms.PortalForm, verb: Callable[[], None], said: str) -> Page | None:
    """Do what the form says and lead back to the version; None where it was refused."""
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                verb()
            flash(said)
            return redirect(url_for("redacting.one", redaction_id=redaction_id))
    return None


def _moved(shown: Sheet) -> dict[str, BoxForm]:
    """Return a form for each box that is there."""
    return {
        box.id: BoxForm(
            prefix=f"{box.id}-",
            data={
                "left": str(box.left),
                "top": str(box.top),
                "width": str(box.width),
                "height": str(box.height),
                "note": box.note,
            },
        )
        for box in shown.boxes
    }


def _change(redaction_id: str, shown: Sheet, act: str, form: BoxForm) -> str:
    """Do one change and say what it was."""
    actor, box_id = actors.current(), forms.clean(request.form.get("box"))
    if act in ("words", "everywhere"):
        chosen = [forms.whole(one) for one in request.form.getlist("words")]
        made = boxes.from_words(actor, redaction_id, shown.page_id, chosen, everywhere=act == "everywhere")
        return str(ngettext("%(num)s box was drawn.", "%(num)s boxes were drawn.", made))
    note = form.note.data or ""
    verbs: dict[str, tuple[Callable[[], object], str]] = {
        "draw": (
            lambda: boxes.draw(actor, redaction_id, shown.page_id, form.box, note),
            gettext("The box is drawn."),
        ),
        "save": (
            lambda: boxes.change(actor, redaction_id, box_id, form.box, note),
            gettext("The box is changed."),
        ),
        "remove": (lambda: boxes.remove(actor, redaction_id, box_id), gettext("The box is gone.")),
        "undo": (lambda: boxes.undo(actor, redaction_id), gettext("The last change is undone.")),
    }
    if act not in verbs:
        raise InvalidError("missing")
    verb, said = verbs[act]
    verb()
    return said
