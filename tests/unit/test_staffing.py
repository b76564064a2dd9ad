"""Open work goes to somebody else when its person leaves; what is done keeps its name."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from portal import staffing
from portal.accounts import invitations, people
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import tree
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.ingest import batches, scans
from portal.ingest.models import PURGED, Batch, Scan, ScanState
from portal.storage import originals
from tests.web.archive import picture

People = dict[str, Actor]


@pytest.fixture
def begun(people: People) -> tuple[str, str]:
    """The ids of a batch with a file that waits, and of an empty one, both the operator's."""
    staged = originals.stage(io.BytesIO(picture(7, "x")))
    with transaction():
        fonds = tree.create_fonds(people["archivist"], code="P1", name="Phông")
        waiting = batches.open_batch(people["operator"], fonds.id, "Lô 1", declared=True)
        done = batches.open_batch(people["operator"], fonds.id, "Lô 2", declared=True)
        scans.take_in(people["operator"], waiting.id, "a.jpg", staged)
        return waiting.id, done.id


def test_open_work_goes_over_and_finished_work_stays(people: People, begun: tuple[str, str]) -> None:
    giver, heir = people["operator"].id or "", people["archivist"].id or ""
    assert staffing.open_work(giver) == {"batches": 1}
    with transaction():
        assert staffing.hand_over(people["administrator"], giver, heir) == 1
    assert [db.session.get_one(Batch, one).operator_id for one in begun] == [heir, giver]
    line = trail.of("batch", begun[0])[-1]
    assert (line.action, line.details) == ("batch.hand_over", {"before": giver, "after": heir})
    with pytest.raises(ConflictError), transaction():
        staffing.hand_over(people["administrator"], giver, heir)


def test_a_refused_file_is_open_work_until_it_is_purged(people: People, begun: tuple[str, str]) -> None:
    giver, scan = people["operator"].id or "", db.session.scalars(select(Scan)).one()
    scan.state, scan.code = ScanState.REFUSED.value, "internal"
    db.session.flush()
    assert scan.document_id is not None
    assert staffing.open_work(giver) == {"batches": 1}
    scan.code = PURGED
    db.session.flush()
    assert staffing.open_work(giver) == {}


@pytest.mark.parametrize("heir", ["operator", "approver", "citizen"])
def test_an_heir_must_be_able_to_do_the_work(people: People, begun: tuple[str, str], heir: str) -> None:
    with pytest.raises(InvalidError), transaction():
        staffing.hand_over(people["administrator"], people["operator"].id or "", people[heir].id or "")


def test_a_disabled_heir_is_refused_and_nobody_is_disabled_then(
    people: People, begun: tuple[str, str]
) -> None:
    from portal.accounts import people as accounts

    giver, heir = people["operator"].id or "", people["archivist"].id or ""
    with transaction():
        accounts.disable(people["administrator"], heir)
    with pytest.raises(InvalidError), transaction():
        staffing.leave(people["administrator"], giver, heir)
    assert accounts.by_id(giver).disabled_at is None


def test_leaving_hands_over_and_disables_in_one(people: People, begun: tuple[str, str]) -> None:
    from portal.accounts import people as accounts

    giver, heir = people["operator"].id or "", people["archivist"].id or ""
    with transaction():
        staffing.leave(people["administrator"], giver, heir)
    assert db.session.get_one(Batch, begun[0]).operator_id == heir
    assert accounts.by_id(giver).disabled_at is not None


def test_invitations_go_to_another_administrator(people: People) -> None:
    with transaction():
        second = accounts_create("hai@example.vn")
        invitations.invite(second, "moi@example.vn", "Mới", Role.OPERATOR, "vi")
    giver, heir = second.id or "", people["administrator"].id or ""
    assert staffing.open_work(giver) == {"invitations": 1}
    with transaction():
        staffing.leave(people["administrator"], giver, heir)
    assert staffing.open_work(heir) == {"invitations": 1}


def test_only_those_who_manage_people_hand_over(people: People, begun: tuple[str, str]) -> None:
    with pytest.raises(NotAllowedError), transaction():
        staffing.hand_over(people["archivist"], people["operator"].id or "", people["archivist"].id or "")


def accounts_create(email: str) -> Actor:
    return people.create(PORTAL, email, Role.ADMINISTRATOR, name="Hai").actor
