"""What can come of a document beside leave and refusal, drafted or decided at once, and by which rule."""

from __future__ import annotations

from datetime import date

import pytest

from portal.access import decisions, drafts, handling, lapsing, requests, rulebook, timeline
from portal.access.models import Item, ItemState, Request, RequestStatus, Resolution
from portal.access.proposals import Proposal
from portal.access.results import ItemView, RequestView
from portal.access.states import Act
from portal.access.terms import Outcome
from portal.accounts import notices
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.catalogue import documents
from portal.core.clock import held_at, read_instant
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.core.paging import Paging
from portal.rights import policy
from portal.rights.levels import Level
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf, run

MONDAY = read_instant("2026-11-09T09:00")


@pytest.fixture
def asked(shelf: Shelf, people: dict[str, Actor]) -> RequestView:
    """A request for two documents."""
    documents_ = [shelf.document(title="Một"), shelf.document(title="Hai")]
    with held_at(MONDAY), transaction():
        return requests.submit(people["citizen"], documents_, PURPOSE)


def decided(actor: Actor, item: ItemView, proposal: Proposal) -> ItemView:
    with transaction():
        return decisions.decide(actor, item.id, proposal)


def told(person: Actor) -> list[str]:
    return [notice.template for notice in notices.of(person, Paging()).rows]


ELSEWHERE = Proposal(Act.TRANSFER, "Trung tâm Lưu trữ quốc gia III giữ; số điện thoại ở trang liên hệ")
NOT_HERE = Proposal(Act.NOT_HELD, "Đã tìm trong kho mà không thấy")


@pytest.mark.parametrize(
    ("proposal", "state", "resolution", "notice"),
    [
        (NOT_HERE, ItemState.NOT_HELD, Resolution.NOT_HELD, "request_not_held"),
        (ELSEWHERE, ItemState.TRANSFERRED, Resolution.TRANSFERRED, "request_item_transferred"),
    ],
)
@pytest.mark.parametrize("is_drafted", [False, True], ids=["at once", "drafted"])
def test_a_document_can_be_answered_without_leave_or_refusal(
    asked: RequestView,
    people: dict[str, Actor],
    proposal: Proposal,
    state: ItemState,
    resolution: Resolution,
    notice: str,
    is_drafted: bool,
) -> None:
    for item in asked.items:
        if is_drafted:
            with transaction():
                draft = drafts.offer(people["archivist"], item.id, proposal)
            with transaction():
                answered = decisions.sign(people["approver"], item.id, draft.id)
        else:
            answered = decided(people["approver"], item, proposal)
        assert (answered.state, answered.reason, answered.grant) == (state, proposal.reason, None)
        assert not policy.sight(people["citizen"], item.document_id).sees_content
    happened = [step.what.value for step in timeline.of(people["citizen"], asked.id).steps]
    assert happened.count({"transferred": "passed_on"}.get(state.value, state.value)) == 2
    now = requests.show(people["citizen"], asked.id)
    assert (now.status, now.resolution) == (RequestStatus.DECIDED, resolution)
    assert told(people["citizen"]).count(notice) == 2


def test_what_became_open_needs_no_leave(asked: RequestView, people: dict[str, Actor]) -> None:
    first, second = asked.items
    open_now = Proposal(Act.ALREADY_OPEN, "Hết thời hạn hạn chế nên ai cũng đọc được")
    with pytest.raises(ConflictError, match="not_open_yet"):
        decided(people["approver"], first, open_now)
    with transaction():
        for item in (first, second):
            documents.set_level(people["administrator"], item.document_id, Level.OPEN, "hết hạn")
    assert decided(people["approver"], first, open_now).state is ItemState.ALREADY_OPEN
    with transaction():
        draft = drafts.offer(people["archivist"], second.id, open_now)
        # Until it is signed it was closed again.
        documents.set_level(people["administrator"], second.document_id, Level.CONDITIONAL, "nhầm")
    with pytest.raises(ConflictError, match="not_open_yet"), transaction():
        decisions.sign(people["approver"], second.id, draft.id)
    assert requests.show(people["citizen"], asked.id).items[1].state is ItemState.SUBMITTED


