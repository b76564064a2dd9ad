"""What the circular asks of account holders: sealed, one number for one account, readable only by the key."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from config import Settings
from portal import cli, diagnosis
from portal.accounts import details, tries
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.details import Details
from portal.accounts.models import PersonData
from portal.audit.models import AuditEvent
from portal.core import house
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, TooManyError

GIVEN = Details("079123456789", "0912345678", "Trường THPT Lê Quý Đôn", "thương binh hạng 2/4")


def _write(actor: Actor, given: Details) -> None:
    with transaction():
        details.write(actor, given)


def test_what_was_given_is_shown_again_and_can_be_taken_back(people: dict[str, Actor]) -> None:
    _write(people["citizen"], GIVEN)
    assert details.show(people["citizen"]) == GIVEN
    assert details.show(people["other"]) == Details()
    _write(people["citizen"], replace(GIVEN, phone="", id_number=""))
    assert details.show(people["citizen"]) == replace(GIVEN, phone="", id_number="")
    row = db.session.get(PersonData, people["citizen"].id)
    assert row is not None
    assert (row.id_number_sealed, row.id_number_digest, row.phone_sealed) == (None, None, None)


def test_neither_the_database_nor_the_trail_holds_what_is_sealed(
    people: dict[str, Actor], home: Path
) -> None:
    _write(people["citizen"], GIVEN)
    db.session.remove()
    bytes_on_disk = b"".join(path.read_bytes() for path in home.glob("portal.db*"))
    for secret in (GIVEN.id_number, GIVEN.phone, GIVEN.priority):
        assert secret.encode() not in bytes_on_disk
    assert GIVEN.workplace.encode() in bytes_on_disk, "the test must look at the right file"
    line = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert line is not None
    assert line.details == {"changed": ["id_number", "phone", "priority", "workplace"]}


def test_writing_the_same_again_is_no_change(people: dict[str, Actor]) -> None:
    _write(people["citizen"], GIVEN)
    before = db.session.scalar(select(AuditEvent.seq).order_by(AuditEvent.seq.desc()))
    _write(people["citizen"], GIVEN)
    assert db.session.scalar(select(AuditEvent.seq).order_by(AuditEvent.seq.desc())) == before


@pytest.mark.parametrize(
    "written", ["079 123 456 789", "079.123.456.789", " 079-123-456-789 ", "０７９１２３４５６７８９"]
)
def test_one_number_has_one_account_however_it_is_written(people: dict[str, Actor], written: str) -> None:
    _write(people["citizen"], GIVEN)
    with pytest.raises(ConflictError) as error:
        _write(people["other"], Details(id_number=written))
    assert (error.value.code, error.value.fields) == ("id_number_taken", {"id_number": "id_number_taken"})
    _write(people["citizen"], replace(GIVEN, id_number=written))


def test_one_number_has_one_account_after_a_change_of_keys_too(
    people: dict[str, Actor], settings: Settings
) -> None:
    _write(people["citizen"], GIVEN)
    house.configure(replace(settings, data_keys=(b"n" * 32, *settings.data_keys)))
    with pytest.raises(ConflictError):
        _write(people["other"], Details(id_number=GIVEN.id_number))
    assert details.show(people["citizen"]) == GIVEN


def test_two_who_write_the_same_number_at_once_are_told(
    people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(people["citizen"], GIVEN)
    monkeypatch.setattr(details, "_check_not_taken", lambda *_: None)
    with pytest.raises(ConflictError):
        _write(people["other"], Details(id_number=GIVEN.id_number))


def test_nobody_can_ask_number_by_number_who_has_an_account(people: dict[str, Actor]) -> None:
    _write(people["citizen"], GIVEN)
    for _ in range(details.TAKEN_MOST):
        with pytest.raises(ConflictError):
            _write(people["other"], Details(id_number=GIVEN.id_number))
        with transaction():
            details.remember_taken(people["other"])
    with pytest.raises(TooManyError) as error:
        _write(people["other"], Details(id_number="079000000000"))
    assert error.value.seconds == tries.SECONDS


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("079123456789", True),
        ("123456789", True),
        ("C1234567", True),
        ("b 123 4567", True),
        ("07912345678", False),
        ("0791234567890", False),
        ("ABCDEFGH", False),
        ("079123456７89x", False),
    ],
)
def test_a_number_is_taken_only_where_it_can_be_one(
    people: dict[str, Actor], number: str, is_right: bool
) -> None:
    if is_right:
        _write(people["citizen"], Details(id_number=number))
        return
    with pytest.raises(InvalidError) as error:
        _write(people["citizen"], Details(id_number=number))
    assert error.value.fields == {"id_number": "bad_id_number"}


@pytest.mark.parametrize(
    ("phone", "kept"),
    [("0912 345 678", "0912345678"), ("+84 (912) 345-678", "+84912345678"), ("0912", ""), ("09a2345678", "")],
)
def test_a_phone_is_taken_only_where_it_can_be_one(people: dict[str, Actor], phone: str, kept: str) -> None:
    if kept:
        _write(people["citizen"], Details(phone=phone))
        assert details.show(people["citizen"]).phone == kept
        return
    with pytest.raises(InvalidError) as error:
        _write(people["citizen"], Details(phone=phone))
    assert error.value.fields == {"phone": "bad_phone"}


def test_a_lost_key_is_a_state_that_ends_when_it_is_given_again(
    people: dict[str, Actor], settings: Settings
) -> None:
    _write(people["citizen"], GIVEN)
    house.configure(replace(settings, data_keys=(b"n" * 32,)))
    assert details.show(people["citizen"]) == Details(workplace=GIVEN.workplace, is_lost=True)
    _write(people["citizen"], GIVEN)
    assert details.show(people["citizen"]) == GIVEN


def test_a_cell_moved_to_another_person_opens_for_nobody(people: dict[str, Actor]) -> None:
    _write(people["citizen"], GIVEN)
    _write(people["other"], Details(id_number="079000000000"))
    with transaction():
        mine = db.session.get(PersonData, people["other"].id)
        theirs = db.session.get(PersonData, people["citizen"].id)
        assert mine is not None
        assert theirs is not None
        mine.id_number_sealed = theirs.id_number_sealed
    assert details.show(people["other"]).is_lost


def test_all_is_sealed_anew_by_the_key_in_use(
    app: Flask, people: dict[str, Actor], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(people["citizen"], GIVEN)
    _write(people["other"], Details(phone="0987654321"))
    house.configure(replace(settings, data_keys=(b"n" * 32, *settings.data_keys)))
    monkeypatch.setattr(details, "AT_ONCE", 1)
    cli.register(app)
    done = app.test_cli_runner().invoke(args=["user", "seal-anew", "--json"])
    assert (done.exit_code, json.loads(done.output)) == (0, {"sealed": 2})
    db.session.expire_all()
    house.configure(replace(settings, data_keys=(b"n" * 32,)))
    assert details.show(people["citizen"]) == GIVEN
    assert details.show(people["other"]) == Details(phone="0987654321")
    with pytest.raises(ConflictError):
        _write(people["other"], Details(id_number=GIVEN.id_number))


def test_doctor_counts_what_hangs_on_which_key(people: dict[str, Actor], settings: Settings) -> None:
    _write(people["citizen"], GIVEN)
    house.configure(replace(settings, data_keys=(b"n" * 32, *settings.data_keys)))
    _write(people["other"], Details(id_number="079000000000"))
    assert _said() == ("ok", "2 rows of personal data, 1 on an older key")
    house.configure(replace(settings, data_keys=(b"n" * 32,)))
    assert _said() == ("warning", "1 rows of personal data hang on a key that is gone")


def _said() -> tuple[str, str]:
    (finding,) = [one for one in diagnosis.examine() if one.name == "data_key"]
    return finding.state, finding.detail


def test_nobody_signed_in_has_none(app: Flask) -> None:
    with pytest.raises(NotAllowedError):
        details.show(ANONYMOUS)
