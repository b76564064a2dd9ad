"""Views of the working calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.blueprints.calendars import months
from portal.blueprints.calendars.forms import YearForm
from portal.core import workdays
from portal.core.db import transaction
from portal.core.workdays import Counted, DayKind, Special
from portal.site import calendar_lines, calendars
from portal.site.calendars import Basis, Published
from portal.web import actors, filters, forms, guards, locale, weeks

blueprint = Blueprint("calendars", __name__, url_prefix="/thiet-lap/lich")

Page = tuple[str, int] | Response

MOST_COUNTED = 60
"""Worked days that are counted on the page: longer than any term of the archive."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A date that somebody wants to see counted."""

    received: str
    days: str
    due: date | None = None
    walked: Sequence[Counted] = ()
    is_wrong: bool = False
    is_provisional: bool = False


@blueprint.get("")
@guards.permission(Permission.MANAGE_SITE)
def overview() -> str:
    """Show which years have a calendar, and count a date by it."""
    actor = actors.current()
    return render_template(
        "calendars/overview.html",
        years=calendars.years(actor),
        is_due=bool(calendars.due(actor)),
        trial=_trial(),
        most=MOST_COUNTED,
    )


@blueprint.route("/<int:year>", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_SITE)
def year(year: int) -> Page:
    """Show the calendar of a year with its versions, show what a change would do, and publish it."""
    actor, preview = actors.current(), None
    versions = calendars.history(actor, year)
    form = YearForm(**_held(year, versions[0] if versions else None))
    if form.is_sent():
        with forms.Refusal(form):
            preview, basis = calendar_lines.read(year, form.days.data or ""), _basis(form)
            if request.form.get("act") != "preview":
                seen = forms.whole(form.seen.data)
                with transaction():
                    number = calendars.publish(actor, year, preview, basis, seen)
                return _published(year, number != seen)
    status = form.status if form.errors or form.refusal else 200
    return render_template("calendars/year.html", form=form, **_shown(year, versions, preview)), status


def _shown(year: int, versions: Sequence[Published], preview: Sequence[Special] | None) -> dict[str, object]:
    """Return what the page of a year shows: the days that hold, or those that are looked at before."""
    now = versions[0].days if versions else []
    days = now if preview is None else preview
    return {
        "year": year,
        "versions": versions,
        "days": days,
        "months": months.of(year, days),
        "names": weeks.names(),
        "is_preview": preview is not None,
        "changes": calendars.compare(now, days),
        "example": _example(year),
        "kinds": [calendar_lines.word(kind, locale.current()) for kind in DayKind],
    }


def _basis(form: YearForm) -> Basis:
    return Basis(form.legal_basis.data or "", form.note.data or "", bool(form.is_expected.data))


def _held(year: int, now: Published | None) -> dict[str, object]:
    """Return what the form begins with: what holds, or what is computed where asked or nothing holds."""
    actor = actors.current()
    is_anew = now is None or "tinh-lai" in request.args
    days = calendars.proposal(actor, year) if is_anew else calendars.draft(actor, year)
    return {
        "days": calendar_lines.written(days, locale.current()),
        "legal_basis": now.basis.legal_basis if now else "",
        "note": now.basis.note if now else "",
        "is_expected": now.basis.is_expected if now else True,
        "seen": now.number if now else 0,
    }


def _example(year: int) -> str:
    """Return how a line is written, in the reader's language."""
    victory = Special(date(year, 4, 30), DayKind.HOLIDAY, "Ngày Chiến thắng", "Reunification Day")
    return calendar_lines.written([victory], locale.current()).strip()


def _trial() -> Trial | None:
    """Count the date that the address asks for; nothing where it asks for none."""
    received, days = (forms.clean(request.args.get(name))[:20] for name in ("nhan", "ngay"))
    if not received and not days:
        return None
    try:
        start = datetime.strptime(received, filters.DAY).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return Trial(received, days, is_wrong=True)
    count = forms.whole(days)
    if not 1 <= count <= MOST_COUNTED or not calendars.FIRST_YEAR <= start.year <= calendars.LAST_YEAR:
        return Trial(received, days, is_wrong=True)
    calendar = workdays.current()
    due = calendar.due(start, count)
    return Trial(
        received,
        days,
        due,
        list(calendar.walk(start, due)),
        is_provisional=calendar.is_provisional(start, due),
    )


def _published(year: int, changed: bool) -> Response:
    flash(
        gettext("Published. Dates are counted by it from now on.")
        if changed
        else gettext("Nothing was changed.")
    )
    return redirect(url_for("calendars.year", year=year))
