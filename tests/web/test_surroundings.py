"""What those around the site learn of it: who reads the logs, who has an account on the machine, proxies."""

from __future__ import annotations

import logging
import os
import re
import runpy
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.errors import LimitRequestLine
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config import PROJECT
from portal.core import schema
from portal.core.db import db
from tests.web.browser import Browser
from tests.web.conftest import Browsers

SECRET = "hoanghiep"


@pytest.fixture
def environment(environment: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    return environment | dict(getattr(request, "param", {}))


def test_the_log_of_what_broke_names_no_address_and_no_value(
    app: Flask, browse: Browsers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(secret: str) -> bool:
        raise RuntimeError(f"cannot look up {secret}")

    monkeypatch.setattr("portal.accounts.signing.by_link", broken)
    app.testing = False
    with caplog.at_level(logging.DEBUG):
        assert browse("anonymous").get(f"/vao/{SECRET}?q={SECRET}").status_code == 500
    assert "accounts.one_time_link" in caplog.text
    assert "RuntimeError at" in caplog.text
    assert SECRET not in caplog.text


def test_errors_of_the_database_hold_no_values(app: Flask) -> None:
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(text("SELECT * FROM nothing WHERE name = :name"), {"name": SECRET})
    assert SECRET not in str(caught.value)


def test_requests_that_cannot_be_read_are_not_repeated_in_the_log(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    settings = runpy.run_path(str(PROJECT / "portal" / "cli" / "gunicorn_settings.py"))
    config = Config()
    for key in ("errorlog", "loglevel", "accesslog"):
        config.set(key, settings[key])
    logger = Logger(config)
    logger.warning("Invalid request from ip=%s: %s", "192.0.2.7", SECRET)
    logger.error("a worker could not start")
    told = capfd.readouterr().err
    assert "could not start" in told
    assert SECRET not in told
    assert "192.0.2.7" not in told


def test_an_address_that_is_too_long_is_answered_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    settings = runpy.run_path(str(PROJECT / "portal" / "cli" / "gunicorn_settings.py"))
    config = Config()
    config.set("worker_class", settings["worker_class"])
    worker = object.__new__(config.worker_class)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker.handle_error(None, ours, ("192.0.2.7", 1), LimitRequestLine(9_000, 4_094))
        ours.close()
        answer = theirs.makefile("rb").read().decode()
    head, page = answer.split("\r\n\r\n")
    assert head.startswith("HTTP/1.1 400 ")
    assert f"Content-Length: {len(page.encode())}" in head
    assert "Địa chỉ quá dài" in page
    assert "Go back and type a few" in page
    styles = re.search(r'rel="stylesheet" href="(/static/built/[^"]+)"', page)
    assert styles is not None
    assert (PROJECT / "portal" / styles[1].lstrip("/")).is_file()


def test_web_processes_inherit_no_connection(
    app: Flask, home: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    settings = runpy.run_path(str(PROJECT / "portal" / "cli" / "gunicorn_settings.py"))
    db.session.execute(text("SELECT 1 FROM people"))
    # A session that ended leaves its connection in the pool.
    db.session.remove()
    assert _open_at(home)
    server = SimpleNamespace(app=SimpleNamespace(callable=app))
    settings["pre_fork"](server, None)
    assert not _open_at(home)


def _open_at(home: Path) -> list[str]:
    """Return the files of a home that this process has open; other tests may have left theirs behind."""
    links = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.exists()]
    return [name for name in links if name.startswith(f"{home}/")]


def test_the_database_is_for_its_owner_only(app: Flask, home: Path) -> None:
    db.session.execute(text("SELECT 1 FROM people"))
    files = [path for path in home.iterdir() if path.name.startswith("portal.db")]
    assert files
    for path in files:
        assert path.stat().st_mode & 0o077 == 0, path.name


def _origin_seen(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return from where a wrong sign-in seems to come when two proxies' worth of addresses are told."""
    seen: list[str] = []

    def remember(email: str, origin: str) -> None:
        seen.append(origin)

    monkeypatch.setattr("portal.accounts.signing.remember_failure", remember)
    browser.post(
        "/dang-nhap",
        data={"csrf_token": browser.token(), "email": "a@example.vn", "password": "sai"},
        headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.4"},
    )
    (origin,) = seen
    return origin


def test_without_a_proxy_nobody_is_believed_about_an_address(
    app: Flask, browse: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _origin_seen(app, browse("anonymous"), monkeypatch) == "127.0.0.1"


@pytest.mark.parametrize("environment", [{"TRUSTED_PROXIES": "1"}], indirect=True)
def test_one_trusted_proxy_is_believed_and_what_readers_add_is_not(
    app: Flask, browse: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _origin_seen(app, browse("anonymous"), monkeypatch) == "198.51.100.4"


def test_a_database_of_before_is_closed_to_others(home: Path) -> None:
    database = home / "portal.db"
    database.chmod(0o644)
    schema.upgrade(f"sqlite:///{database}", home)
    assert database.stat().st_mode & 0o077 == 0
