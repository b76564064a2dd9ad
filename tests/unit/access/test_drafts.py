"""Who drafts does not sign: drafts offered, signed, sent back, taken back, and dropped with their request."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.access import assigning, correspondence, decisions, drafts, handling, queues, requests, rulebook
from portal.access.models import DraftState, Item, RequestStatus
from portal.access.proposals import Proposal
from portal.access.queues import Queue
from portal.access.results import ItemView
from portal.access.rule_rows import ServiceType
from portal.access.states import Act
from portal.access.terms import Outcome
from portal.accounts import notices
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.catalogue import documents
from portal.core.clock import held_at, last_second, read_instant
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.core.paging import Paging
from portal.rights import policy
from portal.rights.levels import Level
from tests.unit.access.conftest import REASON, Desk, Shelf

LEAVE = Proposal(Act.GRANT, "Mục đích nghiên cứu rõ ràng")
REFUSAL = Proposal(Act.REFUSE, "Có thông tin về đời sống riêng tư")


@pytest.fixture
def item(shelf: Shelf, desk: Desk) -> ItemView:
    return desk.ask(shelf.document(page_count=5))


@pytest.fixture
def colleague(people: dict[str, Actor]) -> Actor:
    """A second archivist, who has set no level."""
    with transaction():
        return accounts.create(PORTAL, "hai@example.vn", Role.ARCHIVIST, name="Người hai").actor


def offered(actor: Actor, item: ItemView, proposal: Proposal = LEAVE) -> str:
    with transaction():
        return drafts.offer(actor, item.id, proposal).id


def test_one_drafts_and_another_signs(item: ItemView, people: dict[str, Actor], colleague: Actor) -> None:
    draft = offered(colleague, item, Proposal(Act.GRANT, REASON, pages=(2, 3), note="Trang 4 có tên trẻ em"))
    staff = requests.show(colleague, _request(item)).items[0]
    assert staff.standing == "proposed"
    assert requests.show(people["citizen"], _request(item)).items[0].standing == "submitted"
    with transaction():
        signed = decisions.sign(people["approver"], item.id, draft)
    assert signed.standing == "granted"
    assert signed.reason == REASON
    assert signed.grant is not None
    assert signed.grant.pages == (2, 3)
    (view,) = drafts.of_items(colleague, [item.id])[item.id]
    assert (view.state, view.drafter, view.ender) == (DraftState.SIGNED, "Người hai", "Người approver")
    assert requests.show(people["citizen"], _request(item)).status is RequestStatus.DECIDED


def test_a_refusal_is_signed_with_its_reason(
    item: ItemView, people: dict[str, Actor], colleague: Actor
) -> None:
    term = next(one for one in rulebook.reasons(Outcome.REFUSE) if one.needs_review_on)
    proposal = Proposal(Act.REFUSE, REFUSAL.reason, term_id=term.id, review_on=date(2031, 1, 1))
    draft = offered(colleague, item, proposal)
    with transaction():
        assert decisions.sign(people["approver"], item.id, draft).standing == "refused"
    assert not policy.sight(people["citizen"], item.document_id).sees_content


@pytest.mark.parametrize("way", ["sign", "grant", "refuse"])
def test_whoever_drafted_any_version_decides_nothing_even_in_another_role(
    item: ItemView, people: dict[str, Actor], colleague: Actor, way: str
) -> None:
    """Neither a colleague's newer version nor a promotion makes a drafter free."""
    first = offered(colleague, item)
    with transaction():
        drafts.recall(colleague, item.id, first)
    newest = offered(people["archivist"], item) if way == "sign" else ""
    with transaction():
        accounts.change_role(people["administrator"], colleague.id or "", Role.APPROVER)
    promoted = accounts.actor_of("hai@example.vn")
    verbs = {
        "sign": lambda: decisions.sign(promoted, item.id, newest),
        "grant": lambda: decisions.grant(promoted, item.id, REASON),
        "refuse": lambda: decisions.refuse(promoted, item.id, REASON),
    }
    with pytest.raises(NotAllowedError, match="own_draft"), transaction():
        verbs[way]()
    assert not policy.sight(people["citizen"], item.document_id).sees_content


def test_nobody_drafts_or_signs_for_themselves(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], colleague: Actor
) -> None:
    of_drafter = desk.ask(shelf.document(), by="archivist")
    with pytest.raises(NotAllowedError, match="own_request"), transaction():
        drafts.offer(people["archivist"], of_drafter.id, LEAVE)
    of_signer = desk.ask(shelf.document(), by="approver")
    draft = offered(colleague, of_signer)
    for verb in (
        lambda: decisions.sign(people["approver"], of_signer.id, draft),
        lambda: drafts.send_back(people["approver"], of_signer.id, draft, "Chưa rõ"),
    ):
        with pytest.raises(NotAllowedError, match="own_request"), transaction():
            verb()


