"""Take the whole database out into one file and put it back, by the database's own tools.

SQLite copies itself page by page while others go on writing; PostgreSQL has pg_dump and
pg_restore, and this is the one module that may start them.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess  # noqa: TID251 - the one adapter for pg_dump and pg_restore
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url, pool

from portal.core.errors import UnavailableError

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

FILLED_BY_PEOPLE = ("people", "nodes", "blobs")
"""Tables that are empty after the migrations; whoever works with a portal fills one of them."""


def kind(url: str) -> str:
    """Return which database the address names: `sqlite` or `postgresql`."""
    return make_url(url).get_backend_name()


def is_unused(url: str) -> bool:
    """Tell whether nobody has worked in the database yet; it may have its tables."""
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
        return not any(
            connection.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT 1").first()  # noqa: S608 - fixed names
            for table in FILLED_BY_PEOPLE
            if table in present
        )


def dump(url: str, target: Path) -> None:
    """Write the state of one instant into the file, while others go on writing.

    Raises:
        UnavailableError: the database is damaged, or its tool is missing or failed.
    """
    if kind(url) == POSTGRESQL:
        _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        return
    with closing(sqlite3.connect(_file(url))) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        _require_sound(copy)


def load(source: Path, url: str) -> None:
    """Replace what the database holds by the dump, all or nothing.

    Raises:
        UnavailableError: the dump is damaged, or the tool is missing or failed.
    """
    if kind(url) == POSTGRESQL:
        options = ("--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction")
        _run(url, "pg_restore", *options, str(source))
        return
    with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(_file(url))) as target:
        _require_sound(copy)
        copy.backup(target)


def _require_sound(connection: sqlite3.Connection) -> None:
    try:
        answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise UnavailableError("database_damaged") from error
    if answer != "ok":
        raise UnavailableError("database_damaged")


def _file(url: str) -> str:
    name = make_url(url).database
    if not name:
        raise UnavailableError("database_damaged")
    return name


def _run(url: str, tool: str, *options: str) -> None:
    """Start a PostgreSQL tool; the password goes by the environment, which other users cannot read."""
    address = make_url(url)
    plain = address.set(drivername=POSTGRESQL, password=None).render_as_string()
    environment = {**os.environ, "PGPASSWORD": str(address.password or "")}
    command = [tool, f"--dbname={plain}", *options]
    try:
        answer = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise UnavailableError("tool_missing", tool=tool) from None
    if answer.returncode != 0:
        raise UnavailableError("tool_failed", tool=tool)
