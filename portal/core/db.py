"""The database session, the one way to write, and column types.

Reads run in whatever transaction the session has. Every write goes through
`transaction()`, which on SQLite begins IMMEDIATE: a transaction that begins by
reading and then writes fails at once with "database is locked" when another process
wrote in between, whatever the busy time-out says.
"""

from __future__ import annotations

import logging
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData, String, TypeDecorator, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Float

from portal.core import traces
from portal.core.errors import FullError, UnavailableError

log = logging.getLogger(__name__)

BUSY_MILLISECONDS = 20_000
HURRIED_MILLISECONDS = 250
DISK_FULL = "53100"
"""What PostgreSQL calls a full disk (class 53 of its error codes)."""

Hook = Callable[[], None]


class Base(DeclarativeBase):
    """The mother of all models; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(metadata=Base.metadata)


class Instant(TypeDecorator[datetime]):
    """An aware instant. SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


class Text(TypeDecorator[str]):
    """Text as the archive keeps it: NFC always, whatever keyboard or file system it came from."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else unicodedata.normalize("NFC", value).replace("\x00", "")


class database_seconds(GenericFunction[float]):  # noqa: N801 - reads as an SQL function
    """Seconds since 1970 by the database's clock, the only one that leases compare."""

    type = Float()
    inherit_cache = True


@compiles(database_seconds, "sqlite")
def _sqlite_seconds(element: Any, compiler: Any, **options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(database_seconds, "postgresql")
def _postgresql_seconds(element: Any, compiler: Any, **options: Any) -> str:
    return "extract(epoch from clock_timestamp())::float8"


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Take over BEGIN from the driver and set what durability asks (see docs/adr/0003)."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    _set(connection, BUSY_MILLISECONDS, "FULL")
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is written over with zeros at once, so that no freed page keeps words of it.
    cursor.execute("PRAGMA secure_delete = ON")
    # LIKE on a path prefix then uses the index; folding case is search's business.
    cursor.execute("PRAGMA case_sensitive_like = ON")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """Write once: commit at the end, roll back on any error, then run the commit hooks.

    An inner `transaction()` joins the outer one. What was read before is forgotten and
    read anew inside, so decisions are made on what is true while the lock is held.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    session.rollback()
    session.connection(execution_options={"writes": True})
    session.info["writing"] = True
    hooks: list[Hook] = []
    session.info["hooks"] = hooks
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False
        session.info.pop("hooks", None)
    _run(hooks)


@contextmanager
def aside(engine: Engine) -> Iterator[Connection]:
    """Write a note that may be lost, on a connection of its own, beside whatever the session does.

    It waits a quarter of a second for its turn at most, and never for the disk.

    Raises:
        SQLAlchemyError: somebody else writes, or the database cannot be reached.
    """
    with engine.connect().execution_options(writes=True) as connection:
        # Both settings of SQLite are the connection's, and have to stand before its transaction begins.
        raw = connection.connection.dbapi_connection
        is_sqlite = isinstance(raw, sqlite3.Connection)
        if is_sqlite:
            _set(raw, HURRIED_MILLISECONDS, "NORMAL")
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {HURRIED_MILLISECONDS}")
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                yield connection
        finally:
            if is_sqlite:
                _set(raw, BUSY_MILLISECONDS, "FULL")


def trouble(error: OperationalError) -> UnavailableError:
    """Return in our own words why the database did not take something: the disk is full, or it is away."""
    cause = error.orig
    code = getattr(cause, "sqlite_errorcode", None)
    is_full = code == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", None) == DISK_FULL
    return FullError("disk_full") if is_full else UnavailableError("database_away")


def on_commit(hook: Hook) -> None:
    """Run the hook once after the present transaction has committed; never if it rolls back.

    A hook is a hint (ring a doorbell, drop a cache). What must happen is a row.
    """
    hooks = db.session().info.get("hooks")
    if hooks is None:
        raise RuntimeError("on_commit outside transaction()")
    if hook not in hooks:
        hooks.append(hook)


def end_reading() -> None:
    """Give the read transaction back, so that a long wait does not hold the write-ahead log."""
    db.session.rollback()


def let_go() -> None:
    """Close the session and all connections of this process, so that a copy of it shares none."""
    db.session.remove()
    db.engine.dispose()


def rewrite(most_bytes: int) -> bool:
    """Write a SQLite file anew without its freed places, unless it is larger; outside of a transaction.

    False where somebody wrote meanwhile, so that it has to be tried again.
    """
    end_reading()
    if db.engine.dialect.name != "sqlite":
        return True
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    try:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        if pages * cursor.execute("PRAGMA page_size").fetchone()[0] <= most_bytes:
            cursor.execute("VACUUM")
    except sqlite3.OperationalError:
        return False
    finally:
        cursor.close()
        connection.close()
    return True


def empty_log() -> bool:
    """Write the write-ahead log of SQLite into the database and empty it; outside of a transaction.

    False where somebody still reads what was before, so that it has to be tried again. PostgreSQL keeps its
    log by itself: there is nothing to do, and the answer is True.
    """
    end_reading()
    if db.engine.dialect.name != "sqlite":
        return True
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        is_busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.close()
    finally:
        connection.close()
    return not is_busy


def _set(connection: Any, busy_milliseconds: int, synchronous: str) -> None:
    """Set how long a connection of SQLite waits for its turn, and whether it waits for the disk."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {busy_milliseconds}")
    cursor.execute(f"PRAGMA synchronous = {synchronous}")
    cursor.close()


def _run(hooks: list[Hook]) -> None:
    for hook in hooks:
        try:
            hook()
        except Exception as error:  # noqa: BLE001 - whatever a hook does, what was written stands
            log.error("a commit hook failed; its rows stand and a later run repairs it: %s", traces.of(error))
