"""The numbers of requests: YC ("yêu cầu"), the year in Việt Nam, a count that starts anew each year."""

from __future__ import annotations

from sqlalchemy import text

from portal.core import clock
from portal.core.db import db

# One statement takes the row's lock and raises it, on SQLite and PostgreSQL alike, so two
# requests at the same moment never get the same number and a rolled-back one leaves no gap.
_NEXT = text(
    "INSERT INTO request_year_counts (year, last) VALUES (:year, 1) "
    "ON CONFLICT (year) DO UPDATE SET last = request_year_counts.last + 1 RETURNING last"
)


def next_number() -> str:
    """Return the next number of this year, as YC-2026-000123."""
    year = clock.today().year
    count: int = db.session.execute(_NEXT, {"year": year}).scalar_one()
    return f"YC-{year}-{count:06d}"
