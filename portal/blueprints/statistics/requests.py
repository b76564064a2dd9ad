"""Views of how requests are served: by month, kind and outcome, as bars, tables and a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from portal.access import rulebook, tallies
from portal.access.tallies import Tally
from portal.accounts.roles import Permission
from portal.core import clock
from portal.web import actors, filters, guards, labels, locale, tables, texts

HIGHEST = 60
STEP = 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the drawing, in its units."""

    left: int
    height: int
    late: int


def register(blueprint: Blueprint) -> None:
    """Add these views to the area."""
    blueprint.add_url_rule("/yeu-cau", "requests", served, methods=["GET"])
    blueprint.add_url_rule("/yeu-cau.csv", "requests_table", table, methods=["GET"])


@guards.permission(Permission.HANDLE)
def served() -> str:
    """Show the requests of a year in numbers."""
    actor = actors.current()
    found = tallies.of_year(actor, _year())
    return render_template(
        "statistics/requests.html",
        found=found,
        years=tallies.years(actor),
        bars=list(_bars(found.months)),
        width=STEP * 12,
        name_of={
            **_names(),
            **{one.key: filters.month(date.fromisoformat(f"{one.key}-01")) for one in found.months},
        },
    )


@guards.permission(Permission.HANDLE)
def table() -> Response:
    """Hand out the same as a table."""
    found, name_of = tallies.of_year(actors.current(), _year()), _names()
    parts = (
        (gettext("Month"), found.months),
        (gettext("Kind of service"), found.kinds),
        (gettext("What came of it"), found.outcomes),
    )
    return tables.file(
        f"yeu-cau-{found.year}.csv",
        [gettext("Counted by"), gettext("Which"), *(words for _name, words in columns())],
        (
            (part, name_of.get(one.key, one.key), *(_cell(one, name) for name, _words in columns()))
            for part, several in parts
            for one in several
        ),
    )


def columns() -> list[tuple[str, str]]:
    """Return what is counted: the name of each count, and its words."""
    return [
        ("came", gettext("Came in")),
        ("ended", gettext("Finished")),
        ("late", gettext("Late")),
        ("late_share", gettext("Late, per cent")),
        ("median_days", gettext("Working days, half of them within")),
        ("most_days", gettext("Working days, nine of ten within")),
        ("median_own", gettext("Without waiting for readers, half of them within")),
        ("most_own", gettext("Without waiting for readers, nine of ten within")),
    ]


def _cell(one: Tally, name: str) -> object:
    value = getattr(one, name)
    return "" if value is None else round(value, 1)


def _year() -> int:
    text, this = request.args.get("nam", ""), clock.today().year
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this
    return asked if tallies.EARLIEST <= asked <= this else this


def _names() -> dict[str, str]:
    """Return the words for kinds and outcomes."""
    is_vietnamese = locale.current() == locale.VIETNAMESE
    kinds = {row.code: row.name_vi if is_vietnamese else row.name_en for row in rulebook.services()}
    outcomes = {one: texts.label(one, "resolution") for one in labels.RESOLUTIONS}
    return {
        **kinds,
        **outcomes,
        tallies.UNKNOWN: gettext("From before clocks were kept"),
        tallies.OPEN: gettext("Still open"),
    }


def _bars(months: Sequence[Tally]) -> Iterator[Bar]:
    most = max((one.came for one in months), default=0) or 1
    for place, one in enumerate(months):
        yield Bar(place * STEP + 2, round(HIGHEST * one.came / most), round(HIGHEST * one.late / most))
