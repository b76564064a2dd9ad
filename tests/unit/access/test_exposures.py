"""Reports that a record shows personal data: from anybody, hidden at once, opened by two, answered."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from portal.access import exposure_views, exposures, rulebook
from portal.access.exposure_rows import Exposure, ExposureState
from portal.access.exposures import TRANSITIONS, ExposureAct, Report
from portal.access.terms import TermKind
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Permission, Role
from portal.audit import trail
from portal.catalogue import browsing, documents, indexing
from portal.core import clock, house
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, TooManyError
from portal.core.paging import Paging
from portal.rights import opening, policy, protections
from portal.rights.levels import Level
from tests.unit.access.conftest import Shelf, run

WORDS = "Dòng thứ ba ở trang hai có số thẻ của một người"
ANSWER = "Cơ quan đã xem và ẩn tài liệu này"
EMAIL = "nguoibao@example.vn"

LINES = {
    ("received", "hide"): "hidden",
    ("received", "answer"): "answered",
    ("hidden", "open_again"): "received",
    ("hidden", "answer"): "upheld",
    ("answered", "reopen"): "received",
    ("upheld", "reopen"): "hidden",
}


def sent(document_id: str, *, email: str = "", origin: str = "192.0.2.7", by: Actor = ANONYMOUS) -> str:
    kind = rulebook.terms(TermKind.TAKEDOWN)[0].id
    with transaction():
        exposures.report(by, document_id, Report(WORDS, kind, email=email), origin)
        return db.session.scalars(select(Exposure.id).order_by(Exposure.received_at.desc())).first() or ""


def do(act: ExposureAct, actor: Actor, report_id: str) -> None:
    with transaction():
        if act is ExposureAct.ANSWER:
            exposures.answer(actor, report_id, ANSWER)
        else:
            {
                ExposureAct.HIDE: exposures.hide,
                ExposureAct.OPEN_AGAIN: exposures.open_again,
                ExposureAct.REOPEN: exposures.reopen,
            }[act](actor, report_id)


def test_the_table_is_as_it_was_agreed() -> None:
    assert {(start.value, act.value): to.value for (start, act), to in TRANSITIONS.items()} == LINES


@pytest.mark.parametrize("role", list(Role))
def test_every_state_takes_the_acts_of_the_table_from_those_who_handle(
    shelf: Shelf, people: dict[str, Actor], role: Role
) -> None:
    report_id = sent(shelf.document(Level.OPEN))
    for state, act in product(ExposureState, ExposureAct):
        with transaction():
            row = db.session.get_one(Exposure, report_id)
            row.state, row.hidden_by = state.value, people["administrator"].id
        line = LINES.get((state.value, act.value))
        if people[role].may(Permission.HANDLE) and line:
            do(act, people[role], report_id)
            assert db.session.get_one(Exposure, report_id).state == line
        else:
            with pytest.raises((ConflictError, NotAllowedError)):
                do(act, people[role], report_id)
            assert db.session.get_one(Exposure, report_id, populate_existing=True).state == state.value


def test_a_record_is_hidden_by_one_and_opened_again_by_another(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    document_id = shelf.document(Level.OPEN, title="Danh sách hộ gia đình")
    while indexing.drain():
        pass
    fonds = protections.of(document_id).path.strip("/").split("/")[0]
    before = len(browsing.inside(ANONYMOUS, fonds, Paging()).rows)
    report_id = sent(document_id)
    do(ExposureAct.HIDE, people["archivist"], report_id)
    assert policy.sight(ANONYMOUS, document_id) == policy.NOTHING
    assert policy.sight(people["operator"], document_id) == policy.NOTHING
    assert document_id in policy.visibility(ANONYMOUS).not_under
    assert len(browsing.inside(ANONYMOUS, fonds, Paging()).rows) <= before
    with pytest.raises(NotAllowedError, match="hidden_by_you"):
        do(ExposureAct.OPEN_AGAIN, people["archivist"], report_id)
    assert policy.effective_level(document_id) is Level.WITHHELD
    do(ExposureAct.OPEN_AGAIN, people["approver"], report_id)
    assert policy.sight(ANONYMOUS, document_id).is_public
    levels = [line.details for line in trail.of("document", document_id) if line.action == "access.set_level"]
    assert levels[-2:] == [{"before": "open", "after": "withheld"}, {"before": "withheld", "after": "open"}]


def test_of_two_reports_the_last_that_hides_keeps_it_hidden(shelf: Shelf, people: dict[str, Actor]) -> None:
    document_id = shelf.document()
    first, second = sent(document_id), sent(document_id)
    do(ExposureAct.HIDE, people["archivist"], first)
    do(ExposureAct.HIDE, people["archivist"], second)
    do(ExposureAct.OPEN_AGAIN, people["approver"], first)
    assert protections.of(document_id).own_level is Level.WITHHELD
    do(ExposureAct.OPEN_AGAIN, people["approver"], second)
    assert protections.of(document_id).own_level is Level.CONDITIONAL


BASIS = "Luật Lưu trữ 33/2024, Điều 29"


def _closed_until(shelf: Shelf, actor: Actor) -> tuple[str, date]:
    """Return a conditional document, and the day on which it opens by itself."""
    document_id, day = shelf.document(), clock.today() + timedelta(days=30)
    with transaction():
        documents.set_opening(actor, document_id, day, BASIS)
    return document_id, day


def test_a_record_that_is_put_back_opens_on_its_day(shelf: Shelf, people: dict[str, Actor]) -> None:
    document_id, day = _closed_until(shelf, people["archivist"])
    first, second = sent(document_id), sent(document_id)
    for report_id in (first, second):
        do(ExposureAct.HIDE, people["archivist"], report_id)
    assert opening.of(document_id) == (None, "")
    for report_id in (first, second):
        do(ExposureAct.OPEN_AGAIN, people["approver"], report_id)
    assert protections.of(document_id).own_level is Level.CONDITIONAL
    assert opening.of(document_id) == (day, BASIS)


def test_a_record_whose_day_came_while_it_was_hidden_is_open_when_put_back(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    document_id, day = _closed_until(shelf, people["archivist"])
    report_id = sent(document_id)
    do(ExposureAct.HIDE, people["archivist"], report_id)
    with clock.held_at(clock.now() + timedelta(days=31)):
        assert clock.today() > day
        assert policy.effective_level(document_id) is Level.WITHHELD, "no day opens what is hidden"
        do(ExposureAct.OPEN_AGAIN, people["approver"], report_id)
        assert policy.effective_level(document_id) is Level.OPEN


def test_what_a_report_hides_nobody_opens_beside_it(shelf: Shelf, people: dict[str, Actor]) -> None:
    document_id = shelf.document(Level.OPEN)
    report_id = sent(document_id)
    do(ExposureAct.HIDE, people["archivist"], report_id)
    for level in (Level.OPEN, Level.CONDITIONAL):
        with pytest.raises(ConflictError, match="taken_down"), transaction():
            documents.set_level(people["archivist"], document_id, level, "Biểu mẫu cũ")
    assert protections.of(document_id).own_level is Level.WITHHELD


def test_a_level_of_its_own_reason_outlasts_the_report(shelf: Shelf, people: dict[str, Actor]) -> None:
    document_id = shelf.document(Level.OPEN)
    report_id = sent(document_id)
    do(ExposureAct.HIDE, people["archivist"], report_id)
    with transaction():
        documents.set_level(people["archivist"], document_id, Level.WITHHELD, "Có yêu cầu của toà án")
    do(ExposureAct.OPEN_AGAIN, people["approver"], report_id)
    assert protections.of(document_id).own_level is Level.WITHHELD
    with transaction():
        documents.set_level(people["archivist"], document_id, Level.CONDITIONAL, "Toà đã xong")
    assert protections.of(document_id).own_level is Level.CONDITIONAL


def test_the_answer_goes_to_the_sealed_address_which_is_forgotten(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    report_id = sent(shelf.document(Level.OPEN), email=EMAIL)
    kept = db.session.get_one(Exposure, report_id).email_sealed
    assert kept is not None
    assert EMAIL.encode() not in kept
    do(ExposureAct.ANSWER, people["approver"], report_id)
    run(exposures.send, report_id)
    row = db.session.get_one(Exposure, report_id, populate_existing=True)
    assert (row.email_sealed, row.key_id) == (None, None)
    mails = [one.read_bytes() for one in house.settings().home.rglob("*.eml")]
    assert len(mails) == 1
    assert EMAIL.encode() in mails[0]
    run(exposures.send, report_id)


def test_a_report_says_what_and_of_what(shelf: Shelf, people: dict[str, Actor]) -> None:
    document_id = shelf.document(Level.OPEN)
    kind = rulebook.terms(TermKind.TAKEDOWN)[0].id
    for given in (Report("ngắn", kind), Report(WORDS, ""), Report(WORDS, kind, email="không phải thư")):
        with pytest.raises(InvalidError), transaction():
            exposures.report(ANONYMOUS, document_id, given, "192.0.2.8")
    for hidden in (shelf.document(Level.WITHHELD), shelf.document(published=False), "0000000000"):
        with pytest.raises(NotFoundError), transaction():
            exposures.report(ANONYMOUS, hidden, Report(WORDS, kind), "192.0.2.9")


def test_nobody_is_told_who_reported(shelf: Shelf, people: dict[str, Actor]) -> None:
    report_id = sent(shelf.document(Level.OPEN), by=people["citizen"])
    (line,) = trail.of("exposure", report_id)
    assert line.actor_id is None
    shown = exposure_views.show(people["archivist"], report_id)
    assert not shown.has_email
    with pytest.raises(NotAllowedError):
        exposure_views.show(people["administrator"], report_id)


def test_reports_from_one_origin_are_slowed_down(shelf: Shelf) -> None:
    document_id = shelf.document(Level.OPEN)
    for _ in range(exposures.ORIGIN_MOST):
        sent(document_id)
    with pytest.raises(TooManyError):
        sent(document_id)
    assert sent(document_id, origin="198.51.100.4")


def test_an_address_that_no_answer_reaches_is_forgotten(shelf: Shelf, people: dict[str, Actor]) -> None:
    report_id = sent(shelf.document(Level.OPEN), email=EMAIL)
    do(ExposureAct.ANSWER, people["approver"], report_id)
    with transaction():
        exposures.give_up(report_id, "mail_refused")
    assert db.session.get_one(Exposure, report_id).email_sealed is None
