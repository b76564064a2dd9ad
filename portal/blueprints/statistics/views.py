"""Views of how the search is used."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from portal.accounts.roles import Permission
from portal.blueprints.statistics import drawing, periods, requests
from portal.catalogue.usage import figures, keeping
from portal.web import actors, guards, tables

blueprint = Blueprint("statistics", __name__, url_prefix="/thong-ke")
requests.register(blueprint)


@blueprint.get("/tim-kiem")
@guards.permission(Permission.ARRANGE)
def searches() -> str:
    """Show the searches of a period, and what they did not find."""
    actor, period = actors.current(), periods.read(request.args.get("ky"))
    days = figures.by_day(actor, period.first, period.last)
    lines = figures.by_month(days) if period.is_by_month else days
    return render_template(
        "statistics/searches.html",
        period=period,
        offered=[periods.read(key) for key in (periods.DAYS, periods.MONTHS)],
        lines=lines,
        whole=figures.total(period.first, lines),
        misses=figures.misses(actor, period.first, period.last),
        most_misses=figures.MOST_MISSES,
        least=keeping.least_times(),
        since=keeping.oldest_day(),
        bars=drawing.bars(period.steps, lines),
        width=drawing.width(period.steps),
        key_of=periods.key_of,
    )


@blueprint.get("/tim-kiem.csv")
@guards.permission(Permission.ARRANGE)
def searches_table() -> Response:
    """Hand out the counts of a period by day."""
    period = periods.read(request.args.get("ky"))
    days = figures.by_day(actors.current(), period.first, period.last)
    names = columns()
    rows = ((day.first.isoformat(), *(day[name] for name, _ in names)) for day in days)
    return tables.file("thong-ke-tim-kiem.csv", [gettext("Day"), *(words for _, words in names)], rows)


@blueprint.get("/tim-khong-thay.csv")
@guards.permission(Permission.ARRANGE)
def misses_table() -> Response:
    """Hand out what was searched for in a period and found nothing."""
    period = periods.read(request.args.get("ky"))
    rows = figures.misses(actors.current(), period.first, period.last)
    heading = [gettext("What was typed"), gettext("Times"), gettext("Days"), gettext("Last on")]
    return tables.file(
        "tim-khong-thay.csv",
        heading,
        ((row.text, row.times, row.days, row.last.isoformat()) for row in rows),
    )


@blueprint.app_template_global("counts_of_searches")
def columns() -> list[tuple[str, str]]:
    """Return what is counted: the name of each count, and its words."""
    return [
        ("times", gettext("Searches")),
        ("none", gettext("Found nothing")),
        ("few", gettext("1–10 results")),
        ("some", gettext("11–100 results")),
        ("many", gettext("More than 100 results")),
        ("page", gettext("On the page of results")),
        ("api", gettext("By programs (API)")),
        ("feed", gettext("As a feed (RSS)")),
        ("table", gettext("As a table (CSV)")),
        ("by_place", gettext("Within a fonds, file or document")),
        ("by_years", gettext("By years")),
        ("by_type", gettext("By type of document")),
        ("by_issuer", gettext("By who issued it")),
        ("by_access", gettext("By access")),
        ("by_language", gettext("By language")),
        ("by_order", gettext("In another order")),
        ("by_marks", gettext("With exact marks")),
        ("repaired", gettext("Broken queries that were mended")),
        ("renamed", gettext("Searched under other names too")),
        ("cut", gettext("Ended by the time limit")),
    ]
