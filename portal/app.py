"""The factory: settings, database, the web storey, in that order."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from portal import blueprints, web
from portal.core import house, schema
from portal.core.db import db
from portal.search import engine


def create_app(settings: Settings | None = None) -> Flask:
    """Return the portal as a Flask application, its home created and migrated.

    Raises:
        UnsafeSettingError: a setting is unsafe; nothing was opened.
        MissingEngineError: the library of the search engine is not installed; nothing was opened.
    """
    settings = settings or Settings.from_environment()
    house.configure(settings)
    engine.require()
    app = Flask("portal")
    _configure(app, settings)
    _open_home(settings)
    db.init_app(app)
    web.init_app(app)
    blueprints.register(app)
    _trust_proxies(app, settings.trusted_proxies)
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
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": not settings.database_url.startswith("sqlite"),
            # Texts of database errors would else hold e-mail addresses, purposes and words of pages.
            "hide_parameters": True,
        },
        SESSION_COOKIE_NAME="__Host-portal" if settings.is_private_line else "portal",
        SESSION_COOKIE_SECURE=settings.is_private_line,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )


def _trust_proxies(app: Flask, count: int) -> None:
    """Believe so many reverse proxies, counted from us outwards, about the reader's address and scheme."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            app.wsgi_app, x_for=count, x_proto=count, x_host=0
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
