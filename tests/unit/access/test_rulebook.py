"""The rulebook: what holds on a day, who adds to it, and that nothing in it is rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.access import rulebook, rulemaking
from portal.access.rulemaking import Limits, Wording
from portal.access.terms import Outcome, Standing, TermKind
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock
from portal.core.db import end_reading, transaction
from portal.core.errors import (
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)

TODAY = date(2026, 11, 26)
NOON = datetime(2026, 11, 26, 5, tzinfo=UTC)

WORDING = Wording(
    kind=TermKind.REASON,
    code="private_life",
    name_vi="Đời sống riêng",
    name_en="Private life",
    valid_from=date(2027, 1, 1),
    legal_basis="Nghị định mới",
    outcome=Outcome.REFUSE,
    can_appeal=True,
)
LIMITS = Limits(
    code="conditional",
    name_vi="Có điều kiện",
    name_en="Conditional",
    working_days=5,
    extension_days_most=3,
    pause_days_most=10,
    needs_draft=True,
    valid_from=date(2027, 1, 1),
    legal_basis="Quyết định mới",
)


@pytest.fixture(autouse=True)
def day() -> object:
    with clock.held_at(NOON):
        yield


@pytest.fixture
def administrator(people: dict[str, Actor]) -> Actor:
    return people["administrator"]


def _add(actor: Actor, **changes: object) -> str:
    with transaction():
        made = rulemaking.add(actor, replace(WORDING, **changes)).id
    end_reading()
    return made


def _end(actor: Actor, term_id: str, day: date | None) -> None:
    with transaction():
        rulemaking.end(actor, term_id, day)
    end_reading()


def _of(code: str, on: date, kind: TermKind = TermKind.REASON) -> list[str]:
    return [one.name_vi for one in rulebook.terms(kind, on) if one.code == code]


def test_only_those_who_look_after_the_site_change_the_rules(people: dict[str, Actor]) -> None:
    for actor in (*people.values(), ANONYMOUS):
        if actor.may(Permission.MANAGE_SITE):
            continue
        for act in (
            lambda one: rulemaking.add(one, WORDING),
            lambda one: rulemaking.end(one, "term000001", TODAY),
            lambda one: rulemaking.change_service(one, LIMITS),
            lambda one: rulebook.all_terms(one, with_ended=True),
            lambda one: rulebook.all_services(one, with_ended=True),
            lambda one: rulebook.wordings(one, "term000001"),
            lambda one: rulebook.service_history(one, "read"),
        ):
            with pytest.raises(NotAllowedError), transaction():
                act(actor)
    assert rulebook.service("conditional", date(2027, 1, 1)).working_days == 7


def test_every_kind_begins_with_something_in_both_languages_with_its_basis(people: dict[str, Actor]) -> None:
    for kind in TermKind:
        found = rulebook.terms(kind)
        assert found, kind
        for one in found:
            assert one.name_vi
            assert one.name_en
            assert one.legal_basis
            assert bool(one.text_vi) == bool(one.text_en)
    assert {one.code for one in rulebook.reasons(Outcome.NOT_HELD)} == {"not_held"}
    assert rulebook.undertaking() is not None


def test_each_service_has_its_days_by_law(people: dict[str, Actor]) -> None:
    days = {one.code: one.working_days for one in rulebook.services()}
    assert days == {"read": 1, "copy": 2, "conditional": 7, "account": 1, "appeal": 10, "takedown": 3}
    with pytest.raises(UnavailableError):
        rulebook.service("conditional", date(2025, 6, 30))
    with pytest.raises(UnavailableError):
        rulebook.service("no_such")


def test_a_repealed_list_can_be_chosen_until_the_day_before(people: dict[str, Actor]) -> None:
    assert _of("restricted_list", date(2026, 2, 28))
    assert not _of("restricted_list", date(2026, 3, 1))


def test_a_new_wording_ends_the_one_before_and_the_old_one_stays(administrator: Actor) -> None:
    (old,) = [one for one in rulebook.terms(TermKind.REASON) if one.code == "private_life"]
    old_id, old_name, place = old.id, old.name_vi, old.position
    new_id = _add(administrator)
    assert _of("private_life", date(2026, 12, 31)) == [old_name]
    assert _of("private_life", date(2027, 1, 1)) == ["Đời sống riêng"]
    assert rulebook.term(old_id).name_vi == old_name
    assert rulebook.term(new_id).position == place
    assert [one.id for one in rulebook.wordings(administrator, old_id)] == [new_id, old_id]
    assert rulebook.standing(rulebook.term(new_id)) is Standing.TO_COME
    (line,) = trail.of("term", new_id)
    assert (line.action, line.details["ended"]) == ("rule.add", [old_id])


def test_nothing_begins_in_the_past_or_under_a_later_wording(administrator: Actor) -> None:
    with pytest.raises(InvalidError) as caught:
        _add(administrator, valid_from=date(2026, 11, 25))
    assert caught.value.fields == {"valid_from": "rule_day_passed"}
    _add(administrator)
    for day in (date(2026, 12, 1), date(2027, 1, 1)):
        with pytest.raises(ConflictError) as conflict:
            _add(administrator, valid_from=day)
        assert conflict.value.code == "rule_later"


def test_the_first_day_is_counted_in_vietnam(administrator: Actor) -> None:
    with clock.held_at(datetime(2026, 11, 26, 17, 30, tzinfo=UTC)), pytest.raises(InvalidError):
        _add(administrator, valid_from=TODAY)
    assert _add(administrator, valid_from=TODAY)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"code": "Private life"}, "code", "bad_rule_code"),
        ({"code": "a" * 41}, "code", "bad_rule_code"),
        ({"name_vi": " "}, "name_vi", "missing"),
        ({"name_en": ""}, "name_en", "missing"),
        ({"legal_basis": ""}, "legal_basis", "missing"),
        ({"legal_basis": "a" * 301}, "legal_basis", "too_long"),
        ({"text_en": "a" * 4001}, "text_en", "too_long"),
        ({"outcome": None}, "outcome", "missing"),
        ({"valid_from": None}, "valid_from", "missing"),
        ({"kind": TermKind.UNDERTAKING, "text_vi": "Tôi cam kết"}, "text_en", "missing"),
        ({"text_vi": "Chỉ tiếng Việt"}, "text_en", "both_languages"),
    ],
)
def test_a_rule_lacks_nothing(
    administrator: Actor, changes: dict[str, object], field: str, code: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        _add(administrator, **changes)
    assert caught.value.fields == {field: code}


def test_there_is_one_undertaking_at_a_time(administrator: Actor) -> None:
    words = {"kind": TermKind.UNDERTAKING, "text_vi": "Tôi hứa", "text_en": "I promise"}
    made = _add(administrator, code="shorter", **words)
    before, after = rulebook.undertaking(date(2026, 12, 31)), rulebook.undertaking(date(2027, 1, 1))
    assert before is not None
    assert after is not None
    assert (before.code, after.id) == ("reader", made)
    assert len(rulebook.terms(TermKind.UNDERTAKING, date(2027, 1, 1))) == 1


def test_a_rule_ends_after_its_last_day_and_keeps_its_words(administrator: Actor) -> None:
    (row,) = [one for one in rulebook.terms(TermKind.EXTENSION) if one.code == "scanning"]
    term_id = row.id
    _end(administrator, term_id, TODAY)
    assert _of("scanning", TODAY, TermKind.EXTENSION)
    assert not _of("scanning", date(2026, 11, 27), TermKind.EXTENSION)
    _end(administrator, term_id, date(2026, 12, 31))
    assert _of("scanning", date(2026, 12, 31), TermKind.EXTENSION)
    assert [line.action for line in trail.of("term", term_id)] == ["rule.end", "rule.end"]
    with clock.held_at(datetime(2027, 1, 1, tzinfo=UTC)):
        assert rulebook.term(term_id).name_vi
        with pytest.raises(ConflictError) as caught:
            _end(administrator, term_id, date(2027, 2, 1))
        assert caught.value.code == "rule_is_over"


def test_no_end_in_the_past_and_none_past_the_next_wording(administrator: Actor) -> None:
    (row,) = [one for one in rulebook.terms(TermKind.REASON) if one.code == "private_life"]
    term_id = row.id
    for day, code in ((date(2026, 11, 25), "rule_day_passed"), (None, "missing")):
        with pytest.raises(InvalidError) as caught:
            _end(administrator, term_id, day)
        assert caught.value.fields == {"last_day": code}
    _add(administrator)
    with pytest.raises(ConflictError) as conflict:
        _end(administrator, term_id, date(2027, 1, 1))
    assert conflict.value.code == "rule_has_later"
    with pytest.raises(NotFoundError):
        _end(administrator, "0000000000", TODAY)


def test_what_has_not_begun_can_be_taken_back(administrator: Actor) -> None:
    (row,) = [one for one in rulebook.terms(TermKind.REASON) if one.code == "private_life"]
    old_id, old_name = row.id, row.name_vi
    new_id = _add(administrator)
    _end(administrator, new_id, TODAY)
    assert rulebook.standing(rulebook.term(new_id)) is Standing.TAKEN_BACK
    _end(administrator, old_id, date(2027, 6, 30))
    assert _of("private_life", date(2027, 1, 1)) == [old_name]
    with pytest.raises(ConflictError) as caught:
        _add(administrator)
    assert caught.value.code == "rule_same_day"
    _add(administrator, valid_from=date(2027, 1, 2))
    assert _of("private_life", date(2027, 1, 2)) == ["Đời sống riêng"]


def test_a_service_changes_from_a_day_on(administrator: Actor) -> None:
    with transaction():
        made = rulemaking.change_service(administrator, LIMITS).id
    end_reading()
    assert rulebook.service("conditional", date(2026, 12, 31)).working_days == 7
    assert rulebook.service("conditional", date(2027, 1, 1)).id == made
    assert [one.working_days for one in rulebook.service_history(administrator, "conditional")] == [5, 7]
    (line,) = trail.of("service_type", made)
    assert (line.action, line.details["working_days"]) == ("rule.service", 5)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"working_days": 0}, "working_days"),
        ({"working_days": 251}, "working_days"),
        ({"extension_days_most": 251}, "extension_days_most"),
        ({"pause_days_most": 251}, "pause_days_most"),
    ],
)
def test_days_that_cannot_be_are_refused(administrator: Actor, changes: dict[str, int], field: str) -> None:
    with pytest.raises(InvalidError) as caught, transaction():
        rulemaking.change_service(administrator, replace(LIMITS, **changes))
    assert caught.value.fields == {field: "bad_days"}


def test_no_service_is_made_up(administrator: Actor) -> None:
    with pytest.raises(NotFoundError), transaction():
        rulemaking.change_service(administrator, replace(LIMITS, code="fast"))
    with pytest.raises(NotFoundError):
        rulebook.service_history(administrator, "fast")
