"""Views of describing documents."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import opened
from portal.accounts.roles import Permission
from portal.blueprints.describing.forms import DescriptionForm, OpeningForm, PaperForm, offer_periods
from portal.catalogue import closing, documents, records, tree, worklists
from portal.catalogue.documents import Description
from portal.catalogue.records import RecordView, StaffNotes
from portal.catalogue.worklists import Previous
from portal.core.db import transaction
from portal.core.errors import InvalidError, NotFoundError
from portal.core.paging import Paging
from portal.rights.levels import Level
from portal.web import actors, forms, guards

blueprint = Blueprint("describing", __name__, url_prefix="/mo-ta")

Page = Response | tuple[str, int]
AnyForm = TypeVar("AnyForm", bound=DescriptionForm)


@blueprint.get("")
@guards.permission(Permission.DESCRIBE)
def queue() -> str:
    """List the documents that wait for a description, oldest first."""
    listing = worklists.undescribed(actors.current(), Paging.read(request.args.get("page")))
    return render_template("describing/queue.html", listing=listing)


@blueprint.get("/chua-cong-bo")
@guards.permission(Permission.DESCRIBE)
def unpublished() -> str:
    """List the documents that are described and not published."""
    listing = worklists.unpublished(actors.current(), Paging.read(request.args.get("page")))
    return render_template("describing/unpublished.html", listing=listing)


@blueprint.get("/doc-kem")
@guards.permission(Permission.DESCRIBE)
def worst_read() -> str:
    """List the pages that the machine read worst."""
    listing = worklists.worst_read(actors.current(), Paging.read(request.args.get("page")))
    return render_template("describing/worst_read.html", listing=listing)


@blueprint.route("/<id:document_id>", methods=["GET", "POST"])
@guards.permission(Permission.DESCRIBE)
def document(document_id: str) -> Page:
    """Describe a document with its page in view; publish it where that button was pressed."""
    actor = actors.current()
    record = _document(document_id)
    before = None if record.is_described or "trong" in request.args else worklists.previous(actor)
    form = _form_of(record, before)
    act, _, onwards = request.form.get("act", "").partition("-")
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                documents.describe(actor, document_id, _description(form), _version(form))
                if act == "publish":
                    documents.publish(actor, document_id)
                if not record.sight.is_public:
                    opened.tell(document_id)
            return _described(document_id, form.period.data, is_next=bool(onwards))
    if not form.errors:
        form.number.render_kw = {"autofocus": ""}
    page = render_template("describing/document.html", form=form, record=record, before=before)
    return page, form.status


@blueprint.post("/<id:document_id>/dong")
@guards.permission(Permission.SET_ACCESS)
def close(document_id: str) -> Page:
    """Withhold a document at once, whatever else stands in the form."""
    record = _document(document_id)
    form = _form_of(record)
    with forms.Refusal(form):
        reason = form.reason.data or ""
        if not reason:
            raise InvalidError("level_needs_reason", fields={"reason": "level_needs_reason"})
        with transaction():
            documents.set_level(actors.current(), document_id, Level.WITHHELD, reason)
        return _done(document_id)
    return render_template("describing/document.html", form=form, record=record), form.status


@blueprint.route("/<id:document_id>/ngay-mo", methods=["GET", "POST"])
@guards.permission(Permission.SET_ACCESS)
def opening(document_id: str) -> Page:
    """Name the day on which a document opens by itself; one that is counted is shown before it is saved."""
    actor, record = actors.current(), _document(document_id)
    form, count = _opening_form(document_id), None
    with forms.Refusal(form):
        if form.is_sent() and not form.period.data:
            with transaction():
                documents.set_opening(actor, document_id, form.opens_on.data, form.basis.data or "")
            return _after(document_id)
        is_asked = request.method == "POST" or "ky" in request.args
        if is_asked and form.period.data and not form.errors:
            count = closing.count(actor, document_id, form.period.data)
            seen = form.has_seen()
            if seen is not None:
                with transaction():
                    closing.close_until(actor, document_id, form.period.data, seen)
                return _after(document_id)
    is_shown = count is not None and not form.refusal
    page = render_template("describing/opening.html", form=form, record=record, count=count)
    return page, 200 if is_shown else form.status


@blueprint.post("/<id:document_id>/go-cong-bo")
@guards.permission(Permission.DESCRIBE)
def unpublish(document_id: str) -> Response:
    """Take a document back from the public at once."""
    _document(document_id)
    with transaction():
        documents.unpublish(actors.current(), document_id)
    return _done(document_id)


@blueprint.route("/giay", methods=["GET", "POST"])
@guards.permission(Permission.DESCRIBE)
def on_paper() -> Page:
    """Enter a document without a scan."""
    actor = actors.current()
    form = _with_types(PaperForm())
    form.parent.choices = forms.choices(
        (row.id, f"{'— ' * row.level}{row.code} {row.title}") for row in tree.places(actor)
    )
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                node = documents.add_on_paper(actor, form.parent.data or "", _description(form))
                if request.form.get("act") == "publish":
                    documents.publish(actor, node.id)
                document_id = node.id
            return _described(document_id, form.period.data)
    return render_template("describing/on_paper.html", form=form), form.status


def _document(document_id: str) -> RecordView:
    record = records.show(actors.current(), document_id)
    if record.kind != "document":
        raise NotFoundError("not_found")
    return record


def _next(document_id: str) -> Response:
    """Go on with the next document that waits, or back to the desk where none does."""
    following = worklists.after(actors.current(), document_id)
    if following is None:
        flash(gettext("Saved. Every document is described."))
        return redirect(url_for("desk.mine"))
    flash(gettext("Saved. This is the next document."))
    return redirect(url_for("describing.document", document_id=following))


def _done(document_id: str) -> Response:
    flash(gettext("Saved."))
    return redirect(url_for("reading.record", record_id=document_id))


def _described(document_id: str, period_id: str | None, *, is_next: bool = False) -> Response:
    """Go on after a description: first to the day, where a closure period was chosen that counts another."""
    stands, overtaken = closing.standing(actors.current(), document_id)
    if period_id and stands is not None and (period_id != stands or overtaken):
        onwards = 1 if is_next else None
        return redirect(url_for("describing.opening", document_id=document_id, ky=period_id, tiep=onwards))
    if overtaken:
        flash(gettext("The day on which this record opens no longer follows from its dates. Count it anew."))
    return _next(document_id) if is_next else _done(document_id)


def _after(document_id: str) -> Response:
    return _next(document_id) if "tiep" in request.args else _done(document_id)


def _opening_form(document_id: str) -> OpeningForm:
    """Return the form with what stands there now; the address may have chosen a period."""
    actor = actors.current()
    day, basis = documents.opening_of(actor, document_id)
    offers, stands = closing.offered(actor), closing.standing(actor, document_id)[0]
    # What stands is what is saved again: a period that is no longer offered is kept as a day.
    kept = stands if stands in {one.id for one in offers} else ""
    period = request.args.get("ky") or kept
    form = OpeningForm(
        data={"period": period, "opens_on": None if period else day, "basis": "" if period else basis}
    )
    offer_periods(form.period, offers)
    return form


def _form_of(record: RecordView, before: Previous | None = None) -> DescriptionForm:
    """Return the form filled with what stands there now, else with what the document before offers."""
    notes = record.notes
    level, reason = _protection(notes, before)
    return _with_types(
        DescriptionForm(
            data={
                "number": record.number,
                "issued_on": record.issued_on,
                "issuer": record.issuer or (before.issuer if before else ""),
                "type_code": record.type_code or (before.type_code if before else ""),
                "subject": record.title,
                "level": level,
                "reason": reason,
                "period": closing.standing(actors.current(), record.id)[0] or "",
                "version": notes.version if notes else "",
            }
        )
    )


def _protection(notes: StaffNotes | None, before: Previous | None) -> tuple[str, str]:
    """Return the level and reason that the form begins with; what is carried over never opens anything.

    A document whose level somebody set keeps it with its own reason, which another's would contradict.
    """
    own, reason = (notes.own_level, notes.reason) if notes else ("", "")
    is_as_taken_in = own in ("", Level.CONDITIONAL) and not reason
    if before and before.level and is_as_taken_in:
        return before.level, before.reason
    return own or Level.CONDITIONAL.value, reason


def _with_types(form: AnyForm) -> AnyForm:
    form.type_code.choices = forms.choices(((row.code, row.name) for row in documents.types()), none="–")
    offer_periods(form.period, closing.offered(actors.current()))
    return form


def _description(form: DescriptionForm) -> Description:
    return Description(
        subject=form.subject.data or "",
        number=form.number.data or "",
        issued_on=form.issued_on.data,
        issuer=form.issuer.data or "",
        type_code=form.type_code.data or None,
        level=Level(form.level.data),
        reason=form.reason.data or "",
    )


def _version(form: DescriptionForm) -> int:
    return forms.whole(form.version.data)