def test_a_refusal_at_once_keeps_its_rule_and_its_day_for_the_reader(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    term = rulebook.reason_of(Outcome.REFUSE, "private_life")
    with held_at(MONDAY):
        refusal = Proposal(Act.REFUSE, REASON, term_id=term.id, review_on=date(2031, 1, 1))
        decided(people["approver"], asked.items[0], refusal)
    seen = requests.show(people["citizen"], asked.id).items[0]
    assert seen.rule is not None
    assert (seen.rule.code, seen.rule.legal_basis) == ("private_life", term.legal_basis)
    assert seen.review_on == date(2031, 1, 1)


def test_a_signed_refusal_keeps_its_rule_and_its_day_too(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    term = rulebook.reason_of(Outcome.REFUSE, "private_life")
    refusal = Proposal(Act.REFUSE, REASON, term_id=term.id, review_on=date(2031, 1, 1))
    with held_at(MONDAY), transaction():
        draft = drafts.offer(people["archivist"], asked.items[0].id, refusal)
    with transaction():
        signed = decisions.sign(people["approver"], asked.items[0].id, draft.id)
    assert signed.rule is not None
    assert (signed.rule.code, signed.review_on) == ("private_life", date(2031, 1, 1))


@pytest.mark.parametrize("way", ["at once", "drafted"])
def test_both_ways_ask_for_the_same(asked: RequestView, people: dict[str, Actor], way: str) -> None:
    item = asked.items[0]
    granting, refusing = (
        rulebook.reasons(Outcome.GRANT)[0],
        rulebook.reason_of(Outcome.REFUSE, "private_life"),
    )
    for proposal, code in (
        (Proposal(Act.REFUSE, REASON, term_id=granting.id), "reason_does_not_fit"),
        (Proposal(Act.REFUSE, REASON, term_id=refusing.id), "review_day_needed"),
        (Proposal(Act.NOT_HELD, REASON, term_id=refusing.id), "reason_does_not_fit"),
        (Proposal(Act.GRANT, REASON, review_on=date(2031, 1, 1)), "review_is_of_refusals"),
        (Proposal(Act.GRANT, REASON, pages=(1, 9)), "no_such_pages"),
        (Proposal(Act.NOT_HELD, REASON, pages=(1, 1)), "refusal_has_no_end"),
        (Proposal(Act.WITHDRAW, REASON), "missing"),
    ):
        with pytest.raises(InvalidError, match=code), transaction():
            if way == "drafted":
                drafts.offer(people["archivist"], item.id, proposal)
            else:
                decisions.decide(people["approver"], item.id, proposal)


@pytest.mark.parametrize("act", [Act.NOT_HELD, Act.TRANSFER])
def test_these_too_are_not_for_who_asked_drafted_or_set_the_level(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], act: Act
) -> None:
    own = desk.ask(shelf.document(), by="approver")
    with pytest.raises(NotAllowedError, match="own_request"):
        decided(people["approver"], own, Proposal(act, REASON))
    with pytest.raises(NotAllowedError), transaction():
        decisions.decide(people["archivist"], own.id, Proposal(act, REASON))


def test_a_request_passed_on_and_reopened_leaves_alone_what_was_answered_before(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    approver = people["approver"]
    with held_at(MONDAY):
        decided(approver, asked.items[0], ELSEWHERE)
        with transaction():
            handling.transfer(approver, asked.id, "Cơ quan khác giữ phần còn lại")
        with transaction():
            handling.reopen(approver, asked.id, "Chuyển nhầm")
    states = [item.state for item in requests.show(approver, asked.id).items]
    assert states == [ItemState.TRANSFERRED, ItemState.SUBMITTED]


def test_withdrawing_all_is_one_line_in_the_trail(asked: RequestView, people: dict[str, Actor]) -> None:
    with transaction():
        requests.withdraw(people["citizen"], asked.id)
    lines = [one for one in trail.of("request", asked.id) if one.action == "request.withdraw"]
    assert [one.details["items"] for one in lines] == [[item.id for item in asked.items]]


def test_those_reminded_already_do_not_stand_before_others(
    asked: RequestView, shelf: Shelf, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lapsing, "MOST_AT_ONCE", 1)
    with held_at(MONDAY), transaction():
        later = requests.submit(people["other"], [shelf.document()], PURPOSE)
    for day, one in (("2026-11-11", asked), ("2026-11-12", later)):
        with held_at(read_instant(f"{day}T09:00")), transaction():
            handling.ask_reader(people["archivist"], one.id, "Bạn cần trang nào?")
    with held_at(read_instant("2026-12-09T09:00")):
        for _look in range(2):
            run(lapsing.lapse)
    assert told(people["citizen"]).count("request_lapses_soon") == 1
    assert told(people["other"]).count("request_lapses_soon") == 1


def test_rows_say_what_the_decision_names(asked: RequestView, people: dict[str, Actor]) -> None:
    term = rulebook.reason_of(Outcome.NOT_HELD, "not_held")
    decided(people["approver"], asked.items[0], Proposal(Act.NOT_HELD, REASON, term_id=term.id))
    row = db.session.get_one(Item, asked.items[0].id)
    assert (row.term_id, row.decided_by) == (term.id, people["approver"].id)
    assert db.session.get_one(Request, asked.id).resolution is None
