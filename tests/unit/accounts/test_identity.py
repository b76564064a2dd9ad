"""Who somebody is: confirmed by others, anew after a change; evidence sealed, and really gone in time."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from config import Settings
from portal.accounts import details, evidence, identity, own
from portal.accounts.actors import Actor
from portal.accounts.details import Details
from portal.accounts.identity import Standing
from portal.accounts.models import Evidence
from portal.accounts.roles import Permission, Role
from portal.audit import trail
from portal.audit.models import AuditEvent
from portal.core import clock, house
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.core.sealing import UnsealableError
from portal.jobs.handlers import Claim
from portal.jobs.models import Lane
from portal.mail.models import Message
from portal.storage import backups

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
CLAIM = Claim("j", evidence.JOB, "", {}, Lane.DESK, "worker/1", 1, 0, 0)
PAGE = b"\xff\xd8 the picture of a card"


@pytest.fixture(autouse=True)
def held() -> Iterator[None]:
    with clock.held_at(NOW):
        yield


@pytest.fixture
def person(people: dict[str, Actor]) -> str:
    """A citizen who gave a number and waits to be confirmed."""
    _number(people["citizen"], "079123456789")
    assert people["citizen"].id is not None
    return people["citizen"].id


def _number(actor: Actor, number: str) -> None:
    with transaction():
        details.write(actor, Details(id_number=number))


def _add(actor: Actor, pages: int = 1) -> str:
    with transaction():
        evidence.add(actor, [PAGE] * pages)
    latest = select(Evidence.id).where(Evidence.person_id == actor.id).order_by(Evidence.added_at.desc())
    return db.session.scalars(latest).first() or ""


def _confirm(actor: Actor, person_id: str) -> None:
    with transaction():
        seen = identity.look(actor, person_id).seen
        identity.confirm(actor, person_id, seen)


def _files(settings: Settings) -> list[Path]:
    return sorted(settings.evidence_folder.iterdir())


def _retire() -> None:
    """Run the job as the worker does: the slow part outside of any transaction."""
    end_reading()
    apply = evidence.retire(CLAIM)
    end_reading()
    with transaction():
        apply()


@pytest.mark.parametrize("role", Role)
def test_archivists_and_approvers_confirm_and_nobody_else(
    people: dict[str, Actor], person: str, role: Role
) -> None:
    actor = people["other"] if role is Role.CITIZEN else people[role]
    if role in (Role.ARCHIVIST, Role.APPROVER):
        _confirm(actor, person)
        assert identity.of(person) == identity.Identity(Standing.CONFIRMED, NOW)
        return
    assert not actor.may(Permission.CONFIRM_IDENTITY)
    for act in (
        lambda: identity.look(actor, person),
        lambda: identity.confirm(actor, person, NOW.isoformat()),
        lambda: identity.send_back(actor, person, NOW.isoformat(), "không khớp"),
        lambda: identity.waiting(actor, Paging()),
    ):
        with pytest.raises(NotAllowedError), transaction():
            act()


def test_nobody_confirms_themselves(people: dict[str, Actor]) -> None:
    _number(people["approver"], "079000000001")
    own_id = people["approver"].id
    assert own_id is not None
    with pytest.raises(ConflictError) as error:
        _confirm(people["approver"], own_id)
    assert error.value.code == "not_oneself"
    assert [row.person_id for row in identity.waiting(people["approver"], Paging()).rows] == []
    assert [row.person_id for row in identity.waiting(people["archivist"], Paging()).rows] == [own_id]


def test_without_a_number_there_is_nothing_to_confirm(people: dict[str, Actor]) -> None:
    person_id = people["other"].id
    assert person_id is not None
    assert identity.of(person_id).standing is Standing.MISSING
    with pytest.raises(NotFoundError), transaction():
        identity.look(people["archivist"], person_id)


def test_another_name_or_number_asks_for_another_look(people: dict[str, Actor], person: str) -> None:
    _confirm(people["archivist"], person)
    with transaction():
        details.write(people["citizen"], Details(id_number="079123456789", phone="0912345678"))
    with transaction():
        own.correct(people["citizen"], "Người citizen", "en")
    assert identity.of(person).standing is Standing.CONFIRMED, "a phone or a language is no identity"
    with transaction():
        own.correct(people["citizen"], "Tên Khác", "vi")
    assert identity.of(person).standing is Standing.WAITING
    _confirm(people["archivist"], person)
    _number(people["citizen"], "079123456780")
    assert identity.of(person).standing is Standing.WAITING


def test_only_what_was_seen_is_confirmed(people: dict[str, Actor], person: str) -> None:
    with transaction():
        seen = identity.look(people["archivist"], person).seen
    with clock.held_at(NOW + timedelta(seconds=1)):
        _number(people["citizen"], "079000000009")
    with pytest.raises(ConflictError) as error, transaction():
        identity.confirm(people["archivist"], person, seen)
    assert error.value.code == "changed_meanwhile"


def test_what_was_sent_back_waits_again_when_something_came(people: dict[str, Actor], person: str) -> None:
    archivist = people["archivist"]
    with pytest.raises(InvalidError), transaction():
        identity.send_back(archivist, person, identity.look(archivist, person).seen, "mờ")
    with transaction():
        identity.send_back(archivist, person, identity.look(archivist, person).seen, "Ảnh mờ quá")
    assert identity.of(person) == identity.Identity(Standing.RETURNED, NOW, "Ảnh mờ quá")
    assert identity.waiting(archivist, Paging()).total == 0
    assert [row.person_id for row in identity.waiting(archivist, Paging(), is_back=True).rows] == [person]
    _add(people["citizen"])
    assert identity.of(person).standing is Standing.WAITING
    (row,) = identity.waiting(archivist, Paging()).rows
    assert row.has_evidence


def test_notices_and_trail_say_what_happened_and_no_more(people: dict[str, Actor], person: str) -> None:
    with transaction():
        seen = identity.look(people["archivist"], person).seen
        identity.send_back(people["archivist"], person, seen, "Ảnh mờ, số 079123456789 không rõ")
    _confirm(people["approver"], person)
    told = db.session.scalars(select(Message).where(Message.person_id == person)).all()
    assert {row.template for row in told} == {"identity_sent_back", "identity_confirmed"}
    assert [row.values for row in told] == [{}, {}]
    lines = trail.of("person", person)
    assert [line.action for line in lines if line.action.startswith("identity")] == [
        "identity.look",
        "identity.send_back",
        "identity.look",
        "identity.confirm",
    ]
    assert not [line for line in lines if "079" in str(line.details)]


def test_the_number_of_a_lost_key_cannot_be_confirmed(
    people: dict[str, Actor], person: str, settings: Settings
) -> None:
    house.configure(replace(settings, data_keys=(b"n" * 32,)))
    with transaction():
        case = identity.look(people["archivist"], person)
    assert case.details.is_lost
    with pytest.raises(ConflictError) as error, transaction():
        identity.confirm(people["archivist"], person, case.seen)
    assert error.value.code == "unsealable"


def test_evidence_is_sealed_for_its_owner_only_and_seen_by_few(
    people: dict[str, Actor], settings: Settings
) -> None:
    evidence_id = _add(people["citizen"], pages=2)
    files = _files(settings)
    assert [path.name for path in files] == [f"{evidence_id}-1", f"{evidence_id}-2"]
    for path in files:
        assert path.stat().st_mode & 0o777 == 0o600
        assert PAGE not in path.read_bytes()
    for key in ("citizen", "archivist", "approver"):
        assert evidence.picture(people[key], evidence_id, 2) == PAGE
    for key in ("other", "operator", "administrator"):
        with pytest.raises(NotFoundError):
            evidence.picture(people[key], evidence_id, 1)
    for number in (0, 3):
        with pytest.raises(NotFoundError):
            evidence.picture(people["citizen"], evidence_id, number)


def test_a_backup_holds_neither_the_key_nor_evidence_nor_a_number(
    people: dict[str, Actor], person: str, settings: Settings, tmp_path: Path
) -> None:
    _add(people["citizen"])
    end_reading()
    backups.write(tmp_path / "backup.tar", settings.database_url)
    held = (tmp_path / "backup.tar").read_bytes()
    sealed = [path.read_bytes() for path in _files(settings)]
    key = (settings.home / "data_key").read_bytes()
    assert [secret for secret in (b"079123456789", key, *settings.data_keys, *sealed) if secret in held] == []
    assert person.encode() in held, "the test must look at the right file"


def test_files_that_changed_places_open_for_nobody(people: dict[str, Actor], settings: Settings) -> None:
    evidence_id = _add(people["citizen"], pages=2)
    first, second = _files(settings)
    first.write_bytes(second.read_bytes())
    with pytest.raises(UnsealableError):
        evidence.picture(people["citizen"], evidence_id, 1)


def test_evidence_nobody_looked_at_is_gone_after_thirty_days(
    people: dict[str, Actor], person: str, settings: Settings
) -> None:
    evidence_id = _add(people["citizen"])
    with clock.held_at(NOW + timedelta(days=30, seconds=-1)):
        _retire()
        assert evidence.picture(people["archivist"], evidence_id, 1) == PAGE
    with clock.held_at(NOW + timedelta(days=30)):
        with pytest.raises(NotFoundError):
            evidence.picture(people["archivist"], evidence_id, 1)
        assert [path.name for path in _files(settings)] == [f"{evidence_id}-1"], "the job has not run yet"
        _retire()
        assert _files(settings) == []
        (view,) = evidence.of(person)
    assert (view.pages, view.gone_at) == (0, NOW + timedelta(days=30))
    row = db.session.get(Evidence, evidence_id)
    assert row is not None
    assert row.pages == 1, "the row stays and says what was there"
    assert [line.action for line in trail.of("person", person)][-1] == "identity.evidence_gone"


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_evidence_somebody_looked_at_is_gone_after_seven_days(
    people: dict[str, Actor], person: str, settings: Settings, is_confirmed: bool
) -> None:
    _add(people["citizen"])
    looked = NOW + timedelta(days=2)
    with clock.held_at(looked):
        if is_confirmed:
            _confirm(people["archivist"], person)
        else:
            with transaction():
                seen = identity.look(people["archivist"], person).seen
                identity.send_back(people["archivist"], person, seen, "không khớp họ tên")
    with clock.held_at(looked + timedelta(days=7, seconds=-1)):
        _retire()
        assert len(_files(settings)) == 1
    with clock.held_at(looked + timedelta(days=7)):
        _retire()
        assert _files(settings) == []


def test_being_looked_at_never_lengthens_the_life_of_evidence(people: dict[str, Actor], person: str) -> None:
    _add(people["citizen"])
    with clock.held_at(NOW + timedelta(days=29)):
        _confirm(people["archivist"], person)
        (view,) = evidence.of(person)
    assert view.until == NOW + timedelta(days=30)


def test_what_is_taken_back_is_gone_at_once(people: dict[str, Actor], settings: Settings) -> None:
    evidence_id = _add(people["citizen"], pages=3)
    with pytest.raises(NotFoundError), transaction():
        evidence.withdraw(people["other"], evidence_id)
    assert len(_files(settings)) == 3
    with transaction():
        evidence.withdraw(people["citizen"], evidence_id)
    assert _files(settings) == []
    with pytest.raises(NotFoundError), transaction():
        evidence.withdraw(people["citizen"], evidence_id)


def test_the_job_takes_what_a_crash_left_and_nothing_that_is_on_its_way(
    people: dict[str, Actor], settings: Settings
) -> None:
    evidence_id = _add(people["citizen"])
    gone = _add(people["other"])
    with transaction():
        row = db.session.get(Evidence, gone)
        assert row is not None
        row.gone_at = NOW
    fresh = settings.evidence_folder / "0000000000-1"
    fresh.write_bytes(b"on its way")
    for path in (settings.evidence_folder / f"{gone}-1", settings.evidence_folder / f"{evidence_id}-1"):
        os.utime(path, (0, 0))
    _retire()
    assert {path.name for path in _files(settings)} == {f"{evidence_id}-1", fresh.name}


def test_only_so_many_can_be_sent(people: dict[str, Actor]) -> None:
    for _ in range(evidence.MOST_AT_A_TIME):
        last = _add(people["citizen"])
    with pytest.raises(ConflictError) as error:
        _add(people["citizen"])
    assert error.value.fields == {"evidence": "evidence_most"}
    with transaction():
        evidence.withdraw(people["citizen"], last)
    _add(people["citizen"])


def test_a_picture_is_made_small_and_carries_nothing_but_itself() -> None:
    (made,) = evidence.prepare([Image.new("RGBA", (4000, 1000), "white")])
    assert made.startswith(b"\xff\xd8")
    assert b"Exif" not in made
    assert Image.open(io.BytesIO(made)).size == (2000, 500)


def test_looking_is_written_down(people: dict[str, Actor], person: str) -> None:
    with transaction():
        identity.look(people["archivist"], person)
    line = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert line is not None
    assert (line.actor_id, line.action, line.object_id) == (people["archivist"].id, "identity.look", person)
