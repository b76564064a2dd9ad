"""How far the demo of a fresh home has got, for the bar that stands on every page meanwhile."""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask

from portal.catalogue import pages
from portal.core import house
from portal.jobs import ledger


class Loading(NamedTuple):
    """Pages that are done, and pages in all; 0 of 0 while the papers are still being drawn."""

    done: int
    total: int


def of_demo() -> Loading | None:
    """Return how far it is; None on homes without a demo, and when nothing is left to do."""
    settings = house.settings()
    if not settings.demo or not settings.demo_accounts_file.exists() or not ledger.unfinished():
        return None
    counts = pages.count_by_state()
    total = sum(counts.values())
    return Loading(total - counts["waiting"], total)


def init_app(app: Flask) -> None:
    """Give the layout the state of loading; it is asked once, when the layout is drawn."""
    app.jinja_env.globals["demo_loading"] = of_demo
