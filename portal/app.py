"""The factory: settings, database, the web storey, in that order."""

from __future__ import annotations

from flask import Flask

from config import Settings
from portal import blueprints, web
from portal.core import house, schema
from portal.core.db import db


def create_app(settings: Settings | None = None) -> Flask:
    """Return the portal as a Flask application, its home created and migrated.

    Raises:
        UnsafeSettingError: a setting is unsafe; nothing was opened.
    """
    settings = settings or Settings.from_environment()
    house.configure(settings)
    app = Flask("portal")
    _configure(app, settings)
    _open_home(settings)
    db.init_app(app)
    web.init_app(app)
    blueprints.register(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        PORTAL=settings,
        SECRET_KEY=settings.secret_key,
        DEBUG=settings.debug,
        MAX_CONTENT_LENGTH=settings.max_form_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": not settings.database_url.startswith("sqlite")},
        SESSION_COOKIE_NAME="__Host-portal" if settings.is_private_line else "portal",
        SESSION_COOKIE_SECURE=settings.is_private_line,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )


def _open_home(settings: Settings) -> None:
    for folder in (
        settings.index_folder,
        settings.uploads_folder,
        settings.run_folder,
        settings.log_folder,
        settings.mail_folder,
    ):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    schema.upgrade(settings.database_url, settings.home)
