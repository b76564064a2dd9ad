"""Refusals whose day of review has come: the queue, and what is decided of each."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.access import reviewing
from portal.accounts.roles import Permission
from portal.core.db import transaction
from portal.core.paging import Paging
from portal.web import actors, forms, guards, texts

Page = tuple[str, int] | Response

DONE = "review_is_done"
"""Somebody was faster: there is nothing left to show."""


class KeepForm(forms.PortalForm):
    """Why a record stays closed, and when that is looked at next."""

    review_on = forms.DayField(_l("Looked at again on"))
    reason = forms.area(_l("Why it stays closed (the requester reads it)"), 2000, render_kw={"rows": 4})


class OpenForm(forms.PortalForm):
    """Why a record is opened."""

    opening_reason = forms.line(_l("Why it is opened (for the staff)"), 500)


def register(blueprint: Blueprint) -> None:
    """Add the views of reviews to the area."""
    blueprint.add_url_rule("/xem-lai", "reviews", reviews, methods=["GET"])
    blueprint.add_url_rule("/xem-lai/<id:item_id>", "review", review, methods=["GET", "POST"])
    blueprint.add_url_rule("/xem-lai/<id:item_id>/mo", "open_refused", open_refused, methods=["POST"])


@guards.permission(Permission.HANDLE)
def reviews() -> str:
    """List the refusals whose day of review has come, the oldest day first."""
    listing = reviewing.waiting(actors.current(), Paging.read(request.args.get("page")))
    return render_template("handling/reviews.html", listing=listing)


@guards.permission(Permission.HANDLE)
def review(item_id: str) -> Page:
    """Show a refusal that waits, and write down that the record stays closed."""
    form = KeepForm()
    if form.is_sent():
        with forms.Refusal(form) as refusal:
            with transaction():
                reviewing.keep_closed(actors.current(), item_id, form.review_on.data, form.reason.data or "")
            return _done(gettext("It is written down and the requester is told."))
        if refusal.code == DONE:
            return _done(texts.message(DONE))
    return _shown(item_id, form, None), form.status


@guards.permission(Permission.HANDLE)
def open_refused(item_id: str) -> Page:
    """Open the record to everybody."""
    form = OpenForm()
    if form.is_sent():
        with forms.Refusal(form) as refusal:
            with transaction():
                reviewing.open_record(actors.current(), item_id, form.opening_reason.data or "")
            return _done(gettext("The record is open to everybody, and who was refused it is told."))
        if refusal.code == DONE:
            return _done(texts.message(DONE))
    return _shown(item_id, None, form), form.status


def _done(words: str) -> Response:
    flash(words)
    return redirect(url_for("handling.reviews"))


def _shown(item_id: str, keeping: KeepForm | None, opening: OpenForm | None) -> str:
    return render_template(
        "handling/review.html",
        case=reviewing.show(actors.current(), item_id),
        keeping=keeping or KeepForm(),
        opening=opening or OpenForm(),
        sent=keeping or opening,
    )
