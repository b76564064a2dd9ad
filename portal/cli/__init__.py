"""The command line: thin commands over the verbs. `docs/cli.md` lists what scripts rely on."""

from __future__ import annotations

import importlib
import logging
import sys

from flask import Flask

AREAS = (
    "backup",
    "batches",
    "calendar",
    "demo",
    "ingest",
    "legacy",
    "people",
    "records",
    "requests",
    "run",
    "search",
    "state",
    "traces",
    "watching",
    "worker",
)


def register(app: Flask) -> None:
    """Add the commands of all areas to the application."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for area in AREAS:
        for command in importlib.import_module(f"portal.cli.{area}").COMMANDS:
            app.cli.add_command(command)
