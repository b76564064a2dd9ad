"""A request is written in steps: kept between them, sent once, and only as it was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from portal.access import answers as answering
from portal.access import asking, basket, decisions, half_written, receipts, requests, rulebook, rulemaking
from portal.access.answers import Answers, Evidence
from portal.access.asking import Step, Written
from portal.access.half_written import HalfWritten
from portal.access.models import Request
from portal.access.rulemaking import Wording
from portal.access.terms import TermKind
from portal.accounts import notices
from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.catalogue import documents
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, PortalError
from portal.core.paging import Paging
from portal.rights import grants
from portal.rights.grants import Scope
from portal.rights.levels import Level
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf, run


def code_id(kind: TermKind, code: str) -> str:
    return next(term.id for term in rulebook.terms(kind) if term.code == code)


def given(purpose: str = "research", form: str = "read_online", priority: str = "") -> Answers:
    return Answers(
        code_id(TermKind.PURPOSE, purpose),
        code_id(TermKind.USE_FORM, form),
        code_id(TermKind.PRIORITY, priority) if priority else "",
    )


def held() -> str:
    term = rulebook.undertaking()
    assert term is not None
    return term.id


def write(actor: Actor, *node_ids: str, answers: Answers | None = None) -> Written:
    """Go through all steps that need an answer."""
    with transaction():
        asking.choose(actor, node_ids)
        asking.explain(actor, PURPOSE, answers or given())
        return asking.undertake(actor, held())


def send(actor: Actor, written: Written) -> requests.RequestView:
    with transaction():
        return asking.send(actor, written.id, written.version)


def step(actor: Actor) -> Step:
    return asking.missing(actor, asking.present(actor))


def test_each_step_leads_to_the_next_until_nothing_is_missing(shelf: Shelf, people: dict[str, Actor]) -> None:
    citizen, document = people["citizen"], shelf.document()
    assert (asking.present(citizen), step(citizen)) == (None, Step.WHAT)
    with transaction():
        asking.choose(citizen, [document])
    assert step(citizen) is Step.WHY
    with transaction():
        asking.explain(citizen, PURPOSE, given("press"))
    assert step(citizen) is Step.EVIDENCE, "the press brings a paper"
    with transaction():
        asking.prove(citizen, Evidence.BROUGHT)
    assert step(citizen) is Step.UNDERTAKING
    with transaction():
        written = asking.undertake(citizen, held())
    assert step(citizen) is Step.CHECK
    assert step(people["other"]) is Step.WHAT
    asked = send(citizen, written)
    assert asked.purpose == PURPOSE
    assert asked.answers.purpose_kind is not None
    assert asked.answers.purpose_kind.code == "press"
    assert asked.answers.use_form is not None
    assert asked.answers.use_form.code == "read_online"
    assert asked.answers.evidence is Evidence.BROUGHT
    assert asked.answers.undertaking is not None
    assert asked.answers.undertaking.id == held()
    assert asked.answers.undertaken_at == written.answers.undertaken_at
    assert asking.present(citizen) is None


def test_open_records_fall_out_and_what_was_asked_leaves_the_basket(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    citizen = people["citizen"]
    opened, closed, paper = shelf.document(Level.OPEN), shelf.document(), shelf.on_paper()
    with transaction():
        basket.add(citizen, [opened, closed, paper])
    written = write(citizen, opened, closed, paper, answers=given(form="copy"))
    assert written.documents == (closed, paper)
    asked = send(citizen, written)
    assert [item.document_id for item in asked.items] == [closed, paper]
    assert basket.of(citizen) == [opened]


@pytest.mark.parametrize("count", [0, 51])
def test_there_is_something_to_ask_for_and_not_too_much(
    shelf: Shelf, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(requests, "MOST_DOCUMENTS", 1)
    wanted = [shelf.document(), shelf.document()] if count else [shelf.document(Level.OPEN), "0000000000"]
    with pytest.raises(InvalidError) as caught, transaction():
        asking.choose(people["citizen"], wanted)
    assert "documents" in caught.value.fields


def test_sent_twice_it_is_one_request(shelf: Shelf, people: dict[str, Actor]) -> None:
    written = write(people["citizen"], shelf.document())
    first = send(people["citizen"], written)
    assert send(people["citizen"], written).id == first.id
    assert db.session.scalar(select(func.count()).select_from(Request)) == 1
    with pytest.raises(ConflictError), transaction():
        asking.send(people["other"], written.id, written.version)


def test_what_another_window_changed_is_not_sent_unseen(shelf: Shelf, people: dict[str, Actor]) -> None:
    citizen = people["citizen"]
    seen = write(citizen, shelf.document())
    with transaction():
        changed = asking.choose(citizen, [shelf.document()])
    with pytest.raises(ConflictError) as caught:
        send(citizen, seen)
    assert caught.value.code == "half_written_changed"
    assert send(citizen, changed).items[0].document_id == changed.documents[0]


def test_nothing_is_sent_while_something_is_missing(shelf: Shelf, people: dict[str, Actor]) -> None:
    citizen = people["citizen"]
    with transaction():
        asking.choose(citizen, [shelf.document()])
        written = asking.explain(citizen, PURPOSE, given())
    with pytest.raises(ConflictError):
        send(citizen, written)
    assert db.session.scalar(select(func.count()).select_from(Request)) == 0


def test_a_record_closed_before_sending_is_not_asked_for(shelf: Shelf, people: dict[str, Actor]) -> None:
    citizen, kept, closed = people["citizen"], shelf.document(), shelf.document()
    written = write(citizen, kept, closed)
    with transaction():
        documents.set_level(people["archivist"], closed, Level.WITHHELD, "có khiếu nại")
    assert [item.document_id for item in send(citizen, written).items] == [kept]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"purpose_kind": ""}, "purpose_kind"),
        ({"use_form": ""}, "use_form"),
        ({"purpose_kind": "0000000000"}, "purpose_kind"),
        ({"priority": "term000001"}, "priority"),
    ],
)
def test_answers_are_rows_of_the_rulebook_of_their_kind(
    shelf: Shelf, people: dict[str, Actor], change: dict[str, str], field: str
) -> None:
    with transaction():
        asking.choose(people["citizen"], [shelf.document()])
    with pytest.raises(InvalidError) as caught, transaction():
        asking.explain(people["citizen"], PURPOSE, replace(given(), **change))  # type: ignore[arg-type]
    assert field in caught.value.fields


def test_an_answer_that_the_rules_took_back_is_asked_again(shelf: Shelf, people: dict[str, Actor]) -> None:
    citizen = people["citizen"]
    written = write(citizen, shelf.document())
    with transaction():
        rulemaking.end(people["administrator"], written.answers.purpose_kind, clock.today())
    with clock.held_at(clock.now() + timedelta(days=1)):
        assert step(citizen) is Step.WHY
        with pytest.raises(ConflictError):
            send(citizen, written)


def _reword(people: dict[str, Actor], day: date) -> str:
    old = rulebook.term(held())
    wording = Wording(
        kind=TermKind.UNDERTAKING,
        code=old.code,
        name_vi=old.name_vi,
        name_en=old.name_en,
        text_vi="Tôi cam kết khác.",
        text_en="I undertake otherwise.",
        valid_from=day,
        legal_basis=old.legal_basis,
    )
    with transaction():
        return rulemaking.add(people["administrator"], wording).id


def test_an_undertaking_that_was_worded_anew_is_accepted_anew(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    citizen, tomorrow = people["citizen"], clock.now() + timedelta(days=1)
    asked = send(citizen, write(citizen, shelf.document(), answers=given("study", "copy")))
    half = write(citizen, shelf.document())
    with transaction():
        decisions.refuse(people["approver"], asked.items[0].id, REASON)
    old, new = held(), _reword(people, tomorrow.astimezone(clock.LOCAL).date())
    with clock.held_at(tomorrow):
        assert step(citizen) is Step.UNDERTAKING
        with pytest.raises(ConflictError) as caught, transaction():
            asking.undertake(citizen, old)
        assert caught.value.code == "undertaking_changed"
        with pytest.raises(ConflictError):
            send(citizen, half)
        with transaction():
            assert asking.again(citizen, asked.items[0].id) is None
        written = asking.present(citizen)
        assert written is not None
        assert (written.documents, written.purpose) == ((asked.items[0].document_id,), PURPOSE)
        assert step(citizen) is Step.UNDERTAKING, "all else is carried over"
        with transaction():
            sent = asking.undertake(citizen, new)
        again = send(citizen, sent)
        assert again.answers.use_form is not None
        assert again.answers.use_form.code == "copy"
        shown = requests.show(citizen, asked.id)
        assert shown.answers.undertaking is not None
        assert shown.answers.undertaking.id == old, "what was accepted keeps its words"


def test_asking_again_takes_one_click_while_the_undertaking_is_the_same(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    citizen = people["citizen"]
    asked = send(citizen, write(citizen, shelf.document(), answers=given("study", "copy")))
    with transaction():
        decisions.refuse(people["approver"], asked.items[0].id, REASON)
    for stranger in ("other", "approver"):
        with pytest.raises(NotFoundError), transaction():
            asking.again(people[stranger], asked.items[0].id)
    with transaction():
        again = asking.again(citizen, asked.items[0].id)
    assert again is not None
    assert answering.of(db.session.get_one(Request, again.id)) == answering.of(
        db.session.get_one(Request, asked.id)
    )
    with pytest.raises(ConflictError), transaction():
        asking.again(citizen, asked.items[0].id)


def test_what_is_half_written_is_thrown_away_at_its_end(shelf: Shelf, people: dict[str, Actor]) -> None:
    citizen = people["citizen"]
    written = write(citizen, shelf.document())
    assert written.until - clock.now() > timedelta(days=29)
    with clock.held_at(written.until):
        assert asking.present(citizen) is None, "whether the worker runs or not"
        with pytest.raises(ConflictError):
            send(citizen, written)
    run(half_written.retire)
    assert db.session.scalar(select(func.count()).select_from(HalfWritten)) == 1
    with clock.held_at(written.until):
        run(half_written.retire)
    assert db.session.scalar(select(func.count()).select_from(HalfWritten)) == 0


def test_nobody_writes_without_signing_in_and_nothing_stands_in_the_trail(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    for verb in (
        lambda: asking.choose(ANONYMOUS, [document]),
        lambda: asking.present(ANONYMOUS),
        lambda: asking.send(ANONYMOUS, "0000000000", 1),
    ):
        with pytest.raises(NotAllowedError), transaction():
            verb()
    for late in (
        lambda: asking.explain(people["citizen"], PURPOSE, given()),
        lambda: asking.undertake(people["citizen"], held()),
        lambda: asking.prove(people["citizen"], Evidence.SENT),
    ):
        with pytest.raises(NotFoundError), transaction():
            late()
    written = write(people["citizen"], document)
    assert people["citizen"].id is not None
    assert "request" not in " ".join(line.action for line in trail.by(people["citizen"].id, 50)[0])
    asked = send(people["citizen"], written)
    assert trail.of("request", asked.id)[0].action == "request.submit"


def test_paper_is_asked_for_to_be_read_in_the_reading_room_and_opens_no_page(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    citizen = people["citizen"]
    for level in (Level.CONDITIONAL, Level.OPEN):
        paper = shelf.on_paper(level)
        with pytest.raises(InvalidError) as caught:
            write(citizen, paper)
        assert caught.value.code == "use_needs_scan"
        asked = send(citizen, write(citizen, paper, answers=given(form="read_room")))
        assert asked.items[0].on_paper
        with pytest.raises(PortalError), transaction():
            decisions.grant(people["archivist"], asked.items[0].id, REASON)
        with transaction():
            granted = decisions.grant(people["approver"], asked.items[0].id, REASON)
        assert granted.grant is not None
        assert not granted.grant.lets_copy, "there is nothing to build a copy of"
        assert grants.by_id(granted.grant.id).scope == Scope.VIEW.value
        told = notices.of(citizen, Paging()).rows[0]
        assert told.template == "request_granted_on_paper"


def test_a_receipt_is_for_the_reader_and_those_who_handle_requests(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    asked = send(people["citizen"], write(people["citizen"], shelf.document()))
    for who in ("citizen", "archivist", "approver"):
        receipt = receipts.of(people[who], asked.id)
        assert receipt.asked.number == asked.number
        assert (receipt.working_days, receipt.days[-1].day) == (7, asked.due_on)
        assert "1.013932" in receipt.legal_basis
    for who in ("other", "operator", "administrator"):
        with pytest.raises(NotFoundError):
            receipts.of(people[who], asked.id)
