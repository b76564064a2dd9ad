"""A home that holds an archive goes back a migration and forth again, and loses no row."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from portal.core import schema


def count(home: Path) -> list[int]:
    tables = ("nodes", "protections", "batches", "scans", "pages", "page_texts")
    with sqlite3.connect(home / "portal.db") as database:
        return [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def test_what_batches_brought_outlives_the_migration_of_withdrawals(home: Path) -> None:
    url = f"sqlite:///{home / 'portal.db'}"
    before = count(home)
    assert all(before)
    schema.downgrade(url, "0005")
    assert schema.current(url) == "0005"
    assert schema.upgrade(url, home)
    assert count(home) == before
