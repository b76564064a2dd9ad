"""How a command that waits says how far it is: on stderr, with a terminal and without."""

from __future__ import annotations

import sys
import time
from datetime import datetime

import click

from portal.core import clock

LINE_SECONDS, TERMINAL_SECONDS = 10.0, 1.0
"""Between two lines: where no terminal shows them, and on one."""


class Teller:
    """Says how far something is: one line that changes on a terminal, else a line from time to time."""

    def __init__(self) -> None:
        self._shown = ""
        self._said_at = -LINE_SECONDS
        self._is_over = False

    @property
    def is_due(self) -> bool:
        """Whether a line would be said now: to find out what it says can cost more than saying it."""
        seconds = TERMINAL_SECONDS if sys.stderr.isatty() else LINE_SECONDS
        return not self._is_over and time.monotonic() - self._said_at >= seconds

    def say(self, line: str, *, is_last: bool = False) -> None:
        """Say it if it is new and due; the last line is said once, and nothing after it."""
        if self._is_over or not (is_last or (self.is_due and line != self._shown)):
            return
        self._is_over, self._said_at = is_last, time.monotonic()
        if sys.stderr.isatty():
            # What is left of a longer line before is wiped out.
            click.echo(f"\r{line:<{len(self._shown)}}", nl=is_last, err=True)
        else:
            click.echo(line, err=True)
        self._shown = line


def moment(at: datetime) -> str:
    """Return an instant as a clock on the wall shows it, with the day where it is another one."""
    local = at.astimezone(clock.LOCAL)
    return f"{local:%H:%M}" if local.date() == clock.today() else f"{local:%H:%M %d/%m/%Y}"
