"""`flask serve`: web server and worker under one supervisor."""

from __future__ import annotations

import time
from http.client import HTTPConnection, HTTPException

import click

from portal import work
from portal.cli import signals, speaking
from portal.core import house
from portal.core.db import end_reading
from portal.demo import seed
from portal.jobs import supervisor

LONGEST_WAIT = 15.0


@speaking.command("serve")
def serve() -> None:
    """Start web server and worker and keep both alive; Ctrl-C stops them and leaves no process."""
    stop = signals.told_to_stop()
    settings = house.settings()
    with supervisor.alone():
        supervisor.require_free_port(settings.host, settings.port)
        _greet()
        end_reading()
        services = [work.web_service(), work.worker_service(may_start=_WebFirst())]
        supervisor.supervise(services, stop)


class _WebFirst:
    """Holds the worker back until the site answers, for both need the processor when they start."""

    def __init__(self) -> None:
        self._end = time.monotonic() + LONGEST_WAIT
        self._host = house.settings().host
        self._port = house.settings().port

    def __call__(self) -> bool:
        return time.monotonic() > self._end or self._answers()

    def _answers(self) -> bool:
        connection = HTTPConnection(self._host, self._port, timeout=1.0)
        try:
            connection.request("HEAD", "/healthz")
            connection.getresponse()
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        return True


def _greet() -> None:
    settings = house.settings()
    click.echo(f"Mét Giá: {settings.public_url}")
    accounts = seed.open_home() if settings.demo else {}
    if accounts:
        click.echo(f"Demo accounts, also in {settings.demo_accounts_file}:")
        for role, account in accounts.items():
            click.echo(f"  {role:14} {account['email']}  {account['password']}")
    click.echo("Ctrl-C stops the portal.")


COMMANDS = (serve,)
