"""How days of the week and months are called in the reader's language."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from portal.core.messages.marking import N_

MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
DAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
SHORT = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def names() -> dict[str, list[str]]:
    """Return the names of all months and days, the days also short, from January and Monday on."""
    return {
        "months": [gettext(name) for name in MONTHS],
        "days": [gettext(name) for name in DAYS],
        "short": [gettext(name) for name in SHORT],
    }


def short(day: date) -> str:
    """Return the short name of the day's day of the week."""
    text: str = gettext(SHORT[day.weekday()])
    return text
