"""Live progress of batches: what a page is told when it asks, and what a stream tells by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

from flask import Flask, Response, current_app, request, session
from flask_babel import force_locale

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.db import end_reading
from portal.core.errors import NotFoundError
from portal.core.ids import is_id
from portal.ingest import worklists
from portal.jobs import records
from portal.web import actors, locale, progress, streams
from portal.web.progress import Told
from portal.web.streams import Look, Seen

MOST_BATCHES = 5
"""As many as a desk shows."""


def wanted() -> list[str]:
    """Return the batches that the address names."""
    return [batch_id for batch_id in request.args.getlist("batch")[:MOST_BATCHES] if is_id(batch_id)]


def told(actor: Actor, batch_ids: Sequence[str]) -> dict[str, list[Told]]:
    """Return how far those of the batches are that the actor may know of.

    Raises:
        NotFoundError: there is none of them, or none that the actor may know of.
    """
    found = worklists.progress(actor, batch_ids)
    if not found:
        raise NotFoundError("not_found")
    return {"batches": [progress.told(batch) for batch in found]}


def stream(batch_ids: Sequence[str]) -> Response:
    """Answer with a stream of the batches' progress.

    Raises:
        NotFoundError: as `told`.
        UnavailableError: the server has no stream free.
    """
    told(actors.current(), batch_ids)
    look = _look(actors.session_id(), batch_ids, locale.current())
    browser = f"{actors.session_id()} {session.get('_id', '')} {request.user_agent.string}"
    # What the guards and the check above read is given back before the waiting begins.
    end_reading()
    return streams.answer(browser, look, request.headers.get("Last-Event-ID", ""))


def _look(session_id: str, batch_ids: Sequence[str], language: str) -> Look:
    """Return how to look: as whoever the session belongs to now, with the rights they have now."""
    app = cast("Flask", cast("Any", current_app)._get_current_object())

    def look(cursor: str) -> Seen | None:
        # A context of its own, so a session of its own, which goes back when the look is over.
        with app.app_context(), force_locale(language):
            latest = str(records.latest_end())
            if latest == cursor:
                return None
            actor = actors.of_session(session_id)
            if not actor.may(Permission.TAKE_IN):
                return Seen(cursor, "", is_last=True)
            found = worklists.progress(actor, batch_ids)
            data = json.dumps({"batches": [progress.told(batch) for batch in found]})
            return Seen(latest, data, is_last=all(batch.is_settled for batch in found))

    return look
