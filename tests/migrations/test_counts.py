"""Searches are counted on both databases by the same verb."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, pool, text

from portal.catalogue.usage import counting
from portal.catalogue.usage.counting import Search, Size, Surface
from portal.core import schema
from portal.core.db import aside

SEARCH = Search(date(2026, 3, 10), Surface.PAGE, Size.NONE, frozenset({"by_years"}), "kinh dao")


def test_a_search_is_added_to_what_was_counted_before(database_url: str, tmp_path: Path) -> None:
    schema.upgrade(database_url, tmp_path)
    engine = create_engine(database_url, poolclass=pool.NullPool)
    for _ in range(3):
        with aside(engine) as connection:
            counting.write(connection, SEARCH)
    with engine.connect() as connection:
        counts = connection.execute(text("SELECT times, by_years, by_place FROM search_counts")).all()
        texts = connection.execute(text("SELECT text, times FROM search_misses")).all()
    assert [tuple(row) for row in counts] == [(3, 3, 0)]
    assert [tuple(row) for row in texts] == [("kinh dao", 3)]
