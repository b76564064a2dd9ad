"""A batch sent to the wrong fonds: gone for everybody at once, back as it was while there is time."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import documents, finding, indexing, moving, outbox, pages, tree, worklists
from portal.catalogue.documents import Description
from portal.catalogue.readings import Reading
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import batch_states, batches, contents, reading, scans, withdrawing
from portal.ingest.batch_states import TRANSITIONS, Act, BatchState
from portal.ingest.models import Batch, Scan, ScanState
from portal.jobs.handlers import Claim
from portal.jobs.models import Job, JobState, Lane
from portal.rights import policy, protections
from portal.rights.levels import Level
from portal.rights.reads import Use
from portal.storage import originals
from tests.fixtures import papers

WORD = "chuoidacbiet"
REASON = "Gửi nhầm phông"
FULL = Description(subject="Về việc thử", level=Level.CONDITIONAL, reason="theo luật")


@pytest.fixture
def batch_id(open_batch: Callable[[str], str]) -> str:
    return open_batch("P1")


@pytest.fixture
def document(operator: Actor, batch_id: str) -> str:
    """The one document of the batch, read and indexed."""
    return bring(operator, batch_id, b"%PDF-1.4 one")


def bring(operator: Actor, batch_id: str, content: bytes, *, read: bool = True) -> str:
    staged = originals.stage(io.BytesIO(content))
    with transaction():
        received = scans.receive(operator, batch_id, "x.pdf", staged, scans.sniff(staged))
        assert received.document_id is not None
        if received.state is ScanState.RECEIVED and read:
            (page,) = pages.add(received.document_id, staged.sha256, 1, received.scan_id)
            words = [(WORD, 10, 10, 80, 20, 95.0)]
            pages.keep(page.id, Reading("ocr", "test", f"Có chữ {WORD}", words, 600, 800, 300, 5))
            db.session.get_one(Scan, received.scan_id).state = ScanState.SPLIT.value
    catch_up()
    return received.document_id


def catch_up() -> None:
    """Let the indexer work until nothing waits; a note of a tree makes notes of what is below."""
    while outbox.pending():
        indexing.drain()


def withdraw(actor: Actor, batch_id: str) -> None:
    with transaction():
        withdrawing.withdraw(actor, batch_id, REASON)


def found(actor: Actor) -> int:
    return len(finding.search(actor, WORD, Paging()).rows)


def test_the_table_of_states_is_walked(operator: Actor, batch_id: str) -> None:
    def put(state: BatchState) -> Batch:
        row = db.session.get_one(Batch, batch_id)
        row.withdrawn_at = clock.now() if state is BatchState.WITHDRAWN else None
        row.closed_at = clock.now() if state is BatchState.CLOSED else None
        assert batch_states.of(row) is state
        return row

    for state, act in product(BatchState, Act):
        with transaction():
            row = put(state)
            if (state, act) in TRANSITIONS:
                assert batch_states.advance(row, act) is TRANSITIONS[state, act]
            else:
                with pytest.raises(ConflictError):
                    batch_states.advance(row, act)


def test_who_was_a_moment_late_changes_nothing_of_what_is_withdrawn(
    operator: Actor, batch_id: str, document: str
) -> None:
    """Rights were asked before the withdrawal, and the protection is held after it."""
    withdraw(operator, batch_id)
    for late in (
        protections.publish,
        protections.unpublish,
        lambda one: protections.set_level(one, Level.OPEN, "", operator.id),
    ):
        with pytest.raises(NotFoundError), transaction():
            late(document)
    row = protections.of(document)
    assert (row.published_at, row.set_by) == (None, None)


def test_what_is_withdrawn_is_gone_for_everybody_at_once(
    people: dict[str, Actor], operator: Actor, batch_id: str, document: str
) -> None:
    assert found(people["archivist"]) == 1
    holding = tree.by_id(document).parent_id
    withdraw(operator, batch_id)
    # The index has not caught up yet.
    assert found(people["archivist"]) == 0
    for actor in [*people.values(), ANONYMOUS]:
        for node_id in (document, holding):
            assert policy.sight(actor, str(node_id)) == policy.NOTHING
    for role in ("operator", "archivist", "administrator"):
        assert batches.listing(people[role], Paging()).total == 0
        with pytest.raises(NotFoundError):
            contents.overview(people[role], batch_id)
    assert worklists.undescribed(people["archivist"], Paging()).total == 0
    (page,) = pages.of_document(document)
    with pytest.raises(NotFoundError):
        pages.seen(people["administrator"], page.id, Use.PAGE)
    with pytest.raises(NotFoundError), transaction():
        documents.describe(people["archivist"], document, FULL, tree.by_id(document).version)
    catch_up()
    assert found(people["archivist"]) == 0
    assert indexing.counts()["restricted"] == 0


def test_a_withdrawal_is_in_the_trail_with_its_last_day_and_without_the_reason(
    operator: Actor, batch_id: str, document: str
) -> None:
    withdraw(operator, batch_id)
    line = trail.of("batch", batch_id)[-1]
    assert (line.action, line.actor_id, line.details["documents"]) == ("batch.withdraw", operator.id, 1)
    assert REASON not in str(line.details)
    shown = withdrawing.show(operator, batch_id)
    assert (shown.reason, shown.by, shown.can_come_back) == (REASON, operator.name, True)
    assert shown.restore_until - shown.at == timedelta(days=30)
    assert originals.verify(db.session.scalars(select(Scan.blob_sha256)).one())


def test_a_withdrawn_batch_comes_back_as_it_was(
    people: dict[str, Actor], operator: Actor, batch_id: str, document: str
) -> None:
    before = policy.sight(people["archivist"], document)
    withdraw(operator, batch_id)
    catch_up()
    with transaction():
        withdrawing.restore(operator, batch_id)
    assert policy.sight(people["archivist"], document) == before
    catch_up()
    assert found(people["archivist"]) == 1
    assert contents.overview(operator, batch_id).batch.id == batch_id
    assert trail.of("batch", batch_id)[-1].action == "batch.restore"


def test_what_was_not_read_is_not_read_while_withdrawn_and_is_read_after_it_came_back(
    operator: Actor, batch_id: str
) -> None:
    bring(operator, batch_id, papers.png(), read=False)
    scan = db.session.scalars(select(Scan)).one()
    withdraw(operator, batch_id)
    claim = Claim("job0000000", scans.SPLIT, scan.id, {}, Lane.READ, "worker", 1, 0, 0)
    with transaction():
        reading.split(claim)()
        job = db.session.scalars(select(Job).where(Job.kind == scans.SPLIT)).one()
        job.state = JobState.DONE.value
    assert db.session.scalars(select(Scan.state)).one() == ScanState.RECEIVED
    with transaction():
        withdrawing.restore(operator, batch_id)
    assert db.session.scalars(select(Job.state).where(Job.kind == scans.SPLIT)).one() == JobState.WAITING


@pytest.mark.parametrize(
    ("touch", "code"),
    [
        ("publish", "batch_was_public"),
        ("publish and take back", "batch_was_public"),
        ("decide", "batch_decided_on"),
        ("move", "batch_arranged"),
        ("share", "batch_shared"),
    ],
)
def test_what_somebody_worked_with_stays(
    people: dict[str, Actor], operator: Actor, batch_id: str, document: str, touch: str, code: str
) -> None:
    archivist = people["archivist"]
    with transaction():
        if touch.startswith("publish"):
            documents.publish(archivist, document)
        if touch == "publish and take back":
            documents.unpublish(archivist, document)
        if touch == "decide":
            documents.set_level(archivist, document, Level.OPEN, "")
        if touch == "move":
            fonds_id = tree.by_id(document).fonds_id
            moving.move(archivist, document, fonds_id)
        if touch == "share":
            other = batches.open_batch(operator, tree.by_id(document).fonds_id, "Lô hai", declared=True).id
    if touch == "share":
        assert bring(operator, other, b"%PDF-1.4 one") == document
    assert withdrawing.objection(operator, batch_id) == code
    with pytest.raises(ConflictError) as refused:
        withdraw(operator, batch_id)
    assert refused.value.code == code
    assert policy.sight(archivist, document).sees_description


def test_what_is_described_stays(
    people: dict[str, Actor], operator: Actor, batch_id: str, document: str
) -> None:
    with transaction():
        tree.by_id(document).described_at = clock.now()
    assert withdrawing.objection(operator, batch_id) == "batch_described"


def test_a_batch_that_only_repeats_anothers_file_can_be_withdrawn(
    operator: Actor, batch_id: str, document: str
) -> None:
    with transaction():
        second = batches.open_batch(operator, tree.by_id(document).fonds_id, "Lô hai", declared=True).id
    bring(operator, second, b"%PDF-1.4 one")
    withdraw(operator, second)
    assert policy.sight(operator, document).sees_description


def test_the_same_files_can_come_again_and_then_the_first_cannot_come_back(
    operator: Actor, batch_id: str, document: str
) -> None:
    fonds_id = tree.by_id(document).fonds_id
    withdraw(operator, batch_id)
    with transaction():
        second = batches.open_batch(operator, fonds_id, "Lô hai", declared=True).id
    assert bring(operator, second, b"%PDF-1.4 one") != document
    with pytest.raises(ConflictError) as refused, transaction():
        withdrawing.restore(operator, batch_id)
    assert refused.value.code == "batch_came_again"


def test_after_the_last_day_a_batch_does_not_come_back(operator: Actor, batch_id: str, document: str) -> None:
    withdraw(operator, batch_id)
    with clock.held_at(clock.now() + timedelta(days=31)):
        assert not withdrawing.show(operator, batch_id).can_come_back
        with pytest.raises(ConflictError) as refused, transaction():
            withdrawing.restore(operator, batch_id)
    assert refused.value.code == "restore_too_late"


def test_a_withdrawal_has_a_reason_and_happens_once(operator: Actor, batch_id: str) -> None:
    with pytest.raises(InvalidError), transaction():
        withdrawing.withdraw(operator, batch_id, " ")
    withdraw(operator, batch_id)
    with pytest.raises(ConflictError):
        withdraw(operator, batch_id)


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.APPROVER])
def test_only_those_who_take_in_withdraw_and_restore(
    people: dict[str, Actor], operator: Actor, batch_id: str, role: Role
) -> None:
    with pytest.raises(NotAllowedError):
        withdraw(people[role], batch_id)
    withdraw(operator, batch_id)
    with pytest.raises(NotAllowedError), transaction():
        withdrawing.restore(people[role], batch_id)
    with pytest.raises(NotAllowedError):
        withdrawing.show(people[role], batch_id)


def test_a_batch_of_a_withheld_fonds_is_unknown_to_the_operator(
    people: dict[str, Actor], operator: Actor, batch_id: str
) -> None:
    with transaction():
        documents.set_level(
            people["archivist"], db.session.get_one(Batch, batch_id).fonds_id, Level.WITHHELD, "vì thử"
        )
    with pytest.raises(NotFoundError):
        withdraw(operator, batch_id)
    withdraw(people["archivist"], batch_id)
    with pytest.raises(NotFoundError):
        withdrawing.show(operator, batch_id)
    assert withdrawing.listing(operator, Paging()).total == 0
