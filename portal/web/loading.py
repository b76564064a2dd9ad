"""How far the demo of a fresh home has got, for the bar that stands on every page meanwhile."""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask
from sqlalchemy import select

from portal.catalogue import pages, tree
from portal.core import house
from portal.core.db import db
from portal.jobs import ledger
from portal.jobs.models import Job, JobState

PLANT, PAPER = "demo.seed", "demo.paper"
"""Kinds of the demo's jobs: the subject of the first is the codes of its fonds; the others bring papers."""


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
    total, waiting = sum(counts.values()), counts.get("waiting", 0)
    # Reading may catch up with drawing; the bar stays until the last paper has come and is read.
    return Loading(total - waiting, total) if waiting or _papers_come() else None


class Bar:
    """Asks how far the demo is until it is there, and never again: each page would pay for it."""

    def __init__(self) -> None:
        self._is_over = False

    def __call__(self) -> Loading | None:
        if self._is_over or not house.settings().demo:
            return None
        found = of_demo()
        self._is_over = found is None and bool(sum(_counts().values()))
        return found


def _counts() -> dict[str, int]:
    """Count the pages of the demo's fonds; how many others the archive has is not public."""
    codes = db.session.scalar(select(Job.subject).where(Job.kind == PLANT)) or ""
    found = [tree.fonds_by_code(code) for code in codes.split()]
    return pages.count_by_state([fonds.id for fonds in found if fonds is not None])


def _papers_come() -> bool:
    """Tell whether papers are still to be drawn."""
    at_work = Job.state.in_((JobState.WAITING.value, JobState.LEASED.value))
    return bool(db.session.scalar(select(Job.id).where(Job.kind.in_((PLANT, PAPER)), at_work).limit(1)))


def init_app(app: Flask) -> None:
    """Give the layout the state of loading; it is asked once, when the layout is drawn."""
    app.jinja_env.globals["demo_loading"] = Bar()
