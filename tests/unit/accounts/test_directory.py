"""People in Vietnamese order, searched and paged; roles changed; accounts closed and opened."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.accounts import directory, people
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.core.db import transaction
from portal.core.errors import ConflictError, NotAllowedError

NAMES = ("Nguyễn Văn Ẩn", "Lê Thị Ân", "Phạm An", "Trần Đức", "Đỗ Dũng", "Bùi Ánh")
IN_ORDER = ["Phạm An", "Bùi Ánh", "Lê Thị Ân", "Nguyễn Văn Ẩn", "Đỗ Dũng", "Trần Đức"]


@pytest.fixture
def administrator(app: Flask) -> Actor:
    with transaction():
        for place, name in enumerate(NAMES):
            people.create(PORTAL, f"nguoi{place}@example.vn", Role.CITIZEN, name=name)
        return people.create(PORTAL, "quan@example.vn", Role.ADMINISTRATOR, name="Vũ Ý").actor


def test_people_stand_by_given_name(administrator: Actor) -> None:
    names = [one.name for one in directory.listing(administrator, role=Role.CITIZEN).rows]
    assert names == sorted(names, key=IN_ORDER.index)


def test_all_people_are_reached_by_key_and_none_twice(
    administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "PEOPLE_PER_PAGE", 2)
    seen, after = [], ""
    while True:
        page = directory.listing(administrator, after=after)
        seen += [one.id for one in page.rows]
        if not (after := page.after):
            break
    assert len(seen) == len(set(seen)) == page.total == len(NAMES) + 1


@pytest.mark.parametrize(
    ("text", "found"), [("duc", "Trần Đức"), ("ĐỨC trần", "Trần Đức"), ("nguoi4@", "Đỗ Dũng"), ("%", None)]
)
def test_people_are_found_with_and_without_marks(administrator: Actor, text: str, found: str | None) -> None:
    names = [one.name for one in directory.listing(administrator, text).rows]
    assert names == ([found] if found else [])


def test_the_list_is_for_those_who_manage_people(people: dict[str, Actor]) -> None:
    with pytest.raises(NotAllowedError):
        directory.listing(people["approver"])


def test_a_role_is_changed_with_a_line_in_the_trail(people: dict[str, Actor]) -> None:
    from portal.accounts import people as accounts

    person = people["operator"].id or ""
    with transaction():
        accounts.change_role(people["administrator"], person, Role.APPROVER)
    assert accounts.by_id(person).role == Role.APPROVER
    last = trail.of("person", person)[-1]
    assert (last.action, last.details) == ("people.change_role", {"before": "operator", "after": "approver"})


def test_nobody_changes_or_closes_their_own_account(people: dict[str, Actor]) -> None:
    from portal.accounts import people as accounts

    actor = people["administrator"]
    for act in (accounts.disable, accounts.enable, lambda a, i: accounts.change_role(a, i, Role.CITIZEN)):
        with pytest.raises(ConflictError) as error, transaction():
            act(actor, actor.id or "")
        assert error.value.code == "not_oneself"


def test_an_account_is_opened_again(people: dict[str, Actor]) -> None:
    from portal.accounts import people as accounts

    person = people["citizen"].id or ""
    with pytest.raises(ConflictError), transaction():
        accounts.enable(people["administrator"], person)
    with transaction():
        accounts.disable(people["administrator"], person)
        accounts.enable(people["administrator"], person)
    assert accounts.by_id(person).actor.role is Role.CITIZEN
