"""A request on its way: taken up, asked about, put off, passed on, lapsed, and ended by its documents."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.access import (
    assigning,
    clockwork,
    correspondence,
    decisions,
    handling,
    lapsing,
    queues,
    requests,
    rulebook,
    rulemaking,
)
from portal.access.models import ClockEvent, MessageKind, Request, RequestStatus, Resolution
from portal.access.queues import Queue
from portal.access.results import RequestView
from portal.access.terms import Outcome, TermKind
from portal.accounts import notices
from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.core.clock import held_at, read_instant
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.core.workdays import CalendarDay, CalendarVersion, DayKind
from portal.mail.models import Message
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf, delay, run

MONDAY = read_instant("2026-11-09T09:00")


def at(day: str) -> object:
    return held_at(read_instant(f"{day}T09:00"))


@pytest.fixture
def asked(shelf: Shelf, people: dict[str, Actor]) -> RequestView:
    """A request for two documents, of Monday the 9th."""
    documents = [shelf.document(title="Một"), shelf.document(title="Hai")]
    with held_at(MONDAY), transaction():
        return requests.submit(people["citizen"], documents, PURPOSE)


def told(person: Actor) -> list[str]:
    return [notice.template for notice in notices.of(person, Paging()).rows]


def test_the_answer_is_due_seven_worked_days_after_the_day_of_asking(asked: RequestView) -> None:
    assert (asked.status, asked.due_on) == (RequestStatus.RECEIVED, date(2026, 11, 18))
    with held_at(read_instant("2026-11-18T23:59")):
        assert not asked.is_overdue
    with held_at(read_instant("2026-11-19T00:00")):
        assert asked.is_overdue


def test_who_takes_it_up_works_on_it(asked: RequestView, people: dict[str, Actor]) -> None:
    with at("2026-11-10"), transaction():
        taken = handling.take(people["archivist"], asked.id)
    assert (taken.status, taken.assigned_to) == (RequestStatus.IN_REVIEW, people["archivist"].id)
    assert taken.due_on == asked.due_on
    with pytest.raises(ConflictError), transaction():
        handling.take(people["approver"], asked.id)
    # The reader learns that it is worked on, not by whom.
    assert requests.show(people["citizen"], asked.id).assigned_name == ""


def test_a_question_stops_the_clock_and_the_answer_starts_it(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    archivist, citizen = people["archivist"], people["citizen"]
    with at("2026-11-11"), transaction():
        handling.take(archivist, asked.id)
        waiting = handling.ask_reader(archivist, asked.id, "Bạn cần trang nào?")
    assert (waiting.status, waiting.due_on, waiting.paused_since) == (
        RequestStatus.AWAITING_READER,
        None,
        date(2026, 11, 11),
    )
    assert told(citizen)[0] == "request_question"
    with at("2026-11-25"), transaction():
        correspondence.write(citizen, asked.id, "Trang bản đồ.")
    after = requests.show(citizen, asked.id)
    assert (after.status, after.due_on, after.paused_since) == (
        RequestStatus.IN_REVIEW,
        date(2026, 12, 2),
        None,
    )
    assert "request_answered" in told(archivist)
    letters = correspondence.of(citizen, asked.id)
    assert [(one.kind, one.by_staff, one.name) for one in letters] == [
        (MessageKind.QUESTION, True, ""),
        (MessageKind.ANSWER, False, "Người citizen"),
    ]


def test_notes_and_opinions_are_for_the_staff_alone(asked: RequestView, people: dict[str, Actor]) -> None:
    archivist = people["archivist"]
    with at("2026-11-10"), transaction():
        handling.take(archivist, asked.id)
        correspondence.note(archivist, asked.id, "Hồ sơ có tên người thứ ba")
        handling.consult(archivist, asked.id, "Hỏi Sở Tư pháp về quyền riêng tư")
        handling.go_on(archivist, asked.id, "Sở Tư pháp không phản đối")
        correspondence.write(archivist, asked.id, "Chúng tôi đang tìm")
    assert [one.kind for one in correspondence.of(people["citizen"], asked.id)] == [MessageKind.MESSAGE]
    assert len(correspondence.of(people["approver"], asked.id)) == 4
    assert told(people["citizen"])[0] == "request_message"
    assert requests.show(archivist, asked.id).due_on == asked.due_on


@pytest.mark.parametrize("stranger", ["other", "operator", "administrator"])
def test_nobody_else_reads_or_writes(asked: RequestView, people: dict[str, Actor], stranger: str) -> None:
    for verb in (
        lambda: correspondence.of(people[stranger], asked.id),
        lambda: correspondence.write(people[stranger], asked.id, "Cho tôi xem"),
        lambda: correspondence.of(ANONYMOUS, asked.id),
    ):
        with pytest.raises(NotFoundError):
            verb()
    for act in (handling.take, lambda actor, one: handling.ask_reader(actor, one, "Ai đấy?")):
        with pytest.raises(NotAllowedError):
            act(people[stranger], asked.id)


def test_an_approver_puts_the_answer_off_within_what_is_allowed(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    approver = people["approver"]
    with at("2026-11-17"), transaction():
        later = handling.extend(approver, asked.id, 3, "Phải phục chế trước khi quét", delay())
    assert later.due_on == date(2026, 11, 23)
    assert told(people["citizen"])[0] == "request_extended"
    with at("2026-11-18"):
        with pytest.raises(InvalidError, match="extension_too_long"), transaction():
            handling.extend(approver, asked.id, 5, "Vẫn đang phục chế", delay())
        with transaction():
            assert handling.extend(approver, asked.id, 4, "Vẫn đang phục chế", delay()).due_on == date(
                2026, 11, 30
            )
    with at("2026-12-01"), pytest.raises(ConflictError, match="extension_too_late"), transaction():
        handling.extend(approver, asked.id, 1, "Thêm một ngày", delay())
    with at("2026-11-18"), pytest.raises(NotAllowedError), transaction():
        handling.extend(people["archivist"], asked.id, 1, "Thêm một ngày", delay())


def test_an_extension_names_a_reason_of_the_rules_that_holds_on_the_day(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    approver, place = people["approver"], "2026-11-17"
    refusal = rulebook.reasons(Outcome.REFUSE)[0].id
    ended = delay("searching")
    with at("2026-11-16"), transaction():
        rulemaking.end(people["administrator"], ended, date(2026, 11, 16))
    for term_id, code in (
        ("", "extension_needs_code"),
        *((one, "reason_does_not_fit") for one in (refusal, ended)),
    ):
        with at(place), pytest.raises(InvalidError, match=code), transaction():
            handling.extend(approver, asked.id, 1, "Phải tìm trong kho", term_id)
    chosen = delay("consulting")
    with at(place), transaction():
        handling.extend(approver, asked.id, 1, "Phải hỏi Sở Tư pháp", chosen)
    event = clockwork.last_extension(asked.id)
    assert event is not None
    assert (event.term_id, event.reason) == (chosen, "Phải hỏi Sở Tư pháp")
    line = next(one for one in trail.of("request", asked.id) if one.action == "request.extend")
    assert line.details["term"] == chosen
    message = db.session.scalars(select(Message).where(Message.template == "request_extended")).one()
    assert message.values["reason"] == "Phải hỏi ý kiến cơ quan khác\nPhải hỏi Sở Tư pháp"


def test_where_the_rules_have_no_reasons_words_alone_will_do(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    with at("2026-11-16"), transaction():
        for term in rulebook.terms(TermKind.EXTENSION):
            rulemaking.end(people["administrator"], term.id, date(2026, 11, 16))
    with at("2026-11-17"), transaction():
        later = handling.extend(people["approver"], asked.id, 1, "Phải tìm trong kho")
    assert later.due_on == date(2026, 11, 19)
    event = clockwork.last_extension(asked.id)
    assert event is not None
    assert event.term_id is None


def test_it_lapses_without_an_answer_after_one_reminder(asked: RequestView, people: dict[str, Actor]) -> None:
    citizen = people["citizen"]
    with at("2026-11-11"), transaction():
        handling.ask_reader(people["archivist"], asked.id, "Bạn cần trang nào?")
    with at("2026-12-04"):
        run(lapsing.lapse)
        assert "request_lapses_soon" not in told(citizen)
    for day in ("2026-12-07", "2026-12-08", "2026-12-10"):
        with at(day):
            run(lapsing.lapse)
            assert told(citizen).count("request_lapses_soon") == 1
            assert requests.show(citizen, asked.id).status is RequestStatus.AWAITING_READER
    with at("2026-12-11"):
        run(lapsing.lapse)
    over = requests.show(citizen, asked.id)
    assert (over.status, over.resolution) == (RequestStatus.LAPSED, Resolution.LAPSED)
    assert {item.standing for item in over.items} == {"lapsed"}
    assert told(citizen)[0] == "request_lapsed"
    with at("2026-12-14"), transaction():
        again = handling.reopen(people["approver"], asked.id, "Bạn đọc đã gọi điện đúng hạn")
    assert (again.status, again.resolution, again.due_on) == (
        RequestStatus.IN_REVIEW,
        None,
        date(2026, 12, 23),
    )
    assert {item.standing for item in again.items} == {"submitted"}


def test_an_answer_on_the_last_day_is_in_time(asked: RequestView, people: dict[str, Actor]) -> None:
    with at("2026-11-11"), transaction():
        handling.ask_reader(people["archivist"], asked.id, "Bạn cần trang nào?")
    with held_at(read_instant("2026-12-10T23:59")):
        run(lapsing.lapse)
        with transaction():
            correspondence.write(people["citizen"], asked.id, "Tất cả")
    assert requests.show(people["citizen"], asked.id).status is RequestStatus.IN_REVIEW


def test_it_is_passed_on_to_another_archive(asked: RequestView, people: dict[str, Actor]) -> None:
    with at("2026-11-10"), transaction():
        over = handling.transfer(people["approver"], asked.id, "Hồ sơ do Trung tâm Lưu trữ quốc gia III giữ")
    assert (over.status, over.resolution) == (RequestStatus.TRANSFERRED, Resolution.TRANSFERRED)
    assert {item.standing for item in over.items} == {"transferred"}
    assert told(people["citizen"])[0] == "request_transferred"
    with pytest.raises(ConflictError), transaction():
        decisions.grant(people["approver"], over.items[0].id, REASON)


def test_the_last_decision_ends_the_request(asked: RequestView, people: dict[str, Actor]) -> None:
    first, second = (item.id for item in asked.items)
    with at("2026-11-10"), transaction():
        decisions.grant(people["approver"], first, REASON)
    assert requests.show(people["citizen"], asked.id).status is RequestStatus.RECEIVED
    with at("2026-11-12"), transaction():
        decisions.refuse(people["approver"], second, "Có dữ liệu riêng tư")
    over = requests.show(people["citizen"], asked.id)
    assert (over.status, over.resolution) == (RequestStatus.DECIDED, Resolution.PARTLY_GRANTED)
    # What was promised stays to be seen.
    assert over.due_on == date(2026, 11, 18)
    assert [line.action for line in trail.of("request", asked.id)][-1] == "request.decide"


def test_withdrawing_what_is_left_ends_it_as_decided(asked: RequestView, people: dict[str, Actor]) -> None:
    with at("2026-11-10"), transaction():
        decisions.grant(people["approver"], asked.items[0].id, REASON)
        over = requests.withdraw(people["citizen"], asked.id)
    assert (over.status, over.resolution) == (RequestStatus.DECIDED, Resolution.GRANTED)


def test_withdrawing_all_of_it_ends_it_as_withdrawn(asked: RequestView, people: dict[str, Actor]) -> None:
    with at("2026-11-10"), transaction():
        handling.ask_reader(people["archivist"], asked.id, "Bạn cần trang nào?")
        over = requests.withdraw(people["citizen"], asked.id)
    assert (over.status, over.resolution) == (RequestStatus.WITHDRAWN, Resolution.WITHDRAWN)
    assert over.paused_since is None


def test_the_purpose_can_be_changed_until_somebody_works_on_it(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    with at("2026-11-10"), transaction():
        changed = requests.change(people["citizen"], asked.id, "Tìm mốc ranh giới thửa đất")
    assert changed.purpose == "Tìm mốc ranh giới thửa đất"
    with at("2026-11-10"), transaction():
        handling.take(people["archivist"], asked.id)
    with pytest.raises(ConflictError), transaction():
        requests.change(people["citizen"], asked.id, "Một mục đích khác hẳn")
    with pytest.raises(NotFoundError), transaction():
        requests.change(people["approver"], asked.id, "Một mục đích khác hẳn")


def test_queues_count_what_they_show(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    archivist = people["archivist"]
    for day in ("2026-11-05", "2026-11-09", "2026-11-10", "2026-11-12"):
        with at(day):
            desk.ask(shelf.document())
    with at("2026-11-16"):
        for place, act in ((2, handling.take), (3, lambda a, r: handling.ask_reader(a, r, "Trang nào?"))):
            one = queues.of(archivist, Queue.ALL, Paging()).rows[place]
            with transaction():
                act(archivist, one.id)
    with at("2026-11-18"):
        assert queues.counts(archivist) == {
            Queue.ALL: 4,
            Queue.NEW: 2,
            Queue.MINE: 1,
            Queue.DUE_TODAY: 1,
            Queue.OVERDUE: 1,
            Queue.TO_SIGN: 0,
            Queue.AWAY: 0,
            Queue.TO_DELIVER: 0,
            Queue.AWAITING_READER: 1,
        }
        for queue, number in queues.counts(archivist).items():
            listing = queues.of(archivist, queue, Paging())
            assert (listing.total, len(listing.rows)) == (number, number)
        due = [row.due_on for row in queues.of(archivist, Queue.ALL, Paging()).rows]
        assert due == [date(2026, 11, 16), date(2026, 11, 18), date(2026, 11, 19), None]
    with pytest.raises(NotAllowedError):
        queues.counts(people["administrator"])


def test_a_request_is_given_to_a_colleague_and_handed_over(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    archivist, approver = people["archivist"], people["approver"]
    with transaction():
        assert assigning.assign(archivist, asked.id, approver.id).assigned_to == approver.id
    assert assigning.open_work(approver.id or "") == 1
    for stranger in ("operator", "administrator", "other"):
        with pytest.raises(NotFoundError), transaction():
            assigning.assign(archivist, asked.id, people[stranger].id)
    with transaction():
        assert assigning.assign(archivist, asked.id, None).assigned_to is None
    assert set(assigning.colleagues(archivist)) >= {archivist.id, approver.id}
    assert people["administrator"].id not in assigning.colleagues(archivist)


def test_what_was_asked_before_clocks_were_kept_gets_one_when_it_is_worked_on(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    with transaction():
        row = db.session.get_one(Request, asked.id)
        row.service_id, row.due_on = None, None
        db.session.query(ClockEvent).filter_by(request_id=row.id).delete()
    with at("2026-11-11"), transaction():
        waiting = handling.ask_reader(people["archivist"], asked.id, "Bạn cần trang nào?")
    assert waiting.paused_since == date(2026, 11, 11)
    with at("2026-11-12"), transaction():
        correspondence.write(people["citizen"], asked.id, "Tất cả")
    assert requests.show(people["citizen"], asked.id).due_on == date(2026, 11, 23)


def test_a_changed_calendar_is_counted_anew_and_told(asked: RequestView, people: dict[str, Actor]) -> None:
    with transaction():
        version = CalendarVersion(year=2026, version=9, legal_basis="Thông báo của cơ quan")
        db.session.add(version)
        db.session.flush()
        db.session.add(
            CalendarDay(
                version_id=version.id, day=date(2026, 11, 16), kind=DayKind.CLOSURE.value, name_vi="Kiểm kê"
            )
        )
    with at("2026-11-13"):
        run(clockwork.recount)
        run(clockwork.recount)
    moved = requests.show(people["citizen"], asked.id)
    assert moved.due_on == date(2026, 11, 19)
    assert told(people["citizen"]).count("request_due_moved") == 1


def test_what_an_erased_reader_wrote_is_gone(asked: RequestView, people: dict[str, Actor]) -> None:
    citizen = people["citizen"]
    with at("2026-11-10"), transaction():
        correspondence.write(citizen, asked.id, "Bà tôi tên là Hoa")
    with at("2026-11-11"), transaction():
        correspondence.write(people["archivist"], asked.id, "Chúng tôi đang tìm")
    with transaction():
        correspondence.forget(citizen.id or "")
    texts = [one.text for one in correspondence.of(people["archivist"], asked.id)]
    assert texts == ["", "Chúng tôi đang tìm"]
