"""`flask serve`: web server and worker under one supervisor."""

from __future__ import annotations

import click

from portal import work
from portal.cli import signals, speaking
from portal.core import house
from portal.core.db import end_reading
from portal.demo import seed
from portal.jobs import supervisor


@speaking.command("serve")
def serve() -> None:
    """Start web server and worker and keep both alive; Ctrl-C stops them and leaves no process."""
    stop = signals.told_to_stop()
    settings = house.settings()
    with supervisor.alone():
        supervisor.require_free_port(settings.host, settings.port)
        _greet()
        end_reading()
        supervisor.supervise([work.web_service(), work.worker_service()], stop)


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