def test_who_set_the_level_does_not_sign(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], colleague: Actor
) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        accounts.change_role(people["administrator"], people["archivist"].id or "", Role.APPROVER)
    setter = accounts.actor_of("archivist@example.vn")
    draft = offered(colleague, item)
    with pytest.raises(NotAllowedError, match="set_the_level"), transaction():
        decisions.sign(setter, item.id, draft)


def test_a_draft_is_the_second_pair_of_eyes_where_nobody_set_a_level(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], colleague: Actor
) -> None:
    item = desk.ask(shelf.document(level=None))
    draft = offered(colleague, item)
    with transaction():
        assert decisions.sign(people["approver"], item.id, draft).standing == "granted"


def test_what_waits_for_a_signature_is_not_decided_beside_it(
    item: ItemView, people: dict[str, Actor], colleague: Actor
) -> None:
    draft = offered(colleague, item)
    for verb in (decisions.grant, decisions.refuse):
        with pytest.raises(ConflictError, match="draft_waits_for_you"), transaction():
            verb(people["approver"], item.id, REASON)
    with pytest.raises(ConflictError, match="draft_waits"), transaction():
        drafts.offer(people["archivist"], item.id, LEAVE)
    with pytest.raises(ConflictError, match="draft_changed"), transaction():
        decisions.sign(people["approver"], item.id, "0000000000")
    with transaction():
        drafts.send_back(people["approver"], item.id, draft, "Nêu rõ trang nào")
    with pytest.raises(ConflictError, match="draft_changed"), transaction():
        decisions.sign(people["approver"], item.id, draft)


def test_a_draft_sent_back_is_told_and_drafted_anew(
    item: ItemView, people: dict[str, Actor], colleague: Actor
) -> None:
    draft = offered(colleague, item)
    with transaction():
        drafts.send_back(people["approver"], item.id, draft, "Nêu rõ trang nào")
    assert notices.of(colleague, Paging()).rows[0].template == "draft_returned"
    assert [one.template for one in notices.of(people["citizen"], Paging()).rows] == ["request_received"]
    offered(colleague, item)
    newest, oldest = drafts.of_items(colleague, [item.id])[item.id]
    assert (newest.version, newest.state) == (2, DraftState.OFFERED)
    assert (oldest.state, oldest.returned_reason) == (DraftState.RETURNED, "Nêu rõ trang nào")


def test_only_who_wrote_it_takes_a_draft_back(
    item: ItemView, people: dict[str, Actor], colleague: Actor
) -> None:
    draft = offered(colleague, item)
    with pytest.raises(NotAllowedError, match="draft_of_others"), transaction():
        drafts.recall(people["archivist"], item.id, draft)
    with transaction():
        assert drafts.recall(colleague, item.id, draft).state is DraftState.RECALLED
    assert requests.show(colleague, _request(item)).items[0].standing == "submitted"


def test_where_the_rules_ask_for_a_draft_nobody_decides_alone(
    item: ItemView, people: dict[str, Actor], colleague: Actor
) -> None:
    with transaction():
        for row in db.session.scalars(select(ServiceType).where(ServiceType.code == "conditional")):
            row.needs_draft = True
    for verb in (decisions.grant, decisions.refuse):
        with pytest.raises(ConflictError, match="needs_draft"), transaction():
            verb(people["approver"], item.id, REASON)
    draft = offered(colleague, item)
    with transaction():
        assert decisions.sign(people["approver"], item.id, draft).standing == "granted"


@pytest.mark.parametrize(
    ("proposal", "code"),
    [
        (Proposal(Act.GRANT, "vì"), "too_short"),
        (Proposal(Act.GRANT, REASON, pages=(2, 9)), "no_such_pages"),
        (Proposal(Act.GRANT, REASON, pages=(0, 1)), "no_such_pages"),
        (Proposal(Act.GRANT, REASON, pages=(3, 2)), "no_such_pages"),
        (Proposal(Act.REFUSE, REASON, pages=(1, 2)), "refusal_has_no_end"),
        (Proposal(Act.REVOKE, REASON), "missing"),
    ],
)
def test_a_draft_holds_together(item: ItemView, colleague: Actor, proposal: Proposal, code: str) -> None:
    with pytest.raises(InvalidError, match=code), transaction():
        drafts.offer(colleague, item.id, proposal)


