"""What a rule covers is granted as it is asked for, by four eyes; what is in doubt goes the usual way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from portal.access import (
    appeals,
    askable,
    auto_rules,
    auto_views,
    copies,
    decisions,
    exposures,
    four_eyes,
    receipts,
    redactions,
    requests,
    rulebook,
    tallies,
    timeline,
)
from portal.access.answers import NOTHING, Answers
from portal.access.auto_rows import AutoRule, AutoState
from portal.access.auto_rules import Wanted
from portal.access.auto_views import Shown
from portal.access.exposure_rows import Exposure
from portal.access.exposures import Report
from portal.access.models import Item, ItemState
from portal.access.results import ItemView
from portal.access.terms import TermKind
from portal.access.timeline import Happening
from portal.accounts import delegations, details, identity, lending
from portal.accounts import people as accounts
from portal.accounts.actors import ANONYMOUS, PORTAL, Actor, Form
from portal.accounts.delegations import Giving
from portal.accounts.details import Details
from portal.accounts.models import Person
from portal.accounts.roles import Permission, Role
from portal.audit import trail
from portal.catalogue import documents, moving, tree
from portal.core import clock, dated
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.core.paging import Paging
from portal.jobs.models import Job
from portal.mail.models import Message
from portal.rights import grants
from portal.rights.grants import Terms
from portal.rights.levels import Level
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf

BASIS = "Thông tư 05/2025/TT-BNV, Điều 9"
FIRST = Paging(1, 10)


@pytest.fixture
def people(people: dict[str, Actor]) -> dict[str, Actor]:
    """The people of the tests, the citizen confirmed by an officer, and a second approver."""
    with transaction():
        email = "second@example.vn"
        accounts.create(PORTAL, email, Role.APPROVER, name="Người thứ hai", password="mat khau dai 123")
        details.write(people["citizen"], Details("079123456789", "0912345678", "", ""))
    _confirm(people["archivist"], people["citizen"])
    return {**people, "second": accounts.actor_of("second@example.vn")}


def _confirm(officer: Actor, reader: Actor) -> None:
    with transaction():
        identity.confirm(officer, reader.id or "", identity.look(officer, reader.id or "").seen)


def _fonds(document_id: str) -> str:
    return tree.by_id(document_id).fonds_id


def _wanted(document_id: str, **other: object) -> Wanted:
    today = clock.today()
    wanted = Wanted(
        place=_fonds(document_id),
        name_vi="Hồ sơ đã quá thời hạn",
        name_en="Files past their term",
        legal_basis=BASIS,
        days=14,
        with_copy=True,
        valid_from=today,
        valid_to=today + timedelta(days=90),
    )
    return replace(wanted, **other)  # type: ignore[arg-type]


Rule = Callable[..., str]


@pytest.fixture
def rule(people: dict[str, Actor]) -> Rule:
    """Propose a rule over the fonds of a document as the archivist, and approve it."""

    def make(document_id: str, by: str = "archivist", to: str = "approver", **other: object) -> str:
        with transaction():
            row = auto_rules.propose(people[by], _wanted(document_id, **other))
        with transaction():
            return auto_rules.approve(people[to], row.id).id

    return make


def _ask(reader: Actor, document_id: str, answers: Answers = NOTHING) -> ItemView:
    with transaction():
        return requests.submit(reader, [document_id], PURPOSE, answers).items[0]


def _is_offered(reader: Actor, document_id: str) -> bool:
    (one,) = askable.of(reader, [document_id])
    return one.offer is not None and not one.offer.needs_identity


def _goes_the_usual_way(reader: Actor, document_id: str) -> None:
    """See that neither the reader is promised anything beforehand nor anything is granted."""
    assert not _is_offered(reader, document_id)
    assert _ask(reader, document_id).state is ItemState.SUBMITTED


def test_what_a_rule_covers_is_granted_as_it_is_asked_for(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    covered, beside = shelf.document(), shelf.document()
    rule_id = rule(covered)
    assert _is_offered(people["citizen"], covered)
    assert not _is_offered(people["citizen"], beside)
    now = clock.now()
    with clock.held_at(now), transaction():
        asked = requests.submit(people["citizen"], [covered, beside], PURPOSE)
    first, second = asked.items
    assert (first.state, second.state) == (ItemState.GRANTED, ItemState.SUBMITTED)
    assert first.grant is not None
    assert first.grant.until == now + timedelta(days=14)
    assert (first.grant.lets_copy, first.grant.pages) == (True, None)
    grant = grants.by_id(first.grant.id)
    assert grant.given_by == people["approver"].id
    item = db.session.get_one(Item, first.id)
    assert (item.decided_by, item.auto_rule_id) == (people["approver"].id, rule_id)
    assert "Hồ sơ đã quá thời hạn" in item.reason
    assert BASIS in item.reason
    (line,) = [one for one in trail.of("item", first.id) if one.action == "request.grant_by_rule"]
    assert (line.actor_id, line.actor_kind, line.details["rule"]) == (None, "machine", rule_id)
    assert asked.is_open, "the other document waits for people"
    job = select(Job.id).where(Job.kind == copies.JOB, Job.subject == grant.id)
    assert db.session.scalar(job) is not None


def test_a_request_that_rules_cover_whole_is_over_at_once(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document = shelf.document()
    rule(document)
    asked = requests.show(people["citizen"], _request_of(_ask(people["citizen"], document)))
    assert (asked.is_open, asked.resolution) == (False, "granted")
    assert asked.items[0].by_rule is not None
    assert asked.items[0].by_rule.name_en == "Files past their term"
    happened = [step.what for step in timeline.of(people["citizen"], asked.id).steps]
    assert happened == [Happening.ARRIVED, Happening.GRANTED_BY_RULE, Happening.DECIDED]
    assert receipts.of(people["citizen"], asked.id).asked.items[0].by_rule == asked.items[0].by_rule
    counted = tallies.of_year(people["approver"], clock.today().year)
    assert [(one.key, one.came) for one in counted.outcomes] == [("granted", 1)]
    told = db.session.scalars(select(Message).where(Message.person_id == people["citizen"].id)).all()
    (mail,) = [one for one in told if one.template == "request_granted"]
    assert "Hồ sơ đã quá thời hạn" in str(mail.values["reason"])


def _request_of(item: ItemView) -> str:
    return db.session.get_one(Item, item.id).request_id


def test_a_rule_to_read_only_brings_no_copy(shelf: Shelf, people: dict[str, Actor], rule: Rule) -> None:
    document = shelf.document()
    rule(document, with_copy=False)
    item = _ask(people["citizen"], document)
    assert item.grant is not None
    assert not item.grant.lets_copy


# Two people


def test_who_proposed_a_rule_does_not_approve_it(shelf: Shelf, people: dict[str, Actor]) -> None:
    document = shelf.document()
    with transaction():
        row = auto_rules.propose(people["approver"], _wanted(document))
    with pytest.raises(NotAllowedError) as caught, transaction():
        auto_rules.approve(people["approver"], row.id)
    assert caught.value.code == "own_rule"
    _goes_the_usual_way(people["citizen"], document)
    with transaction():
        assert auto_rules.approve(people["second"], row.id).state == AutoState.IN_FORCE


def test_nobody_approves_for_whoever_proposed(shelf: Shelf, people: dict[str, Actor]) -> None:
    document = shelf.document()
    with transaction():
        row = auto_rules.propose(people["approver"], _wanted(document))
        _lend(people["approver"], people["archivist"], Permission.DECIDE)
    delegate = _acting(people["archivist"])
    with pytest.raises(NotAllowedError) as caught, transaction():
        auto_rules.approve(delegate, row.id)
    assert caught.value.code == "giver_own_rule"


def test_what_was_proposed_in_a_name_is_not_approved_by_its_bearer(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    with transaction():
        _lend(people["approver"], people["operator"], Permission.HANDLE)
    with transaction():
        row = auto_rules.propose(_acting(people["operator"]), _wanted(document))
    with pytest.raises(NotAllowedError), transaction():
        auto_rules.approve(people["approver"], row.id)
    with transaction():
        auto_rules.approve(people["second"], row.id)


def test_what_a_delegate_approved_names_both(shelf: Shelf, people: dict[str, Actor]) -> None:
    document = shelf.document(setter="administrator")
    with transaction():
        _lend(people["approver"], people["archivist"], Permission.DECIDE)
        row = auto_rules.propose(people["second"], _wanted(document))
    with transaction():
        auto_rules.approve(_acting(people["archivist"]), row.id)
    item = _ask(people["citizen"], document)
    assert item.state is ItemState.GRANTED
    signature = requests.show(people["second"], _request_of(item)).items[0].signature
    assert signature is not None
    assert (signature.name, signature.giver) == (people["archivist"].name, people["approver"].name)
    involved = four_eyes.involved(db.session.get_one(Item, item.id))
    assert {people[one].id for one in ("second", "archivist", "approver", "administrator")} <= involved


def _lend(giver: Actor, delegate: Actor, permission: Permission) -> None:
    today = clock.today()
    giving = Giving(
        giver.id or "", delegate.id or "", frozenset({permission}), Form.TUQ, today, today, "GUQ 12/2026", ""
    )
    delegations.give(giver, giving)


def _acting(person: Actor) -> Actor:
    return lending.acting(db.session.get_one(Person, person.id))


def test_the_database_knows_of_two_people_as_well(shelf: Shelf, people: dict[str, Actor]) -> None:
    document = shelf.document()
    with transaction():
        row = auto_rules.propose(people["approver"], _wanted(document))
    with pytest.raises(IntegrityError), transaction():
        held = db.session.get_one(AutoRule, row.id)
        held.state, held.approved_by, held.approved_at = "in_force", held.proposed_by, clock.now()
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("who", ["citizen", "operator", "administrator"])
def test_only_who_handles_requests_proposes(shelf: Shelf, people: dict[str, Actor], who: str) -> None:
    with pytest.raises(NotAllowedError), transaction():
        auto_rules.propose(people[who], _wanted(shelf.document()))


@pytest.mark.parametrize("who", ["proposer", "approver"])
def test_nobody_is_granted_anything_by_a_rule_of_their_own(
    shelf: Shelf, people: dict[str, Actor], rule: Rule, who: str
) -> None:
    document = shelf.document()
    rule(document, by="second", to="approver")
    reader = people["second" if who == "proposer" else "approver"]
    with transaction():
        details.write(reader, Details("001099123456", "0912345679", "", ""))
    _confirm(people["archivist"], reader)
    _goes_the_usual_way(reader, document)
    assert _is_offered(people["citizen"], document)


# What speaks against a record


def test_who_set_a_level_on_the_path_approves_nothing_below_it(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document = shelf.document()
    with transaction():
        # Once set by the approver it stays theirs, whoever sets the same again.
        _set_as_approver(people, document)
    with transaction():
        documents.set_level(people["administrator"], document, Level.CONDITIONAL, "như cũ")
    rule(document)
    _goes_the_usual_way(people["citizen"], document)


def _set_as_approver(people: dict[str, Actor], document_id: str) -> None:
    """Let the approver have set the level: in another role, before they became one."""
    as_archivist = replace(people["approver"], role=Role.ARCHIVIST)
    documents.set_level(as_archivist, document_id, Level.CONDITIONAL, "trước kia")


def test_a_level_set_after_the_approval_goes_the_usual_way(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document, other = shelf.document(), shelf.document()
    rule(document)
    rule(other)
    with transaction():
        documents.set_level(people["administrator"], document, Level.CONDITIONAL, "xem lại")
        # Also one that somebody sets on what it lies in.
        documents.set_level(people["administrator"], _fonds(other), Level.CONDITIONAL, "cả phông")
    _goes_the_usual_way(people["citizen"], document)
    _goes_the_usual_way(people["citizen"], other)


def test_what_is_put_below_a_covered_place_later_goes_the_usual_way(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    covered, other = shelf.document(), shelf.document()
    with transaction():
        file = tree.create_file(people["archivist"], _fonds(covered), code="H9", name="Hồ sơ khác")
    rule(covered)
    with transaction():
        moving.move(people["archivist"], other, file.id)
    _goes_the_usual_way(people["citizen"], other)


def test_a_rule_that_narrows_does_not_follow_descriptions_written_later(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    narrow, wide = shelf.document(), shelf.document()
    for document in (narrow, wide):
        _date(people, document, date(1990, 5, 1))
    rule(narrow, last_year=1999)
    rule(wide)
    assert _is_offered(people["citizen"], narrow)
    for document in (narrow, wide):
        _date(people, document, date(1991, 5, 1))
    _goes_the_usual_way(people["citizen"], narrow)
    assert _is_offered(people["citizen"], wide)


def _date(people: dict[str, Actor], document_id: str, day: date, type_code: str | None = None) -> None:
    node = tree.by_id(document_id)
    wanted = documents.Description(
        subject=node.title,
        number=node.number,
        issued_on=day,
        type_code=type_code,
        level=Level.CONDITIONAL,
        reason="Có dữ liệu riêng tư",
    )
    with transaction():
        documents.describe(people["archivist"], document_id, wanted, node.version)


def test_a_rule_covers_the_kinds_and_years_it_names(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    kind, other = documents.types()[0].code, documents.types()[1].code
    cases = {
        shelf.document(): (date(1999, 12, 31), kind, True),
        shelf.document(): (date(2000, 1, 1), kind, False),
        shelf.document(): (date(1990, 1, 1), other, False),
        shelf.document(): (None, kind, False),
    }
    for document, (day, code, is_covered) in cases.items():
        _date(people, document, day, code)  # type: ignore[arg-type]
        rule(document, kinds=[kind], last_year=1999)
        assert _is_offered(people["citizen"], document) is is_covered, (day, code)
        assert (_ask(people["citizen"], document).state is ItemState.GRANTED) is is_covered


def test_a_rule_covers_the_forms_of_use_it_names(shelf: Shelf, people: dict[str, Actor], rule: Rule) -> None:
    document, second = shelf.document(), shelf.document()
    forms = {term.code: term.id for term in rulebook.terms(TermKind.USE_FORM)}
    for one in (document, second):
        rule(one, use_forms=["read_online"])
    (before,) = askable.of(people["citizen"], [document])
    assert before.offer is not None
    assert [term.code for term in before.offer.use_forms or ()] == ["read_online"], "the reader learns it"
    assert _ask(people["citizen"], document, Answers(use_form=forms["copy"])).state is ItemState.SUBMITTED
    assert _ask(people["citizen"], second, Answers(use_form=forms["read_online"])).state is ItemState.GRANTED


def test_a_record_that_somebody_reported_goes_the_usual_way(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document = shelf.document()
    rule(document)
    kind = rulebook.terms(TermKind.TAKEDOWN)[0].id
    with transaction():
        exposures.report(ANONYMOUS, document, Report("Dòng ba có số thẻ của tôi", kind), "192.0.2.7")
    _goes_the_usual_way(people["citizen"], document)


@pytest.mark.parametrize("place", ["file", "fonds"])
def test_what_lies_in_something_that_was_reported_goes_the_usual_way(
    shelf: Shelf, people: dict[str, Actor], rule: Rule, place: str
) -> None:
    document = shelf.document()
    reported = _fonds(document)
    if place == "file":
        with transaction():
            reported = tree.create_file(people["archivist"], reported, code="H9", name="Hồ sơ").id
            moving.move(people["archivist"], document, reported)
    rule_id = rule(document)
    assert auto_views.covered(people["archivist"], rule_id, FIRST).total == 1
    _report(people["archivist"], reported)
    assert auto_views.covered(people["archivist"], rule_id, FIRST).rows == []
    _goes_the_usual_way(people["citizen"], document)


def test_what_was_opened_again_waits_for_the_answer_to_its_report(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document, other = shelf.document(), shelf.document()
    report_id = _report(people["archivist"], _fonds(document))
    with transaction():
        exposures.hide(people["archivist"], report_id)
    with transaction():
        exposures.open_again(people["second"], report_id)
    rule_id = rule(document)
    assert auto_views.covered(people["archivist"], rule_id, FIRST).total == 0
    _goes_the_usual_way(people["citizen"], document)
    rule(other)
    assert _is_offered(people["citizen"], other), "the report is on another fonds"
    with transaction():
        exposures.answer(people["archivist"], report_id, "Đã xem, không có gì phải che")
    assert auto_views.covered(people["archivist"], rule_id, FIRST).total == 1


def _report(actor: Actor, node_id: str) -> str:
    told = Report("Dòng ba có số thẻ của tôi", rulebook.terms(TermKind.TAKEDOWN)[0].id)
    with transaction():
        exposures.report(actor, node_id, told, "192.0.2.7")
    return db.session.scalars(select(Exposure.id).where(Exposure.node_id == node_id)).one()


def test_a_record_with_a_redacted_version_goes_the_usual_way(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document = shelf.document()
    rule(document)
    with transaction():
        redactions.begin(people["archivist"], document, "Có tên người còn sống")
    _goes_the_usual_way(people["citizen"], document)


def test_what_is_on_paper_only_goes_the_usual_way(shelf: Shelf, people: dict[str, Actor], rule: Rule) -> None:
    document = shelf.on_paper()
    rule(document)
    _goes_the_usual_way(people["citizen"], document)


def test_what_was_withheld_is_no_longer_there_to_be_granted(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document = shelf.document()
    rule(document)
    with transaction():
        documents.set_level(people["archivist"], document, Level.WITHHELD, "có khiếu nại")
    assert not _is_offered(people["citizen"], document)
    assert askable.of(people["citizen"], [document])[0].askable is askable.Askable.GONE


def test_a_place_is_named_only_to_those_who_may_know_of_it(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document = shelf.document()
    rule_id, place = rule(document), _fonds(document)
    with transaction():
        _lend(people["approver"], people["operator"], Permission.HANDLE)
        documents.set_level(people["archivist"], place, Level.WITHHELD, "có khiếu nại")
    delegate = _acting(people["operator"])
    assert auto_views.show(delegate, rule_id).node is None
    assert [one.node for one in auto_views.listing(delegate, Shown.HOLDS, FIRST).rows] == [None]
    assert auto_views.covered(delegate, rule_id, FIRST).total == 0
    seen = auto_views.show(people["archivist"], rule_id).node
    assert seen is not None
    assert seen.id == place


def test_an_approver_who_left_stands_behind_nothing_new(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document, other = shelf.document(), shelf.document()
    rule(document)
    rule(other, to="second")
    with transaction():
        db.session.get_one(Person, people["approver"].id).disabled_at = clock.now()
        db.session.get_one(Person, people["second"].id).role = Role.ARCHIVIST.value
    _goes_the_usual_way(people["citizen"], document)
    _goes_the_usual_way(people["citizen"], other)


# What speaks against a reader


def test_who_is_not_confirmed_waits_for_people(shelf: Shelf, people: dict[str, Actor], rule: Rule) -> None:
    document = shelf.document()
    rule(document)
    for reader in (people["other"], ANONYMOUS):
        (one,) = askable.of(reader, [document])
        assert one.offer is not None
        assert one.offer.needs_identity, "they learn that confirming who they are would help"
    _goes_the_usual_way(people["other"], document)


@pytest.mark.parametrize("outcome", ["refused", "revoked", "in part"])
def test_who_was_refused_the_record_before_waits_for_people(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], rule: Rule, outcome: str
) -> None:
    document = shelf.document()
    if outcome == "revoked":
        desk.revoke(desk.grant(document))
    else:
        item = desk.ask(document)
        with transaction():
            if outcome == "refused":
                decisions.refuse(people["approver"], item.id, REASON)
            else:
                decisions.grant(people["approver"], item.id, REASON, terms=Terms(pages=(1, 1)))
    rule(document)
    _goes_the_usual_way(people["citizen"], document)


def test_what_needs_papers_waits_for_people(shelf: Shelf, people: dict[str, Actor], rule: Rule) -> None:
    document = shelf.document()
    rule(document)
    served_first = next(term for term in rulebook.terms(TermKind.PRIORITY) if term.needs_evidence)
    item = _ask(people["citizen"], document, Answers(priority=served_first.id))
    assert item.state is ItemState.SUBMITTED


# From when until when


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL)


def test_a_rule_holds_from_its_first_instant_to_its_last(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    first, last = clock.today() + timedelta(days=10), clock.today() + timedelta(days=20)
    document = shelf.document()
    rule(document, valid_from=first, valid_to=last)
    second = timedelta(seconds=1)
    for instant, is_held in (
        (_midnight(first) - second, False),
        (_midnight(first), True),
        (_midnight(last + timedelta(days=1)) - second, True),
        (_midnight(last + timedelta(days=1)), False),
    ):
        with clock.held_at(instant):
            assert _is_offered(people["citizen"], document) is is_held
    with clock.held_at(_midnight(last + timedelta(days=1))):
        assert _ask(people["citizen"], document).state is ItemState.SUBMITTED


def test_a_rule_that_was_ended_grants_nothing_more_and_takes_nothing_back(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document, later = shelf.document(), shelf.document()
    rule_id = rule(document)
    with transaction():
        moving.move(
            people["archivist"],
            later,
            tree.create_file(people["archivist"], _fonds(document), code="H2", name="Hai").id,
        )
    item = _ask(people["citizen"], document)
    assert item.grant is not None
    with transaction():
        details.write(people["other"], Details("001099123457", "0912345670", "", ""))
    _confirm(people["archivist"], people["other"])
    assert _is_offered(people["other"], document)
    with transaction():
        auto_rules.end(people["approver"], rule_id, "Căn cứ đã hết hiệu lực")
    _goes_the_usual_way(people["other"], document)
    assert grants.is_current(grants.by_id(item.grant.id))
    with pytest.raises(ConflictError), transaction():
        auto_rules.end(people["approver"], rule_id, "Căn cứ đã hết hiệu lực")


def test_the_days_that_are_given_never_pass_the_limit_of_the_day(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document = shelf.document()
    rule(document, days=100)
    with transaction():
        row = db.session.scalars(
            select(dated.DatedValue).where(dated.DatedValue.key == dated.GRANT_DAYS_MOST)
        ).one()
        row.value = "40"
    now = clock.now()
    with clock.held_at(now):
        item = _ask(people["citizen"], document)
    assert item.grant is not None
    assert item.grant.until == now + timedelta(days=40)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name_en": " "}, "name_en"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"place": "khong co"}, "place"),
        ({"place": "0000000000"}, "place"),
        ({"days": 366}, "grant_days"),
        ({"days": 0}, "grant_days"),
        ({"valid_to": None}, "valid_to"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_from": date(2020, 1, 1)}, "valid_from"),
        ({"valid_to": date(2100, 1, 1)}, "valid_to"),
        ({"kinds": ["XX"]}, "kinds"),
        ({"use_forms": ["fly"]}, "use_forms"),
        ({"last_year": 3000}, "last_year"),
    ],
)
def test_a_rule_that_does_not_hold_together_is_not_proposed(
    shelf: Shelf, people: dict[str, Actor], wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as caught, transaction():
        auto_rules.propose(people["archivist"], _wanted(shelf.document(), **wrong))
    assert field in caught.value.fields


def test_a_rule_ends_after_it_begins(shelf: Shelf, people: dict[str, Actor]) -> None:
    today = clock.today()
    days = {"valid_from": today + timedelta(days=5), "valid_to": today + timedelta(days=4)}
    with pytest.raises(InvalidError), transaction():
        auto_rules.propose(people["archivist"], _wanted(shelf.document(), **days))


def test_a_place_is_named_by_id_address_or_code(shelf: Shelf, people: dict[str, Actor]) -> None:
    document = shelf.document()
    fonds = tree.by_id(_fonds(document))
    archivist = people["archivist"]
    for text in (fonds.id, f"https://luutru.example.vn/cay/{fonds.id}", f" {fonds.code} "):
        assert auto_rules.place(archivist, text).id == fonds.id
    assert auto_rules.place(archivist, f"/r/{document}").id == document
    holding = tree.by_id(document).parent_id or ""
    with pytest.raises(InvalidError):
        auto_rules.place(archivist, holding)


# Afterwards


def test_what_a_rule_granted_is_revoked_and_appealed_as_usual(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    document = shelf.document()
    rule(document)
    item = _ask(people["citizen"], document)
    assert item.grant is not None
    with transaction():
        revoked = decisions.revoke(people["second"], item.grant.id, "Phát hiện khai không đúng")
    assert revoked.state is ItemState.REVOKED
    row = db.session.get_one(Item, item.id)
    involved = four_eyes.involved(row)
    assert {people[one].id for one in ("archivist", "approver", "second", "citizen")} <= involved
    with transaction():
        appeal = appeals.submit(people["citizen"], row.request_id, [item.id], "Tôi khai đúng, xin xem lại")
    for one in ("approver", "second"):
        with pytest.raises(NotAllowedError), transaction():
            appeals.take(people[one], appeal.id)
    with transaction():
        accounts.create(
            PORTAL, "third@example.vn", Role.APPROVER, name="Người thứ ba", password="mat khau dai 123"
        )
    third = accounts.actor_of("third@example.vn")
    with transaction():
        appeals.take(third, appeal.id)
    with transaction():
        appeals.decide(third, appeal.id, {item.id: True}, "Khiếu nại có cơ sở, xét lại từ đầu.")
    db.session.expire_all()
    assert (row.state, row.auto_rule_id) == (ItemState.SUBMITTED.value, None)
    assert {people[one].id for one in ("archivist", "approver")} <= four_eyes.involved(row)


def test_staff_see_what_a_rule_covers_and_what_it_granted(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    covered = shelf.document()
    rule_id = rule(covered)
    archivist = people["archivist"]
    listed = auto_views.covered(archivist, rule_id, FIRST)
    assert [(one.node.id, one.is_granted) for one in listed.rows] == [(covered, True)]
    assert (listed.total, auto_views.granted(archivist, rule_id)) == (1, 0)
    _ask(people["citizen"], covered)
    assert auto_views.granted(archivist, rule_id) == 1
    with transaction():
        documents.set_level(people["administrator"], covered, Level.CONDITIONAL, "xem lại")
    assert auto_views.covered(archivist, rule_id, FIRST).total == 0


def test_rules_are_listed_by_what_is_to_be_done(shelf: Shelf, people: dict[str, Actor], rule: Rule) -> None:
    holds, over = rule(shelf.document()), rule(shelf.document())
    with transaction():
        waiting = auto_rules.propose(people["second"], _wanted(shelf.document())).id
        declined = auto_rules.propose(people["second"], _wanted(shelf.document())).id
        auto_rules.end(people["approver"], over, "Không cần nữa")
        auto_rules.decline(people["approver"], declined, "Chưa đủ căn cứ")
    found = {
        which: {one.row.id for one in auto_views.listing(people["approver"], which, FIRST).rows}
        for which in Shown
    }
    assert found == {Shown.WAITING: {waiting}, Shown.HOLDS: {holds}, Shown.OVER: {over, declined}}
    assert auto_views.counts(people["approver"]) == {Shown.WAITING: 1, Shown.HOLDS: 1, Shown.OVER: 2}
    assert auto_views.show(people["second"], waiting).is_own
    assert not auto_views.show(people["approver"], waiting).is_own
    with clock.held_at(_midnight(clock.today() + timedelta(days=92))):
        assert auto_views.counts(people["approver"])[Shown.HOLDS] == 0
        with pytest.raises(ConflictError), transaction():
            auto_rules.approve(people["approver"], waiting)


def test_what_rules_are_asked_costs_no_more_for_many_records(
    shelf: Shelf, people: dict[str, Actor], rule: Rule
) -> None:
    wanted = [shelf.document() for _ in range(5)]
    for document in wanted:
        rule(document)

    def cost(ids: list[str]) -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(db.engine, "before_cursor_execute", note)
        assert all(one.offer for one in askable.of(people["citizen"], ids))
        event.remove(db.engine, "before_cursor_execute", note)
        return count

    askable.of(people["citizen"], wanted)
    assert cost(wanted) == cost(wanted[:1]) <= 20
