"""A home that holds an archive goes back a migration and forth again, and loses no row."""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path

from alembic.script import ScriptDirectory

from portal.core import schema

REVISIONS = [script.revision for script in ScriptDirectory(str(schema.SCRIPTS)).walk_revisions()]
REQUESTED = ("people", "requests", "request_items", "grants", "copies", "messages")


def count(home: Path) -> list[int]:
    tables = ("nodes", "protections", "batches", "scans", "pages", "page_texts", *REQUESTED)
    with sqlite3.connect(home / "portal.db") as database:
        return [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def broken_references(home: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "portal.db") as database:
        return database.execute("PRAGMA foreign_key_check").fetchall()


def test_what_batches_brought_outlives_the_migration_of_withdrawals(home: Path) -> None:
    url = f"sqlite:///{home / 'portal.db'}"
    before = count(home)
    assert all(before)
    schema.downgrade(url, "0005")
    assert schema.current(url) == "0005"
    assert schema.upgrade(url, home)
    assert count(home) == before


def test_each_step_down_and_up_loses_no_row_and_no_reference(home: Path) -> None:
    url = f"sqlite:///{home / 'portal.db'}"
    before = count(home)
    assert all(before)
    steps = REVISIONS[: REVISIONS.index("0012") + 1]
    for above, below in pairwise(steps):
        schema.downgrade(url, below)
        schema.upgrade(url, home, above)
        assert (schema.current(url), above, count(home)) == (above, above, before)
        assert broken_references(home) == [], above
        schema.downgrade(url, below)
    schema.upgrade(url, home)
    assert (schema.current(url), count(home)) == (schema.newest(), before)
    assert broken_references(home) == []


def test_notices_from_before_clocks_were_kept_can_be_read(home: Path) -> None:
    url = f"sqlite:///{home / 'portal.db'}"
    schema.downgrade(url, "0022")
    with sqlite3.connect(home / "portal.db") as database:
        database.execute("""UPDATE messages SET "values" = json_remove("values", '$.due')""")
    schema.upgrade(url, home)
    with sqlite3.connect(home / "portal.db") as database:
        found = database.execute(
            """SELECT json_extract("values", '$.due') FROM messages WHERE template = 'request_received'"""
        ).fetchall()
    assert found
    assert {due for (due,) in found} == {"…"}
