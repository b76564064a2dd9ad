"""Two people decide that something leaves the archive; from then on nobody sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.access import results
from portal.access.models import Copy, Item
from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.catalogue import documents, pages
from portal.catalogue.models import Page
from portal.catalogue.redaction_rows import MakingState, RedactedPage, Redaction
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.ingest import secret_holds, withdrawing
from portal.ingest.models import Scan
from portal.ingest.secret_rows import SecretHold
from portal.jobs.models import Job
from portal.mail.models import Message
from portal.purging import carrying_out, deciding, tombstones
from portal.purging.rows import Purge, PurgeKind, PurgeState
from portal.rights import policy
from portal.rights.grants import by_id
from portal.rights.levels import Level
from tests.conftest import PASSWORD
from tests.unit.access.conftest import Desk
from tests.unit.purging.conftest import BASIS, REASON, Held, Store, carry_out, confirm, propose, seen_by

Change = Callable[[Held, dict[str, Actor]], None]


def add_page(held: Held, people: dict[str, Actor]) -> None:
    pages.add(held.document, held.sha256, 3, held.scan)


def publish(held: Held, people: dict[str, Actor]) -> None:
    documents.publish(people["archivist"], held.document)


def redact(held: Held, people: dict[str, Actor]) -> None:
    maker = people["archivist"].id
    version = Redaction(document_id=held.document, version=1, reason="Che tên", made_by=maker)
    db.session.add(version)
    db.session.flush()
    state = MakingState.FAILED.value
    row = RedactedPage(redaction_id=version.id, page_id=held.pages[0], state=state, is_drawn=True)
    db.session.add(row)


def state_of(purge_id: str) -> str:
    return db.session.get_one(Purge, purge_id, populate_existing=True).state


def test_a_proposal_changes_nothing(store: Store, people: dict[str, Actor]) -> None:
    held = store.take_in()
    propose(people["archivist"], held.document)
    assert policy.sight(ANONYMOUS, held.document).sees_content
    assert db.session.query(Job).filter_by(kind=carrying_out.JOB).count() == 0


def test_the_proposer_cannot_confirm(store: Store, people: dict[str, Actor]) -> None:
    held = store.take_in()
    purge_id = propose(people["approver"], held.document)
    with pytest.raises(NotAllowedError, match="own_purge"):
        confirm(people["approver"], purge_id)
    assert policy.sight(ANONYMOUS, held.document).sees_content


def test_confirming_asks_for_the_password_and_a_tick(store: Store, people: dict[str, Actor]) -> None:
    purge_id = propose(people["archivist"], store.take_in().document)
    with pytest.raises(NotAllowedError, match="wrong_password"), transaction():
        deciding.confirm(people["approver"], purge_id, "không phải", "127.0.0.1", seen="", is_sure=True)
    with pytest.raises(InvalidError, match="purge_be_sure"), transaction():
        deciding.confirm(people["approver"], purge_id, PASSWORD, "127.0.0.1", seen="", is_sure=False)
    assert state_of(purge_id) == PurgeState.PROPOSED


@pytest.mark.parametrize("kind", [PurgeKind.DOCUMENT, PurgeKind.PAGE])
@pytest.mark.parametrize("change", [add_page, publish, redact])
def test_nothing_goes_that_the_second_person_did_not_see(
    store: Store, people: dict[str, Actor], kind: PurgeKind, change: Change
) -> None:
    held, approver = store.take_in(published=False), people["approver"]
    object_id = held.document if kind is PurgeKind.DOCUMENT else held.pages[0]
    purge_id = propose(people["archivist"], object_id, kind)
    seen = seen_by(approver, purge_id)
    with transaction():
        change(held, people)
    is_touched = seen_by(approver, purge_id) != seen
    # A page that came to the document meanwhile does not go with one of its pages.
    assert is_touched == ((kind, change) != (PurgeKind.PAGE, add_page))
    if is_touched:
        with pytest.raises(ConflictError, match="changed_meanwhile"):
            confirm(approver, purge_id, seen)
        assert state_of(purge_id) == PurgeState.PROPOSED
        assert policy.sight(people["archivist"], held.document).sees_content
    confirm(approver, purge_id)
    assert state_of(purge_id) == PurgeState.CONFIRMED


def test_from_the_confirmation_on_nobody_sees_it(store: Store, people: dict[str, Actor]) -> None:
    held = store.take_in()
    purge_id = propose(people["archivist"], held.document)
    confirm(people["approver"], purge_id)
    for actor in (ANONYMOUS, *people.values()):
        assert not policy.sight(actor, held.document).sees_description
    assert db.session.query(Job).filter_by(kind=carrying_out.JOB, subject=purge_id).count() == 1
    assert tombstones.is_gone([held.document])
    assert tombstones.is_gone(held.pages)


def test_what_was_not_public_is_not_said_to_be_gone(store: Store, people: dict[str, Actor]) -> None:
    held = store.take_in(published=False)
    confirm(people["approver"], propose(people["archivist"], held.document))
    assert not tombstones.is_gone([held.document, *held.pages])


def test_of_a_conditional_record_the_description_is_gone_and_the_pages_never_were(
    store: Store, people: dict[str, Actor]
) -> None:
    held = store.take_in(level=Level.CONDITIONAL)
    confirm(people["approver"], propose(people["archivist"], held.document))
    assert tombstones.is_gone([held.document])
    assert not tombstones.is_gone(held.pages)


def test_a_proposal_lapses_and_can_be_made_again(store: Store, people: dict[str, Actor]) -> None:
    held = store.take_in()
    purge_id = propose(people["archivist"], held.document)
    late = clock.now() + timedelta(days=deciding.PROPOSAL_DAYS)
    with clock.held_at(late):
        with pytest.raises(ConflictError, match="purge_overdue"):
            confirm(people["approver"], purge_id)
        assert propose(people["archivist"], held.document) != purge_id


def test_the_same_is_not_proposed_twice(store: Store, people: dict[str, Actor]) -> None:
    held = store.take_in()
    propose(people["archivist"], held.document)
    with pytest.raises(ConflictError, match="purge_proposed_already"):
        propose(people["administrator"], held.document)


def test_a_reason_and_a_law_are_needed(store: Store, people: dict[str, Actor]) -> None:
    held, actor = store.take_in(), people["archivist"]
    with pytest.raises(InvalidError), transaction():
        deciding.propose(actor, PurgeKind.DOCUMENT, held.document, BASIS, "ngắn")
    with pytest.raises(InvalidError), transaction():
        deciding.propose(actor, PurgeKind.DOCUMENT, held.document, "khong-co", REASON)
    with pytest.raises(NotAllowedError), transaction():
        deciding.propose(people["operator"], PurgeKind.DOCUMENT, held.document, BASIS, REASON)
    with pytest.raises(NotFoundError), transaction():
        deciding.propose(actor, PurgeKind.DOCUMENT, "0000000000", BASIS, REASON)


def test_declining_leaves_everything_as_it_is(store: Store, people: dict[str, Actor]) -> None:
    held = store.take_in()
    purge_id = propose(people["archivist"], held.document)
    with transaction():
        deciding.decline(people["approver"], purge_id, "Không đủ căn cứ để xóa")
    assert state_of(purge_id) == PurgeState.DECLINED
    assert policy.sight(ANONYMOUS, held.document).sees_content


def test_requests_and_leave_end_and_the_reader_is_told(
    store: Store, people: dict[str, Actor], desk: Desk
) -> None:
    held = store.take_in(level=Level.CONDITIONAL)
    grant_id = desk.grant(held.document)
    asked = desk.ask(held.document, by="other")
    desk.build(grant_id)
    purge_id = propose(people["archivist"], held.document)
    confirm(people["approver"], purge_id)
    assert by_id(grant_id).revoked_at is not None
    assert db.session.get_one(Item, asked.id, populate_existing=True).state == "not_held"
    told = db.session.query(Message).filter_by(template="record_purged").all()
    assert {one.person_id for one in told} == {people["citizen"].id, people["other"].id}
    carry_out(purge_id)
    assert db.session.query(Copy).count() == 0
    # Whoever handled it still sees that it was asked for, by its number.
    item = db.session.get_one(Item, asked.id, populate_existing=True)
    assert results.of_item(people["approver"], item).id == asked.id


def test_the_trail_says_who_and_why_and_nothing_of_the_content(
    store: Store, people: dict[str, Actor]
) -> None:
    held = store.take_in()
    purge_id = propose(people["archivist"], held.document)
    confirm(people["approver"], purge_id)
    carry_out(purge_id)
    lines = trail.of("purge", purge_id)
    assert [one.action for one in lines] == ["purge.propose", "purge.confirm", "purge.done"]
    assert [one.actor_id for one in lines[:2]] == [people["archivist"].id, people["approver"].id]
    assert lines[2].details["sha256"] == [held.sha256]
    assert "qwzx" not in str([one.details for one in lines])


def test_a_document_held_back_is_purged_and_nobody_releases_it(
    store: Store, people: dict[str, Actor]
) -> None:
    held = store.take_in(published=False, described=False)
    with transaction():
        secret_holds.hold(held.pages[0], "mat")
    hold = db.session.query(SecretHold).one()
    purge_id = propose(people["administrator"], held.document)
    confirm(people["approver"], purge_id)
    with pytest.raises(ConflictError), transaction():
        secret_holds.release(people["approver"], hold.id, "đã giải mật theo quyết định")
    carry_out(purge_id)
    assert db.session.get_one(SecretHold, hold.id, populate_existing=True).state == "purged"
    assert db.session.query(Page).count() == 0


def test_an_archivist_does_not_reach_what_is_held_back(store: Store, people: dict[str, Actor]) -> None:
    held = store.take_in(published=False, described=False)
    with transaction():
        secret_holds.hold(held.pages[0], "mat")
    with pytest.raises(NotFoundError):
        propose(people["archivist"], held.document)


def test_a_batch_is_purged_only_when_it_cannot_come_back(store: Store, people: dict[str, Actor]) -> None:
    held = store.take_in(published=False, described=False)
    with transaction():
        withdrawing.withdraw(people["operator"], held.batch, "Gửi nhầm phông")
    with pytest.raises(ConflictError, match="purge_can_come_back"):
        propose(people["archivist"], held.batch, PurgeKind.BATCH)
    until = withdrawing.show(people["archivist"], held.batch).restore_until
    with clock.held_at(until):
        purge_id = propose(people["archivist"], held.batch, PurgeKind.BATCH)
        confirm(people["approver"], purge_id)
        carry_out(purge_id)
        assert state_of(purge_id) == PurgeState.DONE
        assert db.session.query(Page).count() == 0
        assert db.session.get_one(Scan, held.scan, populate_existing=True).file_name == ""
        with pytest.raises(ConflictError, match="purge_proposed_already"):
            propose(people["archivist"], held.batch, PurgeKind.BATCH)
