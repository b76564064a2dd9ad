"""How far the demo of a fresh home has got, for the bar that stands on every page meanwhile."""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask
from sqlalchemy import select

from portal.catalogue import pages, tree
from portal.core import house
from portal.core.db import db
from portal.jobs import ledger
from portal.jobs.models import Job

DEMO_JOB = "demo.seed"
"""Its subject is the code of the demo's fonds."""


class Loading(NamedTuple):
    """Pages that are done, and pages in all; 0 of 0 while the papers are still being drawn."""

    done: int
    total: int


def of_demo() -> Loading | None:
    """Return how far it is; None on homes without a demo, and when nothing is left to do."""
    settings = house.settings()
    if not settings.demo or not settings.demo_accounts_file.exists() or not ledger.unfinished():
        return None
    counts = _counts()
    total = sum(counts.values())
    if total and not counts["waiting"]:
        return None
    return Loading(total - counts.get("waiting", 0), total)


def _counts() -> dict[str, int]:
    """Count the pages of the demo's fonds; how many others the archive has is not public."""
    code = db.session.scalar(select(Job.subject).where(Job.kind == DEMO_JOB))
    fonds = tree.fonds_by_code(code) if code else None
    return pages.count_by_state(fonds.id) if fonds else {}


def init_app(app: Flask) -> None:
    """Give the layout the state of loading; it is asked once, when the layout is drawn."""
    app.jinja_env.globals["demo_loading"] = of_demo
