"""The course of a request as its reader may know it, from the trail, the clock and the copies."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.access import correspondence, decisions, handling, lapsing, requests, timeline
from portal.access.results import RequestView
from portal.access.timeline import OF_TRAIL, Happening, Next
from portal.accounts.actors import ANONYMOUS, Actor
from portal.core.clock import held_at, read_instant
from portal.core.db import transaction
from portal.core.errors import NotFoundError
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf, delay, run

H = Happening
NOTE = "Hồ sơ này có tên người thứ ba"


def at(day: str, hour: int = 9) -> object:
    return held_at(read_instant(f"{day}T{hour:02}:00"))


@pytest.fixture
def asked(shelf: Shelf, people: dict[str, Actor]) -> RequestView:
    """A request for two documents, of Monday the 9th."""
    documents = [shelf.document(title="Một"), shelf.document(title="Hai")]
    with at("2026-11-09"), transaction():
        return requests.submit(people["citizen"], documents, PURPOSE)


def happened(actor: Actor, asked: RequestView) -> list[tuple[Happening, int | None, date | None]]:
    return [(step.what, step.position, step.due_on) for step in timeline.of(actor, asked.id).steps]


def test_a_request_that_has_just_come_in_says_what_comes_next_and_by_when(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    found = timeline.of(people["citizen"], asked.id)
    assert happened(people["citizen"], asked) == [(H.ARRIVED, None, date(2026, 11, 18))]
    assert (found.next, found.until, found.is_for_reader) == (Next.TAKEN_UP, date(2026, 11, 18), False)


def test_a_question_its_answer_and_a_delay_stand_with_the_day_that_followed(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    archivist, citizen = people["archivist"], people["citizen"]
    with at("2026-11-10"), transaction():
        handling.take(archivist, asked.id)
        correspondence.note(archivist, asked.id, NOTE)
        handling.consult(archivist, asked.id, "Hỏi Sở Tư pháp")
        handling.go_on(archivist, asked.id, "Sở Tư pháp đồng ý")
    with at("2026-11-11"), transaction():
        handling.ask_reader(archivist, asked.id, "Bạn cần trang nào?")
        waiting = timeline.of(citizen, asked.id)
        last = lapsing.last_day(requests._own(citizen, asked.id))
    assert (waiting.next, waiting.until, waiting.is_for_reader) == (Next.ANSWER, last, True)
    with at("2026-11-25"), transaction():
        correspondence.write(citizen, asked.id, "Trang bản đồ.")
        correspondence.write(citizen, asked.id, "Và trang mục lục.")
    with at("2026-11-26"), transaction():
        handling.extend(people["approver"], asked.id, 3, "Phải phục chế trước", delay())
        correspondence.write(archivist, asked.id, "Chúng tôi đang phục chế.")
    assert happened(citizen, asked) == [
        (H.ARRIVED, None, date(2026, 11, 18)),
        (H.TAKEN_UP, None, None),
        (H.CONSULTED, None, None),
        (H.WENT_ON, None, None),
        (H.ASKED, None, None),
        (H.ANSWERED, None, date(2026, 12, 2)),
        (H.READER_WROTE, None, None),
        (H.EXTENDED, None, date(2026, 12, 7)),
        (H.ARCHIVE_WROTE, None, None),
    ]
    told = [step.reason for step in timeline.of(citizen, asked.id).steps if step.reason]
    assert told == ["Phải phục chế trước"], "neither notes nor what other offices were asked"


def test_reasons_that_are_for_the_staff_are_not_told(asked: RequestView, people: dict[str, Actor]) -> None:
    with transaction():
        handling.ask_reader(people["archivist"], asked.id, "Bạn cần trang nào?")
        handling.go_on(people["archivist"], asked.id, NOTE)
    assert happened(people["citizen"], asked)[-1][0] is H.WENT_ON
    assert [step.reason for step in timeline.of(people["citizen"], asked.id).steps] == ["", "", ""]


def test_decisions_copies_and_ends_stand_by_document(
    asked: RequestView, people: dict[str, Actor], desk: Desk
) -> None:
    approver, citizen = people["approver"], people["citizen"]
    with at("2026-11-10"), transaction():
        granted = decisions.grant(approver, asked.items[0].id, REASON)
    with at("2026-11-11"), transaction():
        decisions.refuse(approver, asked.items[1].id, REASON)
    assert granted.grant is not None
    with at("2026-11-12"):
        desk.build(granted.grant.id)
    with at("2026-11-13"):
        found = timeline.of(citizen, asked.id)
    assert [(step.what, step.position) for step in found.steps] == [
        (H.ARRIVED, None),
        (H.GRANTED, 1),
        (H.REFUSED, 2),
        (H.DECIDED, None),
        (H.COPY_READY, 1),
    ]
    assert (found.next, found.until, found.is_for_reader) == (Next.READ, granted.grant.until, True)
    with held_at(granted.grant.until + timedelta(days=90)):
        over = timeline.of(citizen, asked.id)
    assert (over.steps[-1].what, over.steps[-1].position, over.next) == (H.ENDED, 1, Next.NOTHING)


def test_what_is_withdrawn_lapsed_and_opened_again_is_told_once(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    citizen, archivist = people["citizen"], people["archivist"]
    with at("2026-11-10"), transaction():
        handling.ask_reader(archivist, asked.id, "Bạn cần trang nào?")
    with at("2027-03-01"):
        run(lapsing.lapse)
    with at("2027-03-02"), transaction():
        handling.reopen(people["approver"], asked.id, "Người đọc nằm viện")
    with at("2027-03-03"), transaction():
        requests.withdraw(citizen, asked.id)
    assert [step.what for step in timeline.of(citizen, asked.id).steps] == [
        H.ARRIVED,
        H.ASKED,
        H.LAPSED,
        H.REOPENED,
        H.WITHDRAWN,
    ]
    assert timeline.of(citizen, asked.id).next is Next.NOTHING


def test_drafts_and_assigning_are_not_told(asked: RequestView, people: dict[str, Actor]) -> None:
    assert not [action for action in OF_TRAIL if action.startswith("draft.") or "assign" in action]


def test_the_course_is_for_its_reader_and_for_who_handles_it(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    for actor in (people["other"], people["operator"], people["administrator"], ANONYMOUS):
        with pytest.raises(NotFoundError):
            timeline.of(actor, asked.id)
    assert happened(people["archivist"], asked) == happened(people["citizen"], asked)


def test_why_the_answer_was_put_off_stands_as_the_rules_worded_it(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    with at("2026-11-10"), transaction():
        handling.extend(people["approver"], asked.id, 3, "Phải phục chế trước", delay())
    (step,) = [one for one in timeline.of(people["citizen"], asked.id).steps if one.what is H.EXTENDED]
    assert step.rule is not None
    assert step.rule.name_vi == "Phải số hoá hoặc phục chế trước"
    assert step.reason == "Phải phục chế trước"
