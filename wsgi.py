"""The portal as a WSGI application, for gunicorn and for `flask`."""

from __future__ import annotations

import gc
import sys

# Loading makes some 200,000 objects that stay; to look for garbage among them took a fifth of a start.
gc.disable()

from config import UnsafeSettingError  # noqa: E402 - the collector first
from portal import cli  # noqa: E402
from portal.app import create_app  # noqa: E402
from portal.search.errors import MissingEngineError  # noqa: E402

try:
    app = create_app()
except (UnsafeSettingError, MissingEngineError) as error:
    sys.exit(f"The portal does not start: {error} (docs/configuration.md)")
cli.register(app)
gc.enable()
