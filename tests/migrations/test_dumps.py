"""A database goes out into a file and comes back the same, on both kinds."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, pool, text

from portal.core import schema
from portal.core.errors import UnavailableError
from portal.storage import dumps

INSERT = text(
    "INSERT INTO people (id, email, name, role, session_epoch, locale, is_demo, created_at)"
    " VALUES ('0000000001', 'lan@example.org', 'Đặng Thị Lan', 'citizen', 0, 'vi', false, '2026-01-01')"
)


def test_what_was_dumped_comes_back_and_what_came_later_does_not(database_url: str, tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    schema.upgrade(database_url, tmp_path)
    assert dumps.is_unused(database_url)
    _execute(database_url, "INSERT")
    dumps.dump(database_url, dump)
    assert not dumps.is_unused(database_url)
    _execute(database_url, "DELETE FROM people")
    dumps.load(dump, database_url)
    assert _names(database_url) == ["Đặng Thị Lan"]
    assert schema.current(database_url) == schema.newest()


def test_a_dump_that_is_none_is_refused_and_changes_nothing(database_url: str, tmp_path: Path) -> None:
    schema.upgrade(database_url, tmp_path)
    _execute(database_url, "INSERT")
    wrong = tmp_path / "dump"
    wrong.write_bytes(b"SQLite format 3\x00" + b"\x01" * 5000)
    with pytest.raises(UnavailableError):
        dumps.load(wrong, database_url)
    assert _names(database_url) == ["Đặng Thị Lan"]


def _execute(url: str, statement: str) -> None:
    with create_engine(url, poolclass=pool.NullPool).begin() as connection:
        connection.execute(INSERT if statement == "INSERT" else text(statement))


def _names(url: str) -> list[str]:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        return list(connection.scalars(text("SELECT name FROM people")))
