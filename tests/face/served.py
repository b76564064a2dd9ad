"""The archive of the web tests behind a real port, so that a browser can look at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from config import Settings
from portal.app import create_app
from portal.catalogue import figures, indexing
from portal.core.db import db


class Quiet(WSGIRequestHandler):
    """Writes nothing down for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(home: Path) -> Iterator[tuple[Flask, str]]:
    """Serve the home, indexed and counted, without a worker; yield the application and its address."""
    app = create_app(
        Settings.from_environment({"PORTAL_HOME": str(home), "DEMO": "0", "SECRET_KEY": "t" * 40})
    )
    with app.app_context():
        while indexing.drain():
            pass
        figures.keep(figures.take())
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield app, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
