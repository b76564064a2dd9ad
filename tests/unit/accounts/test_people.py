"""Accounts: who may make them, how they sign in, how they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts import passwords, people, signing, tokens, tries
from portal.accounts.actors import ANONYMOUS, PORTAL, Actor
from portal.accounts.models import Person
from portal.accounts.roles import Permission, Role
from portal.core import clock, house
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from tests.conftest import PASSWORD

HERE = "127.0.0.1"


def test_only_those_who_manage_people_make_accounts(people: dict[str, Actor]) -> None:
    from portal.accounts import people as accounts

    for key, actor in [*people.items(), ("nobody", ANONYMOUS)]:
        if actor.may(Permission.MANAGE_PEOPLE):
            continue
        with pytest.raises(NotAllowedError), transaction():
            accounts.create(actor, f"new-{key}@example.vn", Role.OPERATOR)


def test_an_address_has_one_account_however_it_is_written(app: Flask) -> None:
    with transaction():
        people.create(PORTAL, "An@Example.vn ", Role.CITIZEN)
    with pytest.raises(ConflictError), transaction():
        people.create(PORTAL, "an@example.VN", Role.CITIZEN)
    assert people.by_email("AN@example.vn") is not None


@pytest.mark.parametrize(
    "email",
    [
        "a,b@x.vn",
        "a;b@x.vn",
        "a..b@x.vn",
        ".a@x.vn",
        "a(b@x.vn",
        "tên@x.vn",
        "a@tên.vn",
        "a@x..vn",
        "a@[x",
        "a@x.vn.",
    ],
)
def test_an_address_that_no_mail_can_be_headed_with_is_refused(app: Flask, email: str) -> None:
    with pytest.raises(InvalidError) as error:
        people.clean_address(email)
    assert error.value.code == "bad_email"


@pytest.mark.parametrize(
    "email", ["", "an", "an@", "@vn", "a b@c", "a@b\r\nBcc: c@d", "<a@b>", "a" * 300 + "@b"]
)
def test_a_text_that_is_no_address_is_refused(app: Flask, email: str) -> None:
    with pytest.raises(InvalidError), transaction():
        people.create(PORTAL, email, Role.CITIZEN)


def test_staff_need_longer_passwords(app: Flask) -> None:
    passwords.check_strength("a" * 12, Role.CITIZEN)
    with pytest.raises(InvalidError):
        passwords.check_strength("a" * 11, Role.CITIZEN)
    with pytest.raises(InvalidError):
        passwords.check_strength("a" * 14, Role.ADMINISTRATOR)


def test_the_password_signs_in_and_nothing_else_does(people: dict[str, Actor]) -> None:
    with transaction():
        assert signing.by_password("CITIZEN@example.vn", PASSWORD, HERE).id == people["citizen"].id
    for email, password in [("citizen@example.vn", PASSWORD + " "), ("nobody@example.vn", PASSWORD)]:
        with pytest.raises(NotAllowedError) as error, transaction():
            signing.by_password(email, password, HERE)
        assert error.value.code == "wrong_sign_in"


def test_an_account_without_password_is_opened_by_none(app: Flask) -> None:
    with transaction():
        people.create(PORTAL, "an@example.vn", Role.CITIZEN)
    for password in ("", "a password that nobody has"):
        with pytest.raises(NotAllowedError), transaction():
            signing.by_password("an@example.vn", password, HERE)


def test_guessing_is_slowed_down_and_forgotten_after_a_while(people: dict[str, Actor]) -> None:
    with transaction():
        for _ in range(signing.TRIES_PER_ACCOUNT):
            signing.remember_failure("citizen@example.vn", HERE)
    with pytest.raises(NotAllowedError) as error, transaction():
        signing.by_password("citizen@example.vn", PASSWORD, HERE)
    assert error.value.code == "too_many_tries"
    with clock.held_at(clock.now() + tries.WINDOW), transaction():
        assert signing.by_password("citizen@example.vn", PASSWORD, HERE)


def test_a_link_signs_in_once_and_not_for_long(people: dict[str, Actor]) -> None:
    with transaction():
        secret, late = signing.make_link("citizen@example.vn"), signing.make_link("citizen@example.vn")
    assert signing.is_open_link(secret)
    with transaction():
        assert signing.by_link(secret).id == people["citizen"].id
    with pytest.raises(NotFoundError), transaction():
        signing.by_link(secret)
    with clock.held_at(clock.now() + signing.LINK_LASTS), pytest.raises(NotFoundError), transaction():
        signing.by_link(late)


def test_a_disabled_person_has_no_way_in(people: dict[str, Actor]) -> None:
    from portal.accounts import people as accounts

    with transaction():
        secret = signing.make_link("operator@example.vn")
        accounts.disable(people["administrator"], str(people["operator"].id))
    row = db.session.get(Person, people["operator"].id)
    assert row is not None
    assert row.session_epoch == 1
    assert row.actor.role is None
    with pytest.raises(NotAllowedError), transaction():
        signing.by_password("operator@example.vn", PASSWORD, HERE)
    with pytest.raises(NotFoundError), transaction():
        signing.by_link(secret)
    with pytest.raises(NotFoundError):
        accounts.actor_of("operator@example.vn")


def test_the_last_administrator_stays(people: dict[str, Actor]) -> None:
    from portal.accounts import people as accounts

    with transaction():
        second = accounts.create(PORTAL, "second@example.vn", Role.ADMINISTRATOR).actor
        accounts.disable(second, str(people["administrator"].id))
        accounts.create(PORTAL, "third@example.vn", Role.CITIZEN)
    with pytest.raises(ConflictError), transaction():
        accounts.disable(second, str(second.id))


@pytest.mark.parametrize(
    "reached",
    [{"host": "0.0.0.0"}, {"public_url": "https://luutru.example.vn"}, {"trusted_proxies": 1}],
)
def test_a_demo_account_opens_only_on_its_own_machine(
    app: Flask, monkeypatch: pytest.MonkeyPatch, reached: dict[str, Any]
) -> None:
    with transaction():
        people.create(PORTAL, "demo@demo.local", Role.CITIZEN, password=PASSWORD, is_demo=True)
        assert signing.by_password("demo@demo.local", PASSWORD, HERE)
    monkeypatch.setattr(house, "_settings", replace(house.settings(), **reached))
    with pytest.raises(NotAllowedError) as error, transaction():
        signing.by_password("demo@demo.local", PASSWORD, HERE)
    assert error.value.code == "demo_is_local"


def test_links_live_minutes() -> None:
    assert timedelta(minutes=15) >= signing.LINK_LASTS


def test_a_token_has_the_rights_of_its_person_until_it_ends(people: dict[str, Actor]) -> None:
    with transaction():
        secret = tokens.make("archivist@example.vn", "script", 2)
    holder = tokens.holder(secret)
    assert holder is not None
    assert holder.actor == people["archivist"]
    assert tokens.holder(secret + "x") is None
    with clock.held_at(clock.now() + timedelta(days=2)):
        assert tokens.holder(secret) is None
    with transaction():
        assert tokens.revoke_all("archivist@example.vn") == 1
    assert tokens.holder(secret) is None


def test_a_token_ends_with_its_person(people: dict[str, Actor]) -> None:
    from portal.accounts import people as accounts

    with transaction():
        secret = tokens.make("operator@example.vn", "", 1)
        accounts.disable(people["administrator"], str(people["operator"].id))
    assert tokens.holder(secret) is None


@pytest.mark.parametrize("days", [0, -1, tokens.MOST_DAYS + 1])
def test_every_token_ends(people: dict[str, Actor], days: int) -> None:
    with pytest.raises(InvalidError), transaction():
        tokens.make("operator@example.vn", "", days)
