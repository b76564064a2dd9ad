"""A full or broken disk and a database that is away: readers are told to come again, nothing is our fault."""

from __future__ import annotations

import errno
import sqlite3

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from portal.catalogue import browsing
from portal.core import db


def of_sqlite(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("as SQLite says it")
    cause.sqlite_errorcode = code
    return OperationalError("SELECT", {}, cause)


def of_postgresql(state: str) -> OperationalError:
    cause = Exception("as PostgreSQL says it")
    cause.sqlstate = state  # type: ignore[attr-defined]
    return OperationalError("SELECT", {}, cause)


TROUBLES = [
    (of_sqlite(sqlite3.SQLITE_FULL), 507, "short of disk space"),
    (of_postgresql(db.DISK_FULL), 507, "short of disk space"),
    (OSError(errno.ENOSPC, "as the system says it"), 507, "short of disk space"),
    (OSError(errno.EDQUOT, "as the system says it"), 507, "short of disk space"),
    (of_sqlite(sqlite3.SQLITE_IOERR), 503, "cannot look this up just now"),
    (of_postgresql("57P01"), 503, "cannot look this up just now"),
    (OSError(errno.EIO, "as the system says it"), 503, "cannot write to its disk"),
]


@pytest.mark.parametrize(("error", "status", "text"), TROUBLES)
def test_what_is_not_our_mistake_is_told_with_when_to_come_again(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, text: str
) -> None:
    app.testing = False

    def troubled(*words: object) -> None:
        raise error

    monkeypatch.setattr(browsing, "fonds", troubled)
    page = client.get("/en/cay")
    assert (page.status_code, text in page.text) == (status, True)
    assert int(page.headers["Retry-After"]) > 0
    told = client.get("/en/cay", headers={"Accept": "application/json"})
    assert (told.status_code, told.content_type) == (status, "application/problem+json")
    assert "as the system says it" not in page.text + told.text


def test_other_errors_of_files_are_our_mistake(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.testing = False

    def mistaken(*words: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "no such file")

    monkeypatch.setattr(browsing, "fonds", mistaken)
    assert client.get("/en/cay").status_code == 500
