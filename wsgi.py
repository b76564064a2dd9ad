"""The portal as a WSGI application, for gunicorn and for `flask`."""

from __future__ import annotations

import sys

from config import UnsafeSettingError
from portal import cli
from portal.app import create_app
from portal.search.errors import MissingEngineError

try:
    app = create_app()
except (UnsafeSettingError, MissingEngineError) as error:
    sys.exit(f"The portal does not start: {error} (docs/configuration.md)")
cli.register(app)
