"""Signals of long-running commands."""

from __future__ import annotations

import signal
import threading


def told_to_stop() -> threading.Event:
    """Return an event that Ctrl-C, TERM and the end of the terminal set."""
    event = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: event.set())
    return event
