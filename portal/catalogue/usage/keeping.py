"""Forget what is over: texts of past days that few asked for, and everything past its time.

Who looks at one day's texts and knows who was there could guess whose they were; what several
asked for in the same words says nothing of any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import ColumnElement, and_, delete, exists
from sqlalchemy.orm import aliased

from portal.catalogue.usage.models import SearchCount, SearchMiss
from portal.core import clock, dated
from portal.core.db import db
from portal.jobs.handlers import Claim

JOB = "search.forget"
EVERY_SECONDS = 900
"""A text that is to go outlives its day by a quarter of an hour at most."""


def tidy(_claim: Claim) -> Callable[[], None]:
    """Forget what is over, as periodic work."""
    return forget


def forget() -> None:
    """Delete texts of past days that were asked for too rarely, and rows past their time."""
    today, least = clock.today(), least_times()
    known = aliased(SearchMiss)
    was_kept = exists().where(and_(known.text == SearchMiss.text, known.day < today, known.times >= least))
    _delete(SearchMiss, SearchMiss.day < today, SearchMiss.times < least, ~was_kept)
    first = oldest_day()
    _delete(SearchMiss, SearchMiss.day < first)
    _delete(SearchCount, SearchCount.day < first)


def least_times() -> int:
    """Return how often a text has to be asked within one day to be kept and shown."""
    return int(dated.value(dated.SEARCH_TEXT_TIMES))


def oldest_day() -> date:
    """Return the first day of which anything is kept: the first of a month."""
    today = clock.today()
    months = today.year * 12 + today.month - 1 - int(dated.value(dated.SEARCH_COUNT_MONTHS))
    return date(months // 12, months % 12 + 1, 1)


def _delete(model: type[SearchMiss] | type[SearchCount], *where: ColumnElement[bool]) -> None:
    db.session.execute(delete(model).where(*where).execution_options(synchronize_session=False))
