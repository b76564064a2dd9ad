"""How gunicorn serves the portal; read by gunicorn's main process, which serves nobody itself.

The application is loaded once, before the web processes are copied from it. Loading ends with
no connection open, and `pre_fork` makes sure of it, so every web process has its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config import PROJECT, Settings
from portal.core import db
from portal.jobs import forks, lifeline
from portal.web import streams

_settings = Settings.from_environment()
chdir = str(PROJECT)
bind = [
    f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
]
worker_class = "portal.cli.web_worker.WebWorker"
preload_app = True
workers = _settings.web_workers
threads = _settings.web_threads
# Event streams would otherwise hold up the shutdown for half a minute.
graceful_timeout = 5
timeout = 120
keepalive = 5
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - made with a random name
# Addresses and queries of readers are personal data: no line per request.
accesslog = None
errorlog = "-"
# Its warnings repeat the address of the reader and the line of a request that it cannot read.
loglevel = "error"
proc_name = "portal-web"


def on_starting(server: object) -> None:
    """End the whole web group when the supervisor is gone."""
    lifeline.hold()


def when_ready(server: object) -> None:
    """Share with the web processes what was loaded."""
    forks.prepare()


def pre_fork(server: Any, worker: object) -> None:
    """Let no web process inherit a connection, whatever loading the portal will come to do."""
    with server.app.callable.app_context():
        db.let_go()


def post_worker_init(worker: Any) -> None:
    """Let a web process that is told to stop end its event streams first."""
    streams.end_on_signals(worker.app.callable)
