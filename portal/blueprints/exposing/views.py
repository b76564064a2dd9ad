"""Views of reports: the form that anybody can send, and the queue of the staff."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import exposure_views, exposures, rulebook
from portal.access.exposures import Report
from portal.access.terms import TermKind
from portal.accounts.roles import Permission
from portal.blueprints.exposing.forms import AnswerForm, ReportForm
from portal.catalogue import records
from portal.core import ids
from portal.core.db import transaction
from portal.core.errors import TooManyError
from portal.core.paging import Paging
from portal.web import actors, forms, guards, locale

blueprint = Blueprint("exposing", __name__)

Page = Response | tuple[str, int]


@blueprint.route("/bao-cao/<id:record_id>", methods=["GET", "POST"])
@guards.public
def report(record_id: str) -> Page:
    """Take a report about a record or one of its pages."""
    actor = actors.current()
    record = records.show(actor, record_id)
    form = ReportForm()
    form.term.choices = forms.choices(_kinds())
    page_id = request.args.get("trang", "")
    if form.is_sent():
        with forms.Refusal(form, TooManyError):
            given = Report(
                text=form.text.data or "",
                term_id=form.term.data or "",
                page_id=page_id if ids.is_id(page_id) else "",
                email=form.email.data or "",
                locale=locale.current(),
            )
            with transaction():
                exposures.report(actor, record_id, given, request.remote_addr or "")
            return redirect(url_for("exposing.thanks"))
    page = next((one for one in record.pages if one.id == page_id), None)
    return render_template("exposing/report.html", record=record, page=page, form=form), form.status


@blueprint.get("/bao-cao/da-nhan")
@guards.public
def thanks() -> str:
    """Say what happens next."""
    return render_template("exposing/thanks.html")


@blueprint.get("/xu-ly/bao-cao")
@guards.permission(Permission.HANDLE)
def queue() -> str:
    """List the reports that wait, or with `xong` those that are answered."""
    is_over = bool(request.args.get("xong"))
    paging = Paging.read(request.args.get("page"))
    listing = exposure_views.waiting(actors.current(), paging, is_over=is_over)
    return render_template("exposing/queue.html", listing=listing, is_over=is_over)


@blueprint.get("/xu-ly/bao-cao/<id:exposure_id>")
@guards.permission(Permission.HANDLE)
def one(exposure_id: str) -> Page:
    """Show a report with what can be done."""
    return _shown(exposure_id, AnswerForm())


@blueprint.post("/xu-ly/bao-cao/<id:exposure_id>/an")
@guards.permission(Permission.HANDLE)
def hide(exposure_id: str) -> Response:
    """Withhold the record at once."""
    return _done(
        exposure_id,
        lambda: exposures.hide(actors.current(), exposure_id),
        gettext("The record is hidden. Nobody but the staff learns that it exists."),
    )


@blueprint.post("/xu-ly/bao-cao/<id:exposure_id>/mo-lai")
@guards.permission(Permission.HANDLE)
def open_again(exposure_id: str) -> Response:
    """Give the record its level back, as the second person."""
    return _done(
        exposure_id,
        lambda: exposures.open_again(actors.current(), exposure_id),
        gettext("The record has the level again that it had before."),
    )


@blueprint.post("/xu-ly/bao-cao/<id:exposure_id>/lam-lai")
@guards.permission(Permission.HANDLE)
def reopen(exposure_id: str) -> Response:
    """Work on an answered report again."""
    return _done(
        exposure_id, lambda: exposures.reopen(actors.current(), exposure_id), gettext("It waits again.")
    )


@blueprint.post("/xu-ly/bao-cao/<id:exposure_id>/tra-loi")
@guards.permission(Permission.HANDLE)
def answer(exposure_id: str) -> Page:
    """Answer a report."""
    form = AnswerForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                exposures.answer(actors.current(), exposure_id, form.answer.data or "")
            flash(gettext("Answered."))
            return redirect(url_for("exposing.queue"))
    return _shown(exposure_id, form)


def _shown(exposure_id: str, form: AnswerForm) -> Page:
    shown = exposure_views.show(actors.current(), exposure_id)
    return render_template("exposing/one.html", shown=shown, form=form), form.status


def _done(exposure_id: str, verb: Callable[[], None], said: str) -> Response:
    with transaction():
        verb()
    flash(said)
    return redirect(url_for("exposing.one", exposure_id=exposure_id))


def _kinds() -> list[tuple[str, str]]:
    is_vietnamese = locale.current() == locale.VIETNAMESE
    terms = rulebook.terms(TermKind.TAKEDOWN)
    return [(term.id, term.name_vi if is_vietnamese else term.name_en) for term in terms]
