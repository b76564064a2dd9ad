"""Closure periods among the rules: add one, give it other years from a day on, let it end."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import period_making, rulebook
from portal.access.period_making import Years
from portal.access.terms import Standing
from portal.accounts.roles import Permission
from portal.blueprints.rules.forms import ClosureForm, EndForm
from portal.core.db import transaction
from portal.web import actors, forms, guards

Page = tuple[str, int] | Response

FIELDS = ("code", "name_vi", "name_en", "years", "counted_from", "by_year", "legal_basis")


def register(blueprint: Blueprint) -> None:
    """Add the views of closure periods to the area."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/thoi-han-dong/moi", "new_closure", new_closure, methods=both)
    blueprint.add_url_rule("/thoi-han-dong/<id:period_id>", "closure", closure, methods=both)


@guards.permission(Permission.MANAGE_SITE)
def new_closure() -> Page:
    """Add a period, or the next row of one that the address names."""
    actor, before = actors.current(), request.args.get("tu")
    row = period_making.history(actor, before)[0] if before else None
    form = ClosureForm(data={name: getattr(row, name) for name in FIELDS} if row else {})
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                period_making.add(actor, Years(**form.data))
            return _done()
    return render_template("rules/new_closure.html", form=form, is_next=row is not None), form.status


@guards.permission(Permission.MANAGE_SITE)
def closure(period_id: str) -> Page:
    """Show a period with all its rows, and let it end."""
    actor = actors.current()
    rows = period_making.history(actor, period_id)
    row = next(one for one in rows if one.id == period_id)
    form = EndForm(data={"last_day": row.valid_to})
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                period_making.end(actor, period_id, form.last_day.data)
            return _done()
    return render_template(
        "rules/closure.html",
        form=form,
        row=row,
        rows=rows,
        standing=rulebook.standing,
        can_end=rulebook.standing(row) in (Standing.HOLDS, Standing.TO_COME),
    ), form.status


def _done() -> Response:
    flash(gettext("Saved."))
    return redirect(url_for("rules.overview", _anchor="closures"))
