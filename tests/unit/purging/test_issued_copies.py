"""No copy that was issued of a document shows a page of it that is purged, not even for a moment."""

from __future__ import annotations

import pypdfium2
import pytest
from sqlalchemy import select

from portal.access import copies
from portal.access.models import Copy
from portal.accounts.actors import Actor
from portal.core.db import db, end_reading, transaction
from portal.core.errors import UnavailableError
from portal.jobs import leases, ledger
from portal.jobs.errors import LeaseLostError
from portal.jobs.handlers import Claim
from portal.jobs.models import Job, JobState, Lane
from portal.purging import tombstones, views
from portal.purging.rows import PurgeKind, Trace
from portal.rights.levels import Level
from portal.storage import originals
from tests.unit.access.conftest import Desk
from tests.unit.purging.conftest import Held, Store, carry_out, confirm, propose


@pytest.fixture
def held(store: Store) -> Held:
    return store.take_in(level=Level.CONDITIONAL)


@pytest.fixture
def grant_id(held: Held, desk: Desk) -> str:
    return desk.grant(held.document)


def sheets_of(reader: Actor, grant_id: str) -> int:
    """Return how many pages the copy has that its holder gets; the cover is one of them."""
    with pypdfium2.PdfDocument(copies.open(reader, grant_id)[0]) as pdf:
        return len(pdf)


def digest_of(grant_id: str) -> str | None:
    end_reading()
    return db.session.scalar(select(Copy.blob_sha256).where(Copy.grant_id == grant_id))


def state_of_job(grant_id: str) -> str | None:
    return db.session.scalar(select(Job.state).where(Job.kind == copies.JOB, Job.subject == grant_id))


def claimed(grant_id: str) -> Claim:
    """Claim jobs of the desk until it is the one that builds the copy."""
    while (claim := leases.claim("test/1", Lane.DESK)) is not None:
        if (claim.kind, claim.subject) == (copies.JOB, grant_id):
            return claim
    raise AssertionError("no such job waits")


def confirmed(held: Held, people: dict[str, Actor]) -> str:
    purge_id = propose(people["archivist"], held.pages[0], PurgeKind.PAGE)
    confirm(people["approver"], purge_id)
    return purge_id


def test_from_the_confirmation_on_nobody_gets_a_copy_with_the_page(
    held: Held, grant_id: str, desk: Desk, people: dict[str, Actor]
) -> None:
    desk.build(grant_id)
    assert sheets_of(people["citizen"], grant_id) == 3
    confirmed(held, people)
    # The job of the purge has not run, and may not for long: the index can be away.
    with pytest.raises(UnavailableError, match="copy_in_work"):
        copies.open(people["citizen"], grant_id)
    assert state_of_job(grant_id) == JobState.WAITING
    desk.build(grant_id)
    assert sheets_of(people["citizen"], grant_id) == 2


def test_a_copy_that_is_in_work_is_not_kept_with_the_page(
    held: Held, grant_id: str, people: dict[str, Actor]
) -> None:
    claim = claimed(grant_id)
    keep = copies.build(claim)
    purge_id = confirmed(held, people)
    with pytest.raises(LeaseLostError):
        ledger.finish(claim, keep)
    assert digest_of(grant_id) is None
    carry_out(purge_id)
    anew = claimed(grant_id)
    ledger.finish(anew, copies.build(anew))
    assert sheets_of(people["citizen"], grant_id) == 2


def test_a_copy_that_is_kept_just_before_goes_with_its_bytes(
    held: Held, grant_id: str, desk: Desk, people: dict[str, Actor]
) -> None:
    desk.build(grant_id)
    old = digest_of(grant_id)
    purge_id = confirmed(held, people)
    assert [one.sha256 for one in tombstones.of(purge_id, Trace.COPY)] == [old]
    carry_out(purge_id)
    assert old is not None
    assert not originals.holds(old)


def test_what_was_built_anew_before_the_purge_is_done_stays(
    held: Held, grant_id: str, desk: Desk, people: dict[str, Actor]
) -> None:
    desk.build(grant_id)
    purge_id = confirmed(held, people)
    desk.build(grant_id)
    anew = digest_of(grant_id)
    carry_out(purge_id)
    assert digest_of(grant_id) == anew
    assert anew is not None
    assert originals.verify(anew)
    assert views.remains(people["archivist"], purge_id).numbers[Trace.COPY] == 1


def test_a_copy_of_a_document_that_goes_is_not_kept_either(
    held: Held, grant_id: str, people: dict[str, Actor]
) -> None:
    claim = claimed(grant_id)
    keep = copies.build(claim)
    confirm(people["approver"], propose(people["archivist"], held.document))
    with pytest.raises(LeaseLostError):
        ledger.finish(claim, keep)
    with transaction():
        assert state_of_job(grant_id) is None
