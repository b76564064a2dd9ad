"""One of the staff signs for another: what is lent, to whom, from when until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from portal.accounts import absences, delegations, lending, notices
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor, Form
from portal.accounts.delegations import Giving
from portal.accounts.roles import Permission, Role
from portal.audit import trail
from portal.core.clock import held_at, read_instant
from portal.core.db import transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging

DECIDE, HANDLE = frozenset({Permission.DECIDE}), frozenset({Permission.HANDLE})
FIRST, LAST = date(2026, 11, 10), date(2026, 11, 20)


def at(day: str, time: str = "09:00") -> object:
    return held_at(read_instant(f"{day}T{time}"))


def giving(people: dict[str, Actor], **other: object) -> Giving:
    usual = Giving(
        people["approver"].id or "", people["archivist"].id or "", DECIDE, Form.TUQ, FIRST, LAST,
        "Giấy ủy quyền số 12/GUQ-LTLS; Nghị định 30/2020/NĐ-CP",
    )  # fmt: skip
    return replace(usual, **other)  # type: ignore[arg-type]


def given(actor: Actor, wanted: Giving) -> delegations.DelegationView:
    with at("2026-11-09"), transaction():
        return delegations.give(actor, wanted)


def now(role: str) -> Actor:
    return accounts.actor_of(f"{role}@example.vn")


def test_it_holds_from_its_first_to_its_last_day(people: dict[str, Actor]) -> None:
    given(people["approver"], giving(people))
    for day, time, holds in (
        ("2026-11-09", "23:59", False),
        ("2026-11-10", "00:00", True),
        ("2026-11-20", "23:59", True),
        ("2026-11-21", "00:00", False),
    ):
        with at(day, time):
            assert now("archivist").may(Permission.DECIDE) is holds, (day, time)
    with at("2026-11-10"):
        (lent,) = now("archivist").lent
    assert (lent.giver, lent.form, lent.to_day) == ("Người approver", "TUQ", LAST)
    assert {one.action for one in trail.of("delegation", lent.id)} == {"delegation.give"}
    assert [one.template for one in notices.of(people["archivist"], Paging()).rows] == ["delegation_given"]


def test_it_ends_at_once_when_one_of_the_two_or_an_administrator_ends_it(people: dict[str, Actor]) -> None:
    for who in ("approver", "archivist", "administrator"):
        one = given(people["approver"], giving(people))
        with at("2026-11-12"):
            assert now("archivist").may(Permission.DECIDE)
            with pytest.raises(NotFoundError), transaction():
                delegations.revoke(people["operator"], one.id)
            with transaction():
                delegations.revoke(people[who], one.id)
            assert not now("archivist").may(Permission.DECIDE)
            with pytest.raises(ConflictError, match="delegation_is_over"), transaction():
                delegations.revoke(people[who], one.id)


def test_nobody_lends_what_their_role_does_not_carry(people: dict[str, Actor]) -> None:
    archivist = people["archivist"].id or ""
    operator = people["operator"].id or ""
    for wanted in (
        giving(people, giver_id=archivist, delegate_id=operator),
        giving(people, giver_id=people["administrator"].id, permissions=HANDLE),
        giving(people, permissions=frozenset()),
        giving(people, permissions=frozenset({Permission.MANAGE_PEOPLE})),
    ):
        with pytest.raises(InvalidError, match="cannot_lend"):
            given(people["administrator"], wanted)


def test_what_was_lent_is_not_lent_on(people: dict[str, Actor]) -> None:
    given(people["approver"], giving(people))
    with at("2026-11-12"):
        deputy = now("archivist")
        assert deputy.may(Permission.DECIDE)
        assert lending.lendable(deputy) == HANDLE
        on = giving(
            people, giver_id=deputy.id, delegate_id=people["operator"].id, from_day=date(2026, 11, 12)
        )
        with pytest.raises(InvalidError, match="cannot_lend"), transaction():
            delegations.give(deputy, on)


@pytest.mark.parametrize("delegate", ["administrator", "citizen", "other"])
def test_only_staff_who_do_not_manage_accounts_are_lent_to(people: dict[str, Actor], delegate: str) -> None:
    with pytest.raises(InvalidError, match="cannot_be_lent_to"):
        given(people["approver"], giving(people, delegate_id=people[delegate].id))


def test_an_administrator_lends_for_others_and_gains_nothing(people: dict[str, Actor]) -> None:
    with pytest.raises(InvalidError, match="lent_to_oneself"):
        given(people["administrator"], giving(people, delegate_id=people["administrator"].id))
    given(people["administrator"], giving(people))
    with at("2026-11-12"):
        assert now("archivist").may(Permission.DECIDE)
        assert not now("administrator").may(Permission.DECIDE)
    assert [one.template for one in notices.of(people["approver"], Paging()).rows] == ["delegation_given"]
    for stranger in ("archivist", "operator", "citizen"):
        with pytest.raises(NotAllowedError):
            given(people[stranger], giving(people, delegate_id=people["operator"].id))


def test_another_role_or_a_closed_account_ends_what_is_lent(people: dict[str, Actor]) -> None:
    given(people["approver"], giving(people))
    with at("2026-11-12"):
        with transaction():
            accounts.change_role(people["administrator"], people["archivist"].id or "", Role.ADMINISTRATOR)
        assert not now("archivist").may(Permission.DECIDE)
        with transaction():
            accounts.change_role(people["administrator"], people["archivist"].id or "", Role.OPERATOR)
        assert now("archivist").may(Permission.DECIDE)
        with transaction():
            accounts.change_role(people["administrator"], people["approver"].id or "", Role.OPERATOR)
        assert not now("archivist").may(Permission.DECIDE)
        with transaction():
            accounts.change_role(people["administrator"], people["approver"].id or "", Role.APPROVER)
            accounts.disable(people["administrator"], people["approver"].id or "")
        assert not now("archivist").may(Permission.DECIDE)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"to_day": None}, "missing"),
        ({"from_day": None}, "missing"),
        ({"to_day": date(2026, 11, 9)}, "bad_period"),
        ({"to_day": date(2028, 1, 1)}, "bad_period"),
        ({"from_day": date(2026, 11, 8)}, "rule_day_passed"),
        ({"basis": "số"}, "too_short"),
        ({"permissions": HANDLE}, "has_it_already"),
    ],
)
def test_days_and_paper_are_named(people: dict[str, Actor], other: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidError, match=code):
        given(people["approver"], giving(people, **other))


def test_each_sees_their_own_and_administrators_all(people: dict[str, Actor]) -> None:
    given(people["approver"], giving(people))
    for who, number in (("approver", 1), ("archivist", 1), ("operator", 0), ("administrator", 1)):
        assert len(delegations.of(people[who])) == number
    with pytest.raises(NotAllowedError):
        delegations.of(people["citizen"])


def test_who_is_away_is_told_by_the_day(people: dict[str, Actor]) -> None:
    archivist = people["archivist"]
    with at("2026-11-09"), transaction():
        one = absences.note(archivist, archivist.id or "", FIRST, LAST)
    for day, is_away in (
        ("2026-11-09", False),
        ("2026-11-10", True),
        ("2026-11-20", True),
        ("2026-11-21", False),
    ):
        with at(day):
            assert (archivist.id in absences.away()) is is_away
    with at("2026-11-12"):
        with pytest.raises(NotAllowedError), transaction():
            absences.note(people["operator"], archivist.id or "", date(2026, 11, 12), LAST)
        with pytest.raises(NotFoundError), transaction():
            absences.strike(people["operator"], one.id)
        with transaction():
            absences.strike(people["administrator"], one.id)
        assert absences.away() == {}
        with pytest.raises(ConflictError, match="absence_is_over"), transaction():
            absences.strike(archivist, one.id)


def test_readers_are_not_away(people: dict[str, Actor]) -> None:
    with at("2026-11-09"), pytest.raises(InvalidError), transaction():
        absences.note(people["administrator"], people["citizen"].id or "", FIRST, LAST)
    with transaction():
        assert accounts.create(PORTAL, "moi@example.vn", Role.OPERATOR).actor.lent == ()
