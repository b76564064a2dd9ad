"""Count a search: what is kept of it, and the one small write.

What is kept of a search is numbers. Its text is kept only where it found nothing in the whole
archive, stood in the field of the page (a program asks again and again for one person) and was
typed by nobody of the staff, who know what readers may not; and only without what looks like a
number of a person. Which texts outlive the day says `keeping`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Date, String, and_, exists, func, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.actors import Actor
from portal.catalogue.finding import Found
from portal.catalogue.usage.models import LONGEST_TEXT, SearchCount, SearchMiss
from portal.core import clock
from portal.search import analysis, reader

MOST_TEXTS = 5_000
"""Texts of one day that are kept at most, so that nobody fills the disk by asking."""


class Surface(StrEnum):
    """Where a search came from."""

    PAGE = "page"
    API = "api"
    FEED = "feed"
    TABLE = "table"


class Size(StrEnum):
    """How many documents were found."""

    NONE = "none"
    FEW = "few"
    """1 to 10."""
    SOME = "some"
    """11 to 100."""
    MANY = "many"


class Narrowing(StrEnum):
    """What a search was narrowed or sorted by; each is the name of a column."""

    PLACE = "by_place"
    TYPE = "by_type"
    ISSUER = "by_issuer"
    ACCESS = "by_access"
    LANGUAGE = "by_language"
    YEARS = "by_years"
    ORDER = "by_order"
    MARKS = "by_marks"


@dataclass(frozen=True, slots=True)
class Search:
    """What is kept of one search."""

    day: date
    surface: Surface
    size: Size
    marks: frozenset[str]
    """Columns of `SearchCount` that count it beside `times`."""
    text: str = ""
    """Empty where it is not kept."""


def of(actor: Actor, surface: Surface, text: str, narrowings: frozenset[Narrowing], found: Found) -> Search:
    """Return what is kept of a search."""
    facts = {"repaired": bool(found.repairs), "renamed": bool(found.also), "cut": found.is_cut}
    marks = {name for name, is_so in facts.items() if is_so} | {one.value for one in narrowings}
    is_miss = surface is Surface.PAGE and not (found.total or found.is_cut or narrowings)
    told = kept_text(text) if is_miss and not actor.is_staff else ""
    return Search(clock.today(), surface, _size(found.total), frozenset(marks), told)


def kept_text(text: str) -> str:
    """Return the folded words of a plain query; empty where they could name a person by number or address."""
    text = analysis.compose(text)
    if _PERSONAL.search(text) or not reader.read(text).is_plain:
        return ""
    words = " ".join(analysis.folded_words(text))
    if len(words) <= LONGEST_TEXT:
        return words
    return words[: LONGEST_TEXT + 1].rpartition(" ")[0] or words[:LONGEST_TEXT]


_PERSONAL = re.compile(r"\d(?:[\s.,()+-]{0,2}\d){8,}|@|＠")
"""Nine digits or more, however they are grouped, as telephone and identity numbers have; mail addresses."""


def write(connection: Connection, search: Search) -> None:
    """Add a search to the counts of its day.

    Raises:
        SQLAlchemyError: the database does not take it now.
    """
    columns = ("times", *sorted(search.marks))
    insert = _insert(connection, SearchCount)
    keys = {"day": search.day, "surface": search.surface.value, "size": search.size.value}
    connection.execute(
        insert.values(**keys, **{name: int(name in columns) for name in COUNTED}).on_conflict_do_update(
            index_elements=list(keys), set_={name: getattr(SearchCount, name) + 1 for name in columns}
        )
    )
    if search.text:
        _write_text(connection, search.day, search.text)


COUNTED = ("times", "repaired", "renamed", "cut", *(one.value for one in Narrowing))
"""Columns of `SearchCount` that are numbers."""


def _write_text(connection: Connection, day: date, text: str) -> None:
    is_there = exists().where(and_(SearchMiss.day == day, SearchMiss.text == text))
    texts = select(func.count()).where(SearchMiss.day == day).scalar_subquery()
    row = select(literal(day, Date), literal(text, String), literal(1)).where(
        or_(is_there, texts < MOST_TEXTS)
    )
    connection.execute(
        _insert(connection, SearchMiss)
        .from_select(["day", "text", "times"], row)
        .on_conflict_do_update(index_elements=["day", "text"], set_={"times": SearchMiss.times + 1})
    )


def _insert(connection: Connection, model: Any) -> Any:
    """Return an insert that may become an update, in the words of the database."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(model)


def _size(total: int) -> Size:
    if total > 100:
        return Size.MANY
    if total > 10:
        return Size.SOME
    return Size.FEW if total else Size.NONE
