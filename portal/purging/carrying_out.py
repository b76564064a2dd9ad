"""The job that leaves no byte of what two people have decided to purge.

After `deciding`, which has hidden it and written down what goes. Every step can be done twice, so that a
worker that is killed anywhere leaves a job that begins anew: search, images, rows, bytes, log, list. Only
then is the purge done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import update

from portal.access import purged as leaves
from portal.accounts.actors import PORTAL
from portal.audit import trail
from portal.catalogue import purged as catalogue
from portal.core import clock, house, schema
from portal.core.db import db, empty_log, end_reading, rewrite, transaction
from portal.core.errors import ConflictError, UnavailableError
from portal.ingest import purged as intake
from portal.jobs import records as jobs
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Claim
from portal.purging import lists, parts, states, tombstones
from portal.purging.rows import Purge, PurgeKind, PurgeState, Tombstone, Trace
from portal.purging.states import PurgeAct
from portal.storage import originals

JOB = "purge.carry_out"
AGAIN_SECONDS = 30.0

MOST_REWRITTEN = 1024**3
"""Bytes of a SQLite file up to which it is written anew as a whole: some ten seconds in which nobody writes.
Of a larger one what is deleted is written over with zeros, and the runbook says what is left to do."""


def carry_out(claim: Claim) -> Callable[[], None]:
    """Do the purge that is the subject of the claim; what is returned says that it is done.

    Raises:
        NotReadyError: an index or the log of the database is not to be had now.
    """
    row = db.session.get(Purge, claim.subject)
    if row is None or row.state != PurgeState.CONFIRMED.value:
        return _nothing
    purge_id = row.id
    for step in STEPS:
        end_reading()
        step(purge_id)
    return lambda: finish(purge_id)


def finish(purge_id: str) -> None:
    """Say that no byte is left."""
    row = db.session.get_one(Purge, purge_id, populate_existing=True)
    states.advance(row, PurgeAct.FINISH, PORTAL)
    row.done_at = clock.now()
    db.session.flush()
    trail.record(
        PORTAL,
        "purge.done",
        "purge",
        row.id,
        kind=row.kind,
        object=row.object_id,
        proposed_by=row.proposed_by,
        confirmed_by=row.confirmed_by,
        sha256=sorted({one.sha256 for one in tombstones.of(row.id)} - {""}),
    )


def forget_rows(page_ids: Sequence[str]) -> None:
    """Remove the rows of pages, from what points to them downwards."""
    leaves.forget_pages(page_ids)
    intake.forget_pages(page_ids)
    catalogue.forget_pages(page_ids)


def forget_in_search(purge_id: str) -> None:
    """Take records and pages out of the indexes and out of their files."""
    ids = tombstones.ids_of(purge_id, Trace.RECORD), tombstones.ids_of(purge_id, Trace.PAGE)
    try:
        catalogue.forget_in_search(*ids)
    except (UnavailableError, ConflictError) as error:
        raise NotReadyError(error.code, seconds=AGAIN_SECONDS) from error


def forget_images(purge_id: str) -> None:
    """Remove images, thumbnails and tiles, of the pages themselves and of redacted versions."""
    catalogue.forget_images(tombstones.ids_of(purge_id, Trace.PAGE, Trace.REDACTED))


def empty_rows(purge_id: str) -> None:
    """Remove rows of pages, copies and jobs; empty those of records, files and the batch."""
    copies = {one.sha256 for one in tombstones.of(purge_id, Trace.COPY)}
    forgetting: tuple[tuple[Trace, Callable[[Sequence[str]], None]], ...] = (
        (Trace.COPY, lambda part: leaves.forget_copies(part, copies)),
        (Trace.PAGE, forget_rows),
        (Trace.RECORD, leaves.forget_reports),
        (Trace.RECORD, intake.empty_records),
        (Trace.RECORD, catalogue.empty_records),
        (Trace.FILE, intake.empty_files),
    )
    for kind, forget in forgetting:
        for part in parts.of(tombstones.ids_of(purge_id, kind)):
            with transaction():
                forget(part)
    for part in parts.of(tombstones.ids_of(purge_id)):
        with transaction():
            jobs.forget(part)
    with transaction():
        row = db.session.get_one(Purge, purge_id)
        if row.kind == PurgeKind.BATCH.value:
            intake.empty_batch(row.object_id)
        # What is left of a document has its copies again, without the page.
        leaves.build_again(tombstones.ids_of(purge_id, Trace.COPY))


def remove_bytes(purge_id: str) -> None:
    """Remove the originals that nothing else is made of; of the others it is written down that they stay."""
    digests = sorted({one.sha256 for one in tombstones.of(purge_id)} - {""})
    for sha256 in digests:
        with transaction():
            # Before it is asked: whoever takes the same bytes in just now is waited for.
            originals.hold(sha256)
            is_shared = any(uses(sha256) for uses in (catalogue.uses, intake.uses, leaves.uses))
            if not is_shared:
                originals.purge(sha256)
            db.session.execute(
                update(Tombstone).where(Tombstone.sha256 == sha256).values(is_shared=is_shared)
            )
    # Whoever was making an image while the rows went may have kept it after all.
    forget_images(purge_id)


def empty_the_log(purge_id: str) -> None:
    """Leave nothing in freed places of the database, in its log, and in copies that updates made of it."""
    schema.forget_copies(house.settings().database_url)
    if not (rewrite(MOST_REWRITTEN) and empty_log()):
        raise NotReadyError("database_away", seconds=AGAIN_SECONDS)


def write_list(purge_id: str) -> None:
    """Write down outside of the database what went, for whoever restores an older backup."""
    lists.add(purge_id)


STEPS: tuple[Callable[[str], None], ...] = (
    forget_in_search,
    forget_images,
    empty_rows,
    remove_bytes,
    empty_the_log,
    write_list,
)


def _nothing() -> None:
    """Leave everything as it is: it is done, or was never decided."""
