"""What the portal holds about a person is gathered whole, and erased where the law allows."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from config import Settings
from portal import owndata, work
from portal.access import appeals, correspondence, decisions, requests
from portal.access.appeal_rows import Appeal
from portal.access.attachments import Enclosed
from portal.access.models import Request
from portal.accounts import details, evidence, identity, notices, resetting, tokens
from portal.accounts.actors import ANONYMOUS, PORTAL, Actor
from portal.accounts.details import Details
from portal.accounts.models import Evidence, Person, PersonData, Proof, Token
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import pages
from portal.core import clock
from portal.core.db import Base, db, end_reading, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.jobs import leases, ledger, loop
from portal.jobs.models import Lane
from portal.mail.models import Message
from portal.rights import reads
from portal.rights.grants import Terms
from portal.rights.reads import Use
from tests.conftest import PASSWORD
from tests.unit.access.conftest import Shelf

GIVEN = Details("079123456789", "0912345678", "Trường Lê Quý Đôn", "thương binh hạng 2/4")
PURPOSE = "Nghiên cứu lịch sử dòng họ Nguyễn"

HELD = {
    "person_data.person_id": "identity",
    "identity_evidence.person_id": "evidence",
    "requests.person_id": "requests",
    "request_messages.from_person": "requests",
    "grants.person_id": "requests",
    "basket_items.person_id": "basket",
    "request_drafts.person_id": "request_half_written",
    "reads.person_id": "reading",
    "read_alerts.person_id": "reading",
    "messages.person_id": "messages",
    "tokens.person_id": "tokens",
    "notice_choices.person_id": "notice_choices",
}
"""Columns that name whom a row is about, and the part of the file that holds it."""

NOT_HELD = {
    "login_links.person_id": "a digest and an end, gone when used",
    "delegations.giver_id": "staff alone lend; the line of the trail is in the file",
    "delegations.delegate_id": "staff alone are lent to",
    "absences.person_id": "staff alone; the line of the trail about them is in the file",
    "requests.assigned_to": "who of the staff works on it",
    "request_clock_events.actor_id": "what somebody did to a clock stands in the trail, which is in the file",
    "uploads.person_id": "files on their way into a batch, gone in days; what came is in the batch",
    "page_checks.operator_id": "a look at a page, about the page; who brought it is staff",
    "batches.operator_id": "what somebody did in the service stands in the trail, which is in the file",
}
"""Columns whose rows are about something else; so are all that end in `_by`."""


@pytest.fixture
def shelf(people: dict[str, Actor]) -> Shelf:
    return Shelf(people)


@pytest.fixture
def citizen(people: dict[str, Actor]) -> Actor:
    """A citizen of whom everything is kept."""
    actor = people["citizen"]
    with transaction():
        details.write(actor, GIVEN)
        evidence.add(actor, [b"\xff\xd8 card", b"\xff\xd8 back"])
    with transaction():
        tokens.make("citizen@example.vn", "máy của tôi", 30)
        resetting.ask("citizen@example.vn", "vi", "127.0.0.1")
    with transaction():
        identity.confirm(people["archivist"], _id(actor), identity.look(people["archivist"], _id(actor)).seen)
    return actor


def _id(actor: Actor) -> str:
    assert actor.id is not None
    return actor.id


def _gather(actor: Actor) -> dict[str, Any]:
    with transaction():
        held = owndata.gather(actor)
    found: dict[str, Any] = json.loads(json.dumps(held))
    return found


def _erase(actor: Actor, present: str = PASSWORD, *, is_sure: bool = True) -> None:
    with transaction():
        owndata.erase(actor, present, "127.0.0.1", is_sure=is_sure)


def _send_mails() -> None:
    work.install()
    end_reading()
    while claim := leases.claim("worker/1", Lane.DESK):
        loop.perform(claim)


def test_every_column_that_names_a_person_is_answered_for() -> None:
    """Whoever adds one says in HELD where the file shows it, or in NOT_HELD why it does not."""
    named = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "people"
    }
    about = {column for column in named if not column.endswith("_by")}
    assert about == HELD.keys() | NOT_HELD.keys()


def test_the_file_holds_all_that_is_kept_of_a_person(citizen: Actor, shelf: Shelf) -> None:
    refused, granted = shelf.document(title="Tờ trình về đê"), shelf.document()
    with transaction():
        asked = requests.submit(citizen, [refused, granted], PURPOSE)
    with transaction():
        decisions.refuse(shelf.people["approver"], asked.items[0].id, "Còn trong thời hạn đóng")
        decisions.grant(shelf.people["approver"], asked.items[1].id, "Đủ điều kiện")
    page = pages.of_document(granted)[0].id
    pages.opened(citizen, page, Use.IMAGE)
    with transaction():
        reads.alert(_id(citizen), "citizen", 1204, 120)
    held = _gather(citizen)
    assert {"account", "acts", *HELD.values()} <= held.keys()
    assert held["reading"]["total"] == 1
    assert held["reading"]["latest"][0] | {"at": ""} == {
        "at": "",
        "document": granted,
        "page": page,
        "what": "image",
    }
    assert held["reading"]["unusually_much"][0]["pages"] == 1204
    assert held["account"] | {"made_at": ""} == {
        "id": citizen.id,
        "name": "Người citizen",
        "email": "citizen@example.vn",
        "role": "citizen",
        "language": "vi",
        "made_at": "",
        "has_password": True,
    }
    said = json.dumps(held, ensure_ascii=False)
    for kept in (
        *(GIVEN.id_number, GIVEN.phone, GIVEN.workplace, GIVEN.priority, "confirmed", "máy của tôi", "reset"),
        *(asked.number, PURPOSE, "Tờ trình về đê", "refused", "Còn trong thời hạn đóng", "granted", "until"),
        *("Danh tính của bạn đã được xác nhận", "request.submit", "identity.confirm", "accounts.make_token"),
    ):
        assert kept in said, kept
    assert len(held["messages"]) >= 4
    assert held["evidence"][0]["pictures"] == 2


def test_the_file_holds_nothing_of_others_and_no_secret(citizen: Actor, people: dict[str, Actor]) -> None:
    with transaction():
        details.write(people["other"], Details(id_number="001099123456"))
    with transaction():
        requests_of_other = "Mục đích của người khác"
        notices.tell(_id(people["other"]), "password_changed")
    row = db.session.get(Person, citizen.id)
    assert row is not None
    said = json.dumps(_gather(citizen), ensure_ascii=False)
    digests = db.session.scalars(select(PersonData.id_number_digest)).all()
    tokens_kept = db.session.scalars(select(Token.digest)).all()
    for secret in ("001099123456", requests_of_other, row.password_hash, *digests, *tokens_kept):
        assert secret not in said


def test_taking_the_file_stands_in_the_trail(citizen: Actor) -> None:
    _gather(citizen)
    assert trail.of("person", _id(citizen))[-1].action == "accounts.export"
    with pytest.raises(NotAllowedError):
        owndata.gather(ANONYMOUS)


def test_a_long_list_is_gathered_to_its_end(people: dict[str, Actor]) -> None:
    with transaction():
        for _ in range(120):
            notices.tell(_id(people["citizen"]), "password_changed")
    assert len(_gather(people["citizen"])["messages"]) == 120


def test_erasing_takes_everything_that_the_law_does_not_ask_for(
    citizen: Actor, shelf: Shelf, settings: Settings
) -> None:
    with transaction():
        asked = requests.submit(citizen, [shelf.document()], PURPOSE)
    with transaction():
        decisions.refuse(shelf.people["approver"], asked.items[0].id, "Còn trong thời hạn đóng")
    with transaction():
        appeal = appeals.submit(citizen, asked.id, [asked.items[0].id], "Tôi là con của người có tên")
    with transaction():
        appeals.withdraw(citizen, appeal.id)
    _send_mails()
    assert len(list(settings.mail_folder.iterdir())) >= 4
    _erase(citizen)
    row = db.session.get(Person, citizen.id)
    assert row is not None
    assert (row.name, row.email) == (f"Người yêu cầu {row.id}", f"{row.id}@erased.invalid")
    assert (row.password_hash, row.disabled_at, row.actor.role) == (None, row.erased_at, None)
    assert row.erased_at is not None
    assert db.session.scalars(select(Appeal.text)).all() == [""]
    for table, who in (
        (PersonData, PersonData.person_id),
        (Message, Message.person_id),
        (Token, Token.person_id),
    ):
        assert db.session.scalars(select(table).where(who == citizen.id)).all() == []
    assert db.session.scalars(select(Proof).where(Proof.email == "citizen@example.vn")).all() == []
    assert list(settings.evidence_folder.iterdir()) == []
    (tombstone,) = db.session.scalars(select(Evidence).where(Evidence.person_id == citizen.id))
    assert tombstone.gone_at is not None
    mails = b"".join(path.read_bytes() for path in settings.mail_folder.iterdir())
    assert b"citizen@example.vn" not in mails
    kept = db.session.get(Request, asked.id)
    assert kept is not None
    assert (kept.purpose, kept.items[0].reason) == (PURPOSE, "Còn trong thời hạn đóng")
    assert "request.submit" in {line.action for line in trail.by(_id(citizen), 100)[0]}


def test_nothing_of_the_name_is_left_in_any_row_of_people_and_mail(citizen: Actor) -> None:
    _send_mails()
    _erase(citizen)
    left = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        for (value,) in db.session.execute(select(column))
        if "citizen@example.vn" in str(value)
        or "Người citizen" in str(value)
        or "nguoi citizen" in str(value)
    ]
    assert left == []


def test_the_address_is_free_again_and_the_account_opens_no_more(
    citizen: Actor, people: dict[str, Actor]
) -> None:
    from portal.accounts import people as accounts

    _erase(citizen)
    with pytest.raises(ConflictError) as error, transaction():
        accounts.enable(people["administrator"], _id(citizen))
    assert error.value.code == "erased"
    with transaction():
        accounts.create(PORTAL, "citizen@example.vn", Role.CITIZEN)
        details.write(people["other"], GIVEN)


def test_files_of_messages_are_in_the_list_and_go_with_their_writer(
    citizen: Actor, shelf: Shelf, settings: Settings
) -> None:
    staff, file = shelf.people["archivist"], Enclosed("Giấy kín.pdf", "application/pdf", b"%PDF-1.7")
    with transaction():
        asked = requests.submit(citizen, [shelf.document()], PURPOSE)
        correspondence.write(citizen, asked.id, "Gửi kèm", [file])
        correspondence.write(staff, asked.id, "Trả lời kèm", [Enclosed("Phiếu.pdf", *file_kind(file))])
    written = _gather(citizen)["requests"][0]["written"]
    assert [one["files"][0]["name"] for one in written] == ["Giấy kín.pdf", "Phiếu.pdf"]
    with transaction():
        decisions.refuse(shelf.people["approver"], asked.items[0].id, "Còn trong thời hạn đóng")
    _erase(citizen)
    assert len(list(settings.attachments_folder.iterdir())) == 1, "what the archive wrote stays"
    assert [one.files[0].name for one in correspondence.of(staff, asked.id)] == ["", "Phiếu.pdf"]


def file_kind(file: Enclosed) -> tuple[str, bytes]:
    return file.media_type, file.content


def test_mails_that_wait_when_somebody_is_erased_are_sent_to_nobody(
    citizen: Actor, settings: Settings
) -> None:
    _erase(citizen)
    _send_mails()
    assert not list(settings.mail_folder.glob("*.eml"))
    assert ledger.overview()["jobs"]["dead"] == 0


def test_it_is_refused_with_the_reason_while_a_request_or_leave_runs(citizen: Actor, shelf: Shelf) -> None:
    with transaction():
        asked = requests.submit(citizen, [shelf.document()], PURPOSE)
    assert _refused(citizen) == "erase_requests_run"
    with transaction():
        item = decisions.grant(shelf.people["approver"], asked.items[0].id, "Đủ điều kiện")
    assert _refused(citizen) == "erase_grants_run"
    to_come = Terms(valid_from=clock.now() + timedelta(days=2))
    with transaction():
        asked = requests.submit(citizen, [shelf.document()], PURPOSE)
    with transaction():
        decisions.revoke(shelf.people["approver"], item.grant.id if item.grant else "", "Cấp nhầm người")
        decisions.grant(shelf.people["approver"], asked.items[0].id, "Đủ điều kiện", terms=to_come)
    assert _refused(citizen) == "erase_grants_run", "leave to come is leave"
    assert item.grant is not None
    with clock.held_at(item.grant.until + timedelta(days=3)):
        assert owndata.objection(citizen) == ""
        _erase(citizen)


def _refused(actor: Actor) -> str:
    with pytest.raises(ConflictError) as error:
        _erase(actor)
    assert error.value.code == owndata.objection(actor)
    return error.value.code


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITIZEN])
def test_staff_are_not_erased(people: dict[str, Actor], role: Role) -> None:
    assert _refused(people[role]) == "erase_staff"


def test_it_is_asked_twice_and_the_password_must_be_right(citizen: Actor) -> None:
    with pytest.raises(NotAllowedError) as wrong:
        _erase(citizen, "không phải mật khẩu")
    assert wrong.value.fields == {"present": "wrong_password"}
    with pytest.raises(InvalidError) as unsure:
        _erase(citizen, is_sure=False)
    assert unsure.value.fields == {"sure": "erase_be_sure"}
    with pytest.raises(NotAllowedError):
        _erase(ANONYMOUS)
    assert details.of(_id(citizen)) == GIVEN
