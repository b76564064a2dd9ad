"""Bring a database to the newest migration, or back.

Alembic is loaded where something is to be migrated: hardly any start has that to do, and it takes a
twentieth of one.
"""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, inspect, make_url, pool, text

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"

OWN_TABLE = "alembic_version"
"""Where Alembic notes the revision of a database."""


def upgrade(url: str, home: Path, revision: str = "head") -> bool:
    """Migrate the database up; tell whether anything had to be done.

    One process at a time (a lock file in the home); a SQLite database that holds
    something is copied beside itself first.
    """
    with _alone(home):
        _keep_private(url)
        now = current(url)
        if now is not None and now == newest():
            return False
        if now is not None:
            _copy_aside(url, now)
        from alembic import command  # noqa: PLC0415

        command.upgrade(_config(url), revision)
        return True


def downgrade(url: str, revision: str = "base") -> None:
    """Migrate the database down to the revision."""
    from alembic import command  # noqa: PLC0415

    command.downgrade(_config(url), revision)


def current(url: str) -> str | None:
    """Return the revision that the database is at, None where it is empty."""
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        if not inspect(connection).has_table(OWN_TABLE):
            return None
        revision: str | None = connection.scalar(text(f"SELECT version_num FROM {OWN_TABLE}"))  # noqa: S608
        return revision


@cache
def revisions() -> frozenset[str]:
    """Return the revisions that the code knows: the name of each script begins with its own."""
    return frozenset(script.name.split("_")[0] for script in (SCRIPTS / "versions").glob("[0-9]*.py"))


def newest() -> str:
    """Return the newest revision that the code knows: the highest, to which a test holds us."""
    return max(revisions())


def _config(url: str) -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _keep_private(url: str) -> None:
    """Let nobody but the owner read a SQLite file, which holds the text of closed pages.

    SQLite gives the files beside it the same mode.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return
    os.close(os.open(parsed.database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    for path in (Path(parsed.database + ending) for ending in ("", "-wal", "-shm")):
        if path.exists() and path.stat().st_mode & 0o077:
            path.chmod(0o600)


def _copy_aside(url: str, revision: str) -> None:
    """Copy a SQLite file before it is changed; other databases have their own backups."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return
    source = Path(parsed.database)
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        # What is still in the write-ahead log belongs to the copy.
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy2(source, source.with_name(f"{source.name}.before-{revision}"))


def forget_copies(url: str) -> None:
    """Remove the copies of a SQLite file that updates laid beside it; on return they do not come back."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return
    source = Path(parsed.database)
    for copy in source.parent.glob(f"{glob.escape(source.name)}.before-*"):
        copy.unlink(missing_ok=True)
    handle = os.open(source.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    folder = home / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
