"""A purge beside somebody who writes at the same moment, on both databases."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import text

from portal.access.models import Copy
from portal.accounts.actors import Actor
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError
from portal.ingest import scans
from portal.ingest.media import MediaType
from portal.purging import carrying_out, tombstones
from portal.purging.rows import PurgeKind, Trace
from portal.rights.levels import Level
from portal.storage import originals
from tests.fixtures.races import environment
from tests.unit.access.conftest import Desk
from tests.unit.purging.conftest import BYTES, Store, confirm, propose

__all__ = ["environment"]


def beside(app: Flask, mine: Callable[[], None], theirs: Callable[[], None]) -> None:
    """Do mine in a transaction that ends when theirs, in a thread of its own, waits for it or is through."""

    def run() -> None:
        with app.app_context():
            theirs()

    thread = threading.Thread(target=run)
    with transaction():
        mine()
        thread.start()
        while thread.is_alive() and not _somebody_waits():
            thread.join(0.02)
    thread.join(60)
    assert not thread.is_alive()


def _somebody_waits() -> bool:
    """Tell whether somebody waits for a lock that a transaction holds; SQLite lets no second one begin."""
    if db.engine.dialect.name == "sqlite":
        return True
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool(db.session.scalar(waiting))


def test_bytes_that_come_again_while_they_are_purged_stay(
    app: Flask, store: Store, people: dict[str, Actor]
) -> None:
    held = store.take_in(indexed=False)
    purge_id = propose(people["archivist"], held.document)
    confirm(people["approver"], purge_id)
    carrying_out.empty_rows(purge_id)
    staged = originals.stage(io.BytesIO(BYTES))
    beside(
        app,
        lambda: scans.receive(people["operator"], held.batch, "lai.pdf", staged, MediaType.PDF) and None,
        lambda: carrying_out.remove_bytes(purge_id),
    )
    assert originals.verify(held.sha256)
    assert not originals.is_purged(held.sha256)
    assert {one.is_shared for one in tombstones.of(purge_id) if one.sha256} == {True}


def test_a_copy_that_is_just_kept_goes_with_the_page(
    app: Flask, store: Store, desk: Desk, people: dict[str, Actor]
) -> None:
    held = store.take_in(level=Level.CONDITIONAL, indexed=False)
    grant_id = desk.grant(held.document)
    purge_id = propose(people["archivist"], held.pages[0], PurgeKind.PAGE)
    staged = originals.stage(io.BytesIO(b"a copy with the page"))

    def keep() -> None:
        # As the ledger ends a job: its row is locked first, then what it made is kept.
        db.session.execute(text("UPDATE jobs SET attempts = 0 WHERE subject = :id"), {"id": grant_id})
        originals.record(staged)
        db.session.add(Copy(grant_id=grant_id, blob_sha256=staged.sha256, built_at=clock.now()))
        db.session.flush()

    def decide() -> None:
        try:
            confirm(people["approver"], purge_id)
        except ConflictError:
            # The copy was there after they had looked, and before they said yes: they look again.
            confirm(people["approver"], purge_id)

    beside(app, keep, decide)
    db.session.expire_all()
    assert db.session.get(Copy, grant_id) is None
    assert [one.sha256 for one in tombstones.of(purge_id, Trace.COPY)] == [staged.sha256]
