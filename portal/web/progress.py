"""How far a batch is, in words and as values: for pages, for the event stream, and for polling."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from flask import Flask
from flask_babel import gettext, ngettext

from portal.core import clock
from portal.ingest.worklists import BatchProgress
from portal.web import filters


class Told(TypedDict):
    """What a script is told of one batch."""

    id: str
    done: int
    total: int
    words: str
    settled: bool
    ready: str
    """ISO 8601, empty where nothing can be said yet."""


def words(batch: BatchProgress) -> str:
    """Say how far a batch is."""
    parts = [
        gettext(
            "%(done)s of %(total)s pages read",
            done=filters.number(batch.done),
            total=filters.number(batch.total),
        )
    ]
    if batch.files_waiting:
        parts.append(
            ngettext("%(num)s file not opened yet", "%(num)s files not opened yet", batch.files_waiting)
        )
    if batch.failed:
        parts.append(ngettext("%(num)s page failed", "%(num)s pages failed", batch.failed))
    if batch.is_paused and not batch.is_settled:
        parts.append(gettext("reading is paused"))
    if batch.ready_at is not None:
        parts.append(gettext("read by about %(moment)s", moment=about(batch.ready_at)))
    return " · ".join(parts)


def about(at: datetime) -> str:
    """Return a moment that is foreseen: the time of today, or with the day where it is another one."""
    if at.astimezone(clock.LOCAL).date() == clock.today():
        return f"{at.astimezone(clock.LOCAL):%H:%M}"
    return filters.moment(at)


def clock_of(minute: int) -> str:
    """Return a minute of the day as a clock shows it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def told(batch: BatchProgress) -> Told:
    """Return what a script is told of a batch."""
    return Told(
        id=batch.id,
        done=batch.done,
        total=batch.total,
        words=words(batch),
        settled=batch.is_settled,
        ready=batch.ready_at.isoformat(timespec="seconds") if batch.ready_at else "",
    )


def init_app(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.globals["progress_words"] = words
    app.jinja_env.filters["about"] = about
    app.jinja_env.filters["clock"] = clock_of