def test_the_reason_by_the_rules_fits_the_decision(item: ItemView, colleague: Actor) -> None:
    granting = rulebook.reasons(Outcome.GRANT)[0]
    dated = next(one for one in rulebook.reasons(Outcome.REFUSE) if one.needs_review_on)
    for proposal, code in (
        (Proposal(Act.REFUSE, REASON, term_id=granting.id), "reason_does_not_fit"),
        (Proposal(Act.REFUSE, REASON, term_id=dated.id), "review_day_needed"),
        (Proposal(Act.REFUSE, REASON, term_id=dated.id, review_on=date(2020, 1, 1)), "review_day_needed"),
    ):
        with pytest.raises(InvalidError, match=code), transaction():
            drafts.offer(colleague, item.id, proposal)


def test_an_end_that_is_past_when_it_is_signed_is_told(
    item: ItemView, people: dict[str, Actor], colleague: Actor
) -> None:
    with held_at(read_instant("2026-11-10T09:00")):
        draft = offered(colleague, item, Proposal(Act.GRANT, REASON, until=last_second(date(2026, 11, 12))))
    later = held_at(read_instant("2026-11-13T09:00"))
    with later, pytest.raises(InvalidError, match="end_is_past"), transaction():
        decisions.sign(people["approver"], item.id, draft)
    assert drafts.of_items(colleague, [item.id])[item.id][0].state is DraftState.OFFERED


def test_drafts_go_with_their_request(item: ItemView, people: dict[str, Actor], colleague: Actor) -> None:
    draft = offered(colleague, item)
    with transaction():
        requests.withdraw(people["citizen"], _request(item))
    assert drafts.of_items(colleague, [item.id])[item.id][0].state is DraftState.RECALLED
    with pytest.raises(ConflictError), transaction():
        decisions.sign(people["approver"], item.id, draft)


def test_a_transfer_drops_drafts_too(item: ItemView, people: dict[str, Actor], colleague: Actor) -> None:
    offered(colleague, item)
    with transaction():
        handling.transfer(people["approver"], _request(item), "Do nơi khác giữ")
    assert drafts.of_items(colleague, [item.id])[item.id][0].state is DraftState.RECALLED


def test_what_is_to_sign_stands_in_a_queue(
    item: ItemView, people: dict[str, Actor], colleague: Actor
) -> None:
    assert queues.counts(people["approver"])[Queue.TO_SIGN] == 0
    offered(colleague, item)
    assert queues.counts(people["approver"])[Queue.TO_SIGN] == 1
    assert queues.of(people["approver"], Queue.TO_SIGN, Paging()).total == 1


@pytest.mark.parametrize("stranger", ["citizen", "operator", "administrator"])
def test_nobody_else_drafts_or_reads_drafts(item: ItemView, people: dict[str, Actor], stranger: str) -> None:
    for verb in (
        lambda: drafts.offer(people[stranger], item.id, LEAVE),
        lambda: drafts.of_items(people[stranger], [item.id]),
        lambda: decisions.sign(people[stranger], item.id, "0000000000"),
        lambda: drafts.send_back(people[stranger], item.id, "0000000000", "Chưa rõ"),
    ):
        with pytest.raises(NotAllowedError), transaction():
            verb()


def test_a_level_set_after_the_draft_binds_who_set_it(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], colleague: Actor
) -> None:
    item = desk.ask(shelf.document(level=None))
    draft = offered(colleague, item)
    with transaction():
        documents.set_level(people["archivist"], item.document_id, Level.CONDITIONAL, "đã xem")
        accounts.change_role(people["administrator"], people["archivist"].id or "", Role.APPROVER)
    with pytest.raises(NotAllowedError, match="set_the_level"), transaction():
        decisions.sign(accounts.actor_of("archivist@example.vn"), item.id, draft)


def _request(item: ItemView) -> str:
    return db.session.get_one(Item, item.id).request_id


def test_a_requester_of_the_staff_sees_nothing_behind_their_own_request(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], colleague: Actor
) -> None:
    archivist = people["archivist"]
    item = desk.ask(shelf.document(), by="archivist")
    with transaction():
        handling.take(colleague, _request(item))
    offered(colleague, item)
    assert drafts.of_items(archivist, [item.id]) == {item.id: []}
    own = requests.show(archivist, _request(item))
    assert (own.items[0].standing, own.assigned_name) == ("submitted", "")
    for verb in (
        lambda: assigning.assign(archivist, _request(item), colleague.id),
        lambda: correspondence.note(archivist, _request(item), "Nhanh lên"),
    ):
        with pytest.raises(NotAllowedError, match="own_request"), transaction():
            verb()
