"""Appeals: offered for as long as the law gives, decided by somebody uninvolved, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from portal import owndata
from portal.access import appeal_views, appeals, decisions, drafts, requests, rulebook, timeline
from portal.access.appeal_rows import AppealStatus
from portal.access.appeal_views import AppealView
from portal.access.models import ItemState, RequestStatus
from portal.access.proposals import OUTCOMES, Proposal
from portal.access.results import RequestView
from portal.access.states import Act
from portal.access.terms import Outcome
from portal.access.timeline import Happening, Next
from portal.accounts import notices
from portal.accounts import people as accounts
from portal.accounts.actors import ANONYMOUS, PORTAL, Actor
from portal.accounts.roles import Role
from portal.catalogue import documents
from portal.core.clock import held_at, read_instant
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.core.workdays import CalendarDay, CalendarVersion, DayKind
from portal.rights.levels import Level
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf, run

WORDS = "Gia đình tôi là chủ sử dụng thửa đất này, xin xem lại"
ANSWER = "Giấy tờ kèm theo cho thấy người khiếu nại là chủ sử dụng"
APPEAL_DAYS = 90


def at(day: str) -> object:
    return held_at(read_instant(f"{day}T09:00"))


@pytest.fixture
def judge(people: dict[str, Actor]) -> Actor:
    """Another approver, who has nothing to do with anything."""
    with transaction():
        return accounts.create(PORTAL, "judge@example.vn", Role.APPROVER, name="Người xét").actor


@pytest.fixture
def refused(shelf: Shelf, people: dict[str, Actor]) -> RequestView:
    """A request for two documents, both refused on Monday the 9th."""
    documents = [shelf.document(title="Một"), shelf.document(title="Hai")]
    with at("2026-11-09"), transaction():
        asked = requests.submit(people["citizen"], documents, PURPOSE)
        for item in asked.items:
            decisions.refuse(people["approver"], item.id, REASON)
        return requests.show(people["citizen"], asked.id)


def _appeal(
    people: dict[str, Actor], refused: RequestView, *numbers: int, day: str = "2026-11-10"
) -> AppealView:
    ids = [item.id for item in refused.items if item.position in (numbers or (1, 2))]
    with at(day), transaction():
        return appeals.submit(people["citizen"], refused.id, ids, WORDS)


def _decide(
    actor: Actor, appeal: AppealView, overturned: Mapping[int, bool], day: str = "2026-11-12"
) -> AppealView:
    by_item = {one.item_id: overturned[one.position] for one in appeal.items if one.position in overturned}
    with at(day), transaction():
        if appeal_views.show(actor, appeal.id).status is AppealStatus.SUBMITTED:
            appeals.take(actor, appeal.id)
        return appeals.decide(actor, appeal.id, by_item, ANSWER)


def told(person: Actor) -> list[str]:
    return [notice.template for notice in notices.of(person, Paging()).rows]


def test_an_appeal_gets_a_number_a_last_day_and_a_receipt(
    refused: RequestView, people: dict[str, Actor]
) -> None:
    appeal = _appeal(people, refused)
    assert appeal.number == "KN-2026-000001"
    assert (appeal.status, appeal.due_on) == (AppealStatus.SUBMITTED, date(2026, 11, 25))
    assert [one.reason for one in appeal.items] == [REASON, REASON]
    assert told(people["citizen"])[0] == "appeal_received"
    assert requests.show(people["citizen"], refused.id).status is RequestStatus.DECIDED


def test_it_is_offered_until_the_last_day_and_not_a_day_longer(
    refused: RequestView, people: dict[str, Actor]
) -> None:
    last = date(2026, 11, 9) + timedelta(days=APPEAL_DAYS)
    with held_at(read_instant(f"{last}T23:59")):
        assert appeals.offered(people["citizen"], refused.id) == dict.fromkeys(
            [item.id for item in refused.items], last
        )
    with held_at(read_instant(f"{last + timedelta(days=1)}T00:00")):
        assert appeals.offered(people["citizen"], refused.id) == {}
    with pytest.raises(ConflictError):
        _appeal(people, refused, day=str(last + timedelta(days=1)))


def test_what_was_granted_cannot_be_appealed_against_and_what_was_ended_can(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], judge: Actor
) -> None:
    grant_id = desk.grant(shelf.document())
    (asked,) = requests.mine(people["citizen"], Paging()).rows
    assert appeals.offered(people["citizen"], asked.id) == {}
    desk.revoke(grant_id)
    assert list(appeals.offered(people["citizen"], asked.id)) == [asked.items[0].id]
    with transaction():
        appeal = appeals.submit(people["citizen"], asked.id, [asked.items[0].id], WORDS)
        appeals.take(judge, appeal.id)
        appeals.decide(judge, appeal.id, {asked.items[0].id: True}, ANSWER)
    assert appeal.items[0].reason == "Cấp nhầm người"
    assert requests.show(people["citizen"], asked.id).items[0].state is ItemState.SUBMITTED
    with transaction():
        again = decisions.grant(judge, asked.items[0].id, REASON)
    assert again.grant is not None
    assert again.grant.is_current


@pytest.mark.parametrize("can_appeal", [True, False])
def test_the_rule_by_which_it_was_refused_says_whether_it_can_be(
    shelf: Shelf, people: dict[str, Actor], can_appeal: bool
) -> None:
    with transaction():
        asked = requests.submit(people["citizen"], [shelf.document()], PURPOSE)
        term = rulebook.reasons(Outcome.REFUSE)[0]
        term.can_appeal = can_appeal
        review_on = date(2030, 1, 1) if term.needs_review_on else None
        proposal = Proposal(Act.REFUSE, REASON, term_id=term.id, review_on=review_on)
        draft = drafts.offer(people["archivist"], asked.items[0].id, proposal)
    # An archivist set the level; the approver only signs.
    with transaction():
        decisions.sign(people["approver"], asked.items[0].id, draft.id)
    assert bool(appeals.offered(people["citizen"], asked.id)) is can_appeal


ANSWERS = {
    "not held, by a rule that allows it": (Act.NOT_HELD, True, True),
    "not held, by a rule that does not": (Act.NOT_HELD, False, False),
    "not held, without a rule": (Act.NOT_HELD, None, False),
    "passed on, whatever the rule says": (Act.TRANSFER, True, False),
    "open already": (Act.ALREADY_OPEN, None, False),
}


@pytest.mark.parametrize(("act", "by_rule", "can_be"), ANSWERS.values(), ids=list(ANSWERS))
def test_of_other_answers_only_not_held_can_be_appealed_against_and_only_by_its_rule(
    shelf: Shelf, people: dict[str, Actor], judge: Actor, act: Act, by_rule: bool | None, can_be: bool
) -> None:
    document_id, outcome = shelf.document(), OUTCOMES[act]
    with transaction():
        asked = requests.submit(people["citizen"], [document_id], PURPOSE)
        term = rulebook.reasons(outcome)[0] if outcome and by_rule is not None else None
        if term:
            term.can_appeal = bool(by_rule)
        if act is Act.ALREADY_OPEN:
            documents.set_level(people["archivist"], document_id, Level.OPEN, "Hết hạn đóng")
    proposal = Proposal(act, REASON, term_id=term.id if term else "")
    with transaction():
        decisions.decide(people["approver"], asked.items[0].id, proposal)
    item = asked.items[0].id
    assert (item in appeals.offered(people["citizen"], asked.id)) is can_be
    if not can_be:
        with pytest.raises(ConflictError), transaction():
            appeals.submit(people["citizen"], asked.id, [item], WORDS)
        return
    with transaction():
        appeal = appeals.submit(people["citizen"], asked.id, [item], WORDS)
        appeals.take(judge, appeal.id)
        appeals.decide(judge, appeal.id, {item: True}, ANSWER)
    now = requests.show(people["citizen"], asked.id)
    assert (now.items[0].state, now.status) == (ItemState.SUBMITTED, RequestStatus.IN_REVIEW)
    with transaction():
        granted = decisions.grant(judge, item, REASON)
    assert granted.grant is not None


def test_the_same_decision_is_appealed_against_once(refused: RequestView, people: dict[str, Actor]) -> None:
    first = _appeal(people, refused, 1)
    with pytest.raises(ConflictError):
        _appeal(people, refused, 1)
    assert _appeal(people, refused, 2).number == "KN-2026-000002"
    with transaction():
        appeals.withdraw(people["citizen"], first.id)
    assert _appeal(people, refused, 1, day="2026-11-20").status is AppealStatus.SUBMITTED


def test_what_is_overturned_is_decided_anew_by_a_new_clock_and_the_rest_stands(
    refused: RequestView, people: dict[str, Actor], judge: Actor
) -> None:
    appeal = _appeal(people, refused)
    done = _decide(judge, appeal, {1: True, 2: False})
    assert (done.status, done.answer) == (AppealStatus.PARTLY, ANSWER)
    assert [one.is_overturned for one in done.items] == [True, False]
    asked = requests.show(people["citizen"], refused.id)
    assert [item.state for item in asked.items] == [ItemState.SUBMITTED, ItemState.REFUSED]
    assert (asked.status, asked.resolution, asked.due_on) == (
        RequestStatus.IN_REVIEW,
        None,
        date(2026, 11, 23),
    )
    assert (asked.items[0].decided_at, asked.items[0].reason) == (None, "")
    assert told(people["citizen"])[0] == "appeal_partly"
    with at("2026-11-13"), transaction():
        decisions.refuse(judge, asked.items[0].id, "Vẫn còn trong thời hạn đóng")
    with at("2026-11-14"):
        assert list(appeals.offered(people["citizen"], refused.id)) == [asked.items[0].id], "a new decision"


@pytest.mark.parametrize(("overturned", "status"), [(False, "upheld"), (True, "overturned")])
def test_all_of_it_stands_or_none(
    refused: RequestView, people: dict[str, Actor], judge: Actor, overturned: bool, status: str
) -> None:
    done = _decide(judge, _appeal(people, refused), {1: overturned, 2: overturned})
    assert done.status == status
    assert told(people["citizen"])[0] == f"appeal_{status}"
    assert requests.show(people["citizen"], refused.id).is_open is overturned


@pytest.mark.parametrize("role", ["signer", "drafter", "level"])
def test_whoever_stands_behind_the_decision_does_not_decide_on_the_appeal(
    shelf: Shelf, people: dict[str, Actor], judge: Actor, role: str
) -> None:
    document = shelf.document()
    with transaction():
        asked = requests.submit(people["citizen"], [document], PURPOSE)
        if role == "level":
            decisions.refuse(people["approver"], asked.items[0].id, REASON)
        else:
            draft = drafts.offer(people["archivist"], asked.items[0].id, Proposal(Act.REFUSE, REASON))
            decisions.sign(people["approver"], asked.items[0].id, draft.id)
        appeal = appeals.submit(people["citizen"], asked.id, [asked.items[0].id], WORDS)
        appeals.take(judge, appeal.id)
    involved = people["approver"]
    if role != "signer":
        # Another office makes nobody free of what they drafted, nor of a level they set.
        assert people["archivist"].id is not None
        with transaction():
            accounts.change_role(people["administrator"], people["archivist"].id, Role.APPROVER)
        involved = accounts.by_id(people["archivist"].id).actor
    with pytest.raises(NotAllowedError) as error, transaction():
        appeals.decide(involved, appeal.id, {asked.items[0].id: True}, ANSWER)
    assert error.value.code == "appeal_involved"
    assert appeal_views.show(judge, appeal.id).status is AppealStatus.IN_REVIEW


def test_who_is_involved_does_not_take_it_up_either(refused: RequestView, people: dict[str, Actor]) -> None:
    appeal = _appeal(people, refused)
    with pytest.raises(NotAllowedError), transaction():
        appeals.take(people["approver"], appeal.id)


def test_whoever_appeals_decides_nothing_of_it(shelf: Shelf, people: dict[str, Actor], judge: Actor) -> None:
    with transaction():
        asked = requests.submit(judge, [shelf.document()], PURPOSE)
        decisions.refuse(people["approver"], asked.items[0].id, REASON)
        appeal = appeals.submit(judge, asked.id, [asked.items[0].id], WORDS)
    with pytest.raises(NotAllowedError), transaction():
        appeals.take(judge, appeal.id)


def test_the_answer_is_put_off_by_so_much_and_no_more(
    refused: RequestView, people: dict[str, Actor], judge: Actor
) -> None:
    appeal = _appeal(people, refused)
    with at("2026-11-11"), transaction():
        later = appeals.extend(people["approver"], appeal.id, 3, "Phải hỏi cơ quan ban hành")
    assert later.due_on == date(2026, 11, 30)
    assert told(people["citizen"])[0] == "appeal_extended"
    with pytest.raises(InvalidError), at("2026-11-11"), transaction():
        appeals.extend(judge, appeal.id, 8, "Phải hỏi cơ quan ban hành")
    with pytest.raises(ConflictError), at("2026-12-01"), transaction():
        appeals.extend(judge, appeal.id, 1, "Phải hỏi cơ quan ban hành")


def test_another_calendar_moves_the_last_day_and_the_reader_is_told(
    refused: RequestView, people: dict[str, Actor]
) -> None:
    appeal = _appeal(people, refused)
    with at("2026-11-12"), transaction():
        version = CalendarVersion(year=2026, version=9, legal_basis="Thông báo của cơ quan")
        db.session.add(version)
        db.session.flush()
        # The version before knew a holiday on the 24th; this one closes two days instead.
        for day in (16, 17):
            closed = CalendarDay(
                version_id=version.id, day=date(2026, 11, day), kind=DayKind.CLOSURE.value, name_vi="Kiểm kê"
            )
            db.session.add(closed)
    with at("2026-11-13"):
        run(appeals.recount)
        run(appeals.recount)
    assert appeal_views.show(people["citizen"], appeal.id).due_on == date(2026, 11, 26)
    assert told(people["citizen"]).count("appeal_due_moved") == 1


def test_every_document_needs_a_word(refused: RequestView, people: dict[str, Actor], judge: Actor) -> None:
    with pytest.raises(InvalidError):
        _decide(judge, _appeal(people, refused), {1: True})


def test_late_is_a_question_to_the_clock(
    refused: RequestView, people: dict[str, Actor], judge: Actor
) -> None:
    appeal = _appeal(people, refused)
    with held_at(read_instant("2026-11-25T23:59")):
        assert appeal_views.counts(judge) == appeal_views.Waiting(1, 0)
    with held_at(read_instant("2026-11-26T00:00")):
        assert appeal_views.counts(judge) == appeal_views.Waiting(1, 1)
        (shown,) = appeal_views.waiting(judge, Paging()).rows
        assert (shown.id, shown.is_overdue) == (appeal.id, True)
    _decide(judge, appeal, {1: False, 2: False})
    assert appeal_views.counts(judge) == appeal_views.Waiting(0, 0)


def test_it_is_for_its_reader_and_the_staff(refused: RequestView, people: dict[str, Actor]) -> None:
    appeal = _appeal(people, refused)
    for actor in (people["other"], people["operator"], people["administrator"], ANONYMOUS):
        with pytest.raises(NotFoundError):
            appeal_views.show(actor, appeal.id)
        assert appeal_views.of_request(actor, refused.id) == []
        for act in (appeals.withdraw, appeals.take):
            with pytest.raises(NotFoundError), transaction():
                act(actor, appeal.id)
        with pytest.raises(NotFoundError), transaction():
            appeals.submit(actor, refused.id, [refused.items[0].id], WORDS)
    with pytest.raises(NotAllowedError), transaction():
        appeals.withdraw(people["archivist"], appeal.id)


def test_the_course_of_the_request_tells_of_it(
    refused: RequestView, people: dict[str, Actor], judge: Actor
) -> None:
    with at("2026-11-09"):
        before = timeline.of(people["citizen"], refused.id)
    assert (before.next, before.until) == (Next.MAY_APPEAL, date(2026, 11, 9) + timedelta(days=APPEAL_DAYS))
    appeal = _appeal(people, refused)
    with at("2026-11-10"):
        during = timeline.of(people["citizen"], refused.id)
    assert (during.next, during.until) == (Next.APPEAL, appeal.due_on)
    _decide(judge, appeal, {1: True, 2: False})
    told_steps = [step.what for step in timeline.of(people["citizen"], refused.id).steps]
    assert told_steps[-4:] == [
        Happening.APPEALED,
        Happening.APPEAL_TAKEN,
        Happening.APPEAL_PARTLY,
        Happening.REVISED,
    ]


def test_an_account_is_not_erased_while_an_appeal_runs(
    refused: RequestView, people: dict[str, Actor]
) -> None:
    appeal = _appeal(people, refused)
    assert owndata.objection(people["citizen"]) == "erase_appeals_run"
    with transaction():
        held = owndata.gather(people["citizen"])
    assert WORDS in str(held["requests"])
    with transaction():
        appeals.withdraw(people["citizen"], appeal.id)
    assert owndata.objection(people["citizen"]) == ""
