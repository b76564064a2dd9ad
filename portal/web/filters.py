"""How dates, times and numbers are written: dd/mm/yyyy, Việt Nam's time, 1.204."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext

from portal.core import clock
from portal.core.partial import PartialDate
from portal.web import actors, locale, weeks

DAY = "%d/%m/%Y"


def day(value: date | PartialDate | None) -> str:
    """Write a day as dd/mm/yyyy; an instant by its day in Việt Nam; a partial date as far as it is known."""
    if value is None:
        return ""
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, datetime):
        value = value.astimezone(clock.LOCAL)
    return value.strftime(DAY)


def weekday(value: date) -> str:
    """Write a day with its day of the week before it: T2, 09/02/2026."""
    return f"{weeks.short(value)}, {day(value)}"


def years(first: date | None, last: date | None) -> str:
    """Write a span as years: 1990–2004; where one end is open, the other in words."""
    return _span(str(first.year) if first else "", str(last.year) if last else "")


def days(first: date | None, last: date | None) -> str:
    """Write a span as days, as `years` does."""
    return _span(day(first), day(last))


def _span(first: str, last: str) -> str:
    if first and last:
        return f"{first}–{last}"
    if not (first or last):
        return ""
    words: str = gettext("from %(start)s", start=first) if first else gettext("until %(end)s", end=last)
    return words


def pages_of(first: int | None, last: int | None) -> str:
    """Write a range of pages; without one, that it is the whole record."""
    if first is None or last is None:
        words = gettext("The whole record")
    elif first == last:
        words = gettext("Page %(number)s", number=number(first))
    else:
        words = gettext("Pages %(first)s–%(last)s", first=number(first), last=number(last))
    return str(words)


def moment(value: datetime | None) -> str:
    """Write an instant as dd/mm/yyyy HH:MM in Việt Nam's time."""
    return "" if value is None else value.astimezone(clock.LOCAL).strftime(f"{DAY} %H:%M")


def month(value: date) -> str:
    """Write a month as 11/2026, in English as November 2026."""
    if locale.current() == locale.VIETNAMESE:
        return value.strftime("%m/%Y")
    return str(format_date(value, "MMMM yyyy", locale="en"))


def number(value: float | Decimal) -> str:
    """Write a number as the reader's language groups it: 1.204 in Vietnamese."""
    return _grouped(value, locale.current())


@lru_cache(maxsize=4_096)
def _grouped(value: float | Decimal, language: str) -> str:
    """Write a number; a page of results has dozens, mostly small ones that come again."""
    text: str = format_decimal(value, locale=language)
    return text


def metres(millimetres: int | None) -> str:
    """Write a length given in millimetres as metres: 12,5 in Vietnamese, 12.5 in English."""
    return "" if millimetres is None else number(Decimal(millimetres) / 1000)


def size(value: int) -> str:
    """Write a number of bytes as KB or MB, as far as people want to know it."""
    if value < 1024 * 1024:
        return f"{number(max(1, round(value / 1024)))} KB"
    return f"{number(round(Decimal(value) / (1024 * 1024), 1))} MB"


def percent(value: float | None) -> str:
    """Write a confidence of 0–100 as a whole number."""
    return "" if value is None else f"{round(value)} %"


def init_app(app: Flask) -> None:
    """Give templates the formats and the actor."""
    app.jinja_env.filters.update(
        day=day, weekday=weekday, moment=moment, number=number, metres=metres, percent=percent, size=size
    )
    app.jinja_env.globals.update(years=years, days=days, pages_of=pages_of)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_known)


def _known() -> dict[str, object]:
    return {"actor": actors.current()}
